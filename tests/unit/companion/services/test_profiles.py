"""What the matching is told of a person."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from companion.models.people import Person
from companion.services.profiles import People, profiles
from companion.store.programmes import Attendance, Ties
from tests.rows import NOW

NO_TIES = Ties({}, frozenset(), frozenset())


def person(person_id: int, **values: Any) -> Person:
    given: dict[str, Any] = {
        "id": person_id,
        "full_name": "Nia",
        "interests": [],
        "profile": {},
        "suspended": False,
    }
    return Person(**{**given, **values})


def people(*persons: Person, attendance: dict[int, tuple[Attendance, ...]] | None = None) -> People:
    return People({p.id: p for p in persons}, attendance or {})


def test_the_profile_holds_what_the_lms_told() -> None:
    nia = person(
        1,
        time_zone="Africa/Nairobi",
        department="Sales",
        interests=[" Negotiation ", "CHESS", ""],
        profile={"jobrole": "Account executive", "location": "Nairobi"},
    )
    found = profiles(people(nia), NO_TIES, capacity=2)[1]
    assert (found.time_zone, found.department) == ("Africa/Nairobi", "Sales")
    assert (found.job_role, found.location) == ("Account executive", "Nairobi")
    assert found.interests == found.topics_wanted == found.topics_offered == {"negotiation", "chess"}
    assert found.opted_out is False


@pytest.mark.parametrize(
    ("language", "named", "codes"),
    [
        ("en", "", {"en"}),
        ("pt_br", "", {"pt"}),
        ("de-CH", "en, ES ,", {"de", "en", "es"}),
        (None, "", set()),
        (None, "fi", {"fi"}),
    ],
)
def test_languages_are_base_languages_from_both_places(
    language: str | None, named: str, codes: set[str]
) -> None:
    one = person(1, language=language, profile={"languages": named})
    assert profiles(people(one), NO_TIES, 2)[1].languages == codes


def test_completions_become_days_in_utc() -> None:
    late = datetime(2026, 11, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    rows = (Attendance(1, 4, late), Attendance(1, 5, None))
    found = profiles(people(person(1), attendance={1: rows}), NO_TIES, 2)[1]
    assert found.finished == {4: date(2026, 11, 2)}
    assert found.enrolled == {4, 5}


def test_running_engagements_take_seats_and_never_more_than_there_are() -> None:
    ties = Ties({1: 1, 2: 3}, frozenset(), frozenset())
    found = profiles(people(person(1), person(2), person(3)), ties, capacity=2)
    assert [found[number].capacity for number in (1, 2, 3)] == [1, 0, 2]


def test_the_manager_is_found_by_the_number_of_the_organisation() -> None:
    boss = person(9, id_number="E0009")
    team = person(1, profile={"manager": " E0009 "}), person(2, profile={"manager": "E4711"}), person(3)
    found = profiles(people(boss, *team), NO_TIES, 2)
    assert [found[number].manager_id for number in (1, 2, 3)] == [9, None, None]


def test_nobody_is_managed_by_whoever_has_no_number() -> None:
    found = profiles(people(person(9, id_number=""), person(1, profile={"manager": ""})), NO_TIES, 2)
    assert found[1].manager_id is None


def test_people_who_parted_are_blocked_for_each_other() -> None:
    ties = Ties({}, frozenset(), frozenset({(1, 2), (2, 1), (1, 3), (3, 1)}))
    found = profiles(people(person(1), person(2), person(4)), ties, 2)
    assert [found[number].blocked for number in (1, 2, 4)] == [{2, 3}, {1}, frozenset()]


def test_who_opted_out_is_told_so() -> None:
    assert profiles(people(person(1, opted_out_at=NOW)), NO_TIES, 2)[1].opted_out
