"""What a profile accepts and what it shows of itself."""

from typing import Any

import pytest

from companion.matching import MatchInputError, Profile
from companion.matching.profiles import same_name


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"working_hours": (9, 9)}, "working hours"),
        ({"working_hours": (24, 8)}, "working hours"),
        ({"working_hours": (-1, 8)}, "working hours"),
        ({"capacity": -1}, "free seats"),
        ({"work_style": {"pace": 3}}, "work-style"),
    ],
)
def test_values_out_of_range_are_refused_naming_the_person(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(MatchInputError, match=rf"Person 7: .*{said}"):
        Profile(person_id=7, **wrong)


def test_the_error_is_a_value_error() -> None:
    assert issubclass(MatchInputError, ValueError)


def test_a_profile_shows_nothing_but_its_id() -> None:
    assert (
        repr(Profile(person_id=7, department="Legal", topics_wanted=frozenset({"stress"})))
        == "Profile(person_id=7)"
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Lisbon", " lisbon ", True), ("Lisbon", "Porto", False), (None, None, False), ("", " ", False)],
)
def test_names_are_compared_without_case_and_outer_blanks(
    one: str | None, other: str | None, same: bool
) -> None:
    assert same_name(one, other) is same
