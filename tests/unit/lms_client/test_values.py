"""Single values of replies."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_client import values


@settings(deadline=None)
@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_moments_are_aware_and_exact_to_the_second(when: datetime) -> None:
    when = when.replace(microsecond=0)  # a float of seconds would round the rest up
    assert values.moment(int(when.timestamp())) == when


@pytest.mark.parametrize("nothing", [0, None, "", "0", -1, 2**60])
def test_no_moment(nothing: object) -> None:
    assert values.moment(nothing) is None


@pytest.mark.parametrize("wrong", [True, 1.5, [], {}, "soon"])
def test_what_is_no_moment_is_refused(wrong: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        values.moment(wrong)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Bogota", "America/Bogota"),
        ("99", None),
        ("5.5", None),
        ("", None),
        (None, None),
        ("Mars/Olympus", None),
        ("../../etc/passwd", None),
        ("Europe", None),
        ("a\x00b", None),
        ("\ud83d", None),
    ],
)
def test_time_zones_are_known_ones_or_none(zone: object, name: str | None) -> None:
    assert values.time_zone(zone) == name


def test_entities_are_read_once_and_multilang_is_left() -> None:
    assert values.text("R&amp;D &lt;3 &amp;amp; שלום 👋") == "R&D <3 &amp; שלום 👋"
    multilang = (
        '<span lang="en" class="multilang">Sales</span><span lang="de" class="multilang">Vertrieb</span>'
    )
    assert values.text(multilang) == multilang
    assert values.text("{mlang en}Sales{mlang}") == "{mlang en}Sales{mlang}"


def test_markup_keeps_its_entities() -> None:
    assert values.markup("<p>R&amp;D</p>") == "<p>R&amp;D</p>"


def test_text_of_a_broken_pair_can_be_stored() -> None:
    values.text("a\ud83d").encode()


def test_words_are_split_before_entities_are_read() -> None:
    assert values.words("sql, R&amp;D, , writing&#44; reading") == ("sql", "R&D", "writing, reading")
    assert values.words(None) == ()


@pytest.mark.parametrize(
    ("value", "meaning"), [(1, True), ("1", True), (True, True), (0, False), ("0", False), (None, False)]
)
def test_flags_in_every_spelling_of_moodle(value: object, meaning: bool) -> None:
    assert values.flag(value) is meaning


def test_a_flag_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        values.flag("maybe")


def test_custom_parameters_as_moodles_form_takes_them() -> None:
    text = "widget=checkin\r\n placement = a=b \rno sign\n=nameless\n\u2028x=1"
    assert dict(values.custom_parameters(text)) == {"widget": "checkin", "placement": "a=b", "x": "1"}


def test_ids_may_be_beyond_two_billion() -> None:
    assert values.whole(2**33) == 2**33
    assert values.whole(str(2**33)) == 2**33
