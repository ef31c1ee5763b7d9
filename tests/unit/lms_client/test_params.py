"""Nested values as Moodle's form fields."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms_client.params import flatten, well_formed

names = st.text("az09_- .é👋&=\n", min_size=1, max_size=8)
leaves = st.one_of(st.text(max_size=20), st.integers(), st.booleans())
nested = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4), st.dictionaries(names, inner, min_size=1, max_size=4)
    ),
    max_leaves=20,
)


unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_back(fields: dict[str, str]) -> Any:
    """What PHP makes of form fields: nested arrays, here with their keys as text."""
    tree: dict[str, Any] = {}
    for field, value in fields.items():
        first, rest = re.match(r"([^\[]+)(.*)", field, re.DOTALL).groups()  # type: ignore[union-attr]
        *path, last = [first, *re.findall(r"\[([^\]]*)\]", rest)]
        place = tree
        for key in path:
            place = place.setdefault(key, {})
        place[last] = value
    return tree


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return {str(number): as_text(item) for number, item in enumerate(value)}
    return str(int(value)) if isinstance(value, int) else value


def leaves_of(value: Any) -> int:
    if isinstance(value, (dict, list)):
        return sum(leaves_of(item) for item in (value.values() if isinstance(value, dict) else value))
    return 1


@unhurried
@given(st.dictionaries(names, nested, max_size=5))
def test_what_moodle_reads_is_what_was_meant(params: dict[str, Any]) -> None:
    assert read_back(flatten(params)) == as_text(params)


@unhurried
@given(st.dictionaries(names, nested, max_size=5))
def test_no_value_is_lost_or_merged(params: dict[str, Any]) -> None:
    assert len(flatten(params)) == leaves_of(params)


@unhurried
@given(st.text(st.characters(), max_size=30))
def test_any_text_can_be_sent(text: str) -> None:
    flatten({"text": text})["text"].encode()


@unhurried
@given(st.text(max_size=30))
def test_text_without_broken_pairs_stays_as_it_is(text: str) -> None:
    assert well_formed(text) == text


def test_lists_objects_and_flags_are_written_in_moodles_notation() -> None:
    params = {"options": [{"name": "limitfrom", "value": 0}, {"name": "on", "value": True}], "off": False}
    assert flatten(params) == {
        "options[0][name]": "limitfrom",
        "options[0][value]": "0",
        "options[1][name]": "on",
        "options[1][value]": "1",
        "off": "0",
    }


def test_none_and_empty_are_left_out_and_numbers_kept() -> None:
    assert flatten({"a": None, "b": [], "c": {}, "d": [1, None, 3], "e": ""}) == {
        "d[0]": "1",
        "d[2]": "3",
        "e": "",
    }


def test_large_ids_right_to_left_text_and_emoji_pass() -> None:
    assert flatten({"id": 2**40, "name": "שלום 👋🏽"}) == {"id": str(2**40), "name": "שלום 👋🏽"}


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert well_formed("a\ud83db") == "a�b"


@pytest.mark.parametrize("value", [1.5, b"bytes", {1, 2}, object()])
def test_what_a_form_cannot_carry_is_refused_without_quoting_it(value: object) -> None:
    with pytest.raises(TypeError, match=r"^text\[0\] is of type \w+, which"):
        flatten({"text": [value]})


@pytest.mark.parametrize("name", ["a[b]", "a]", "[", ""])
def test_a_name_that_could_pass_for_another_field_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="without brackets"):
        flatten({name: 1})
