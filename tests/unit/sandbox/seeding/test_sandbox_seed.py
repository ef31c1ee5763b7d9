"""The invented world: its size, its mixture, and that it is the same each time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.records import Person
from sandbox.seeding import seed_world
from sandbox.world import SINGLE_VALUES, World

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = 86400


@pytest.fixture(scope="module")
def world() -> World:
    return seed_world(NOW, 240, 7)


def days_ago(epoch: int) -> float:
    return (NOW.timestamp() - epoch) / DAY


def learners(world: World) -> list[Person]:
    return [person for person in world.people.values() if person.idnumber]


def test_same_arguments_give_the_same_world_but_for_its_secrets(world: World) -> None:
    again = seed_world(NOW, 240, 7).to_json()
    secrets = {"token", "cookie_key"} & set(SINGLE_VALUES)
    first = world.to_json()
    assert all(first.pop(name) != again.pop(name) for name in secrets)
    assert first == again


def test_another_seed_gives_other_people(world: World) -> None:
    other = seed_world(NOW, 240, 8)
    assert [person.fullname for person in learners(other)] != [person.fullname for person in learners(world)]


def test_dates_move_with_the_moment_of_seeding(world: World) -> None:
    later = seed_world(NOW + timedelta(days=365), 240, 7)
    shift = {row.timestart - world.enrolments[row.id].timestart for row in later.enrolments.values()}
    assert shift == {365 * DAY}
    assert [cohort.idnumber for cohort in later.cohorts.values()] == ["NH-2027-11"]


def test_courses_have_named_sections_and_activities(world: World) -> None:
    courses = [course for course in world.courses.values() if course.category == 2]
    assert {course.shortname for course in courses} == {
        "ONB-SALES",
        "ONB-ENG",
        "ONB-CARE",
        "DP-101",
        "WELCOME",
        "LEAD-1",
    }
    for course in courses:
        assert 4 <= len(world.sections_in(course.id)) <= 5
        assert all(world.modules_in(course.id, section.id) for section in world.sections_in(course.id))
    assert {course.shortname for course in courses if not course.has_criteria} == {"WELCOME", "LEAD-1"}


def test_everybody_takes_welcome_and_the_onboarding_of_their_department(world: World) -> None:
    course_of = {"Sales": "ONB-SALES", "Engineering": "ONB-ENG", "Customer care": "ONB-CARE"}
    teachers = {row.person for row in world.enrolments.values() if row.role == "editingteacher"}
    for person in learners(world):
        if person.id not in teachers:
            taken = {world.courses[row.course].shortname for row in world.enrolments_of(person.id)}
            assert {"WELCOME", course_of[person.department]} <= taken
            assert len(taken & set(course_of.values())) == 1


def test_each_course_has_one_editing_teacher(world: World) -> None:
    teaching = Counter(row.course for row in world.enrolments.values() if row.role == "editingteacher")
    assert sorted(teaching.values()) == [1] * 6


def test_new_hires_are_a_cohort_hired_within_thirty_days(world: World) -> None:
    (cohort,) = world.cohorts.values()
    assert (cohort.name, cohort.idnumber) == ("New hires 2026-11", "NH-2026-11")
    assert len(cohort.members) == 60
    hired = [world.people[member].hired for member in cohort.members]
    assert all(day is not None and 0 < days_ago(day) <= 31 for day in hired)
    assert all(row.completed is None for member in cohort.members for row in world.enrolments_of(member))


def test_recent_learners_finished_within_400_days_and_most_can_advise(world: World) -> None:
    onboarding = {course.id for course in world.courses.values() if course.shortname.startswith("ONB-")}
    ages = [
        days_ago(row.completed)
        for row in world.enrolments.values()
        if row.course in onboarding and row.completed
    ]
    recent = [age for age in ages if age <= 401]
    assert len(recent) == 90
    assert min(recent) >= 5
    assert sum(14 <= age <= 181 for age in recent) > 60
    assert len(ages) > len(recent)


def test_nothing_happens_in_the_future_or_before_hiring(world: World) -> None:
    for row in world.enrolments.values():
        hired = world.people[row.person].hired
        assert hired is not None
        assert row.timestart <= NOW.timestamp()
        assert row.role == "editingteacher" or row.timestart >= hired
        assert row.completed is None or row.timestart < row.completed < NOW.timestamp()


def test_managers_lead_the_same_department(world: World) -> None:
    by_number = {person.idnumber: person for person in learners(world)}
    managed = [person for person in learners(world) if person.manager]
    assert len(managed) > 180
    for person in managed:
        manager = by_number[person.manager]
        assert manager is not person
        assert manager.department == person.department
        assert "lead" in manager.jobrole.lower()


def test_the_mixture_has_what_real_sites_have(world: World) -> None:
    people = learners(world)
    assert len(people) == 240
    assert len({person.fullname for person in people}) == 240
    assert len({person.username for person in people}) == 240
    assert [person.email for person in people].count("") == 1
    assert 2 <= sum(person.suspended for person in people) <= 8
    assert any(not person.takes_messages for person in people)
    assert [person.timezone for person in people].count("99") == 1
    assert {ZoneInfo(person.timezone).key for person in people if person.timezone != "99"} >= {
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "America/Bogota",
        "Africa/Nairobi",
        "Australia/Sydney",
    }
    only = Counter(person.languages[0] for person in people if len(person.languages) == 1)
    assert only["en"] > only["es"] > 0
    assert only["de"] > 0
    assert all(person.lang in person.languages for person in people)


def test_some_new_hires_speak_what_nobody_else_speaks(world: World) -> None:
    spoken = Counter(language for person in learners(world) for language in person.languages)
    (cohort,) = world.cohorts.values()
    alone = [
        world.people[member]
        for member in cohort.members
        if all(spoken[language] == 1 for language in world.people[member].languages)
    ]
    assert 3 <= len(alone) <= 6


@pytest.mark.parametrize("count", [30, 31, 37, 400])
def test_other_sizes(count: int) -> None:
    assert len(learners(seed_world(NOW, count, 1))) == count


@pytest.mark.parametrize("count", [29, 200_001])
def test_too_small_and_too_large_a_world_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="30 to 200000"):
        seed_world(NOW, count, 7)
