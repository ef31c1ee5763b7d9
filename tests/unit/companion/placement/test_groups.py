"""Groups and a grouping in Moodle, equal to the engagements however often it is asked for."""

import pytest

from companion.placement.group_plan import Wanted
from companion.placement.groups import reconcile
from lms_client import Function, MissingCapability, MoodleClient
from sandbox.records import Group
from tests.sites import Lms
from tests.watched import WatchedClients

PROGRAMMES = {3: "Onboarding"}


@pytest.fixture
def client(lms: Lms) -> MoodleClient:
    return WatchedClients()(lms.url, lms.sandbox.token)


def people_of(lms: Lms, shortname: str = "ONB-SALES") -> tuple[int, list[int]]:
    course = lms.sandbox.find_course(shortname).id
    return course, [row.person for row in lms.sandbox.world.enrolments_in(course)]


def wanted(engagement: int, *people: int) -> Wanted:
    return Wanted(engagement, frozenset(people), grouping=3)


def the_group(lms: Lms) -> Group:
    (group,) = lms.sandbox.world.groups.values()
    return group


def writes(lms: Lms) -> list[str]:
    return [name for name, _ in lms.sandbox.calls if "get" not in name]


def test_a_group_is_made_with_its_people_and_shown_to_them_alone(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, *_) = people_of(lms)
    made = reconcile(client, course, [wanted(7, one, other)], PROGRAMMES)
    group = the_group(lms)
    assert made.groups == {7: group.id}
    assert (group.course, group.name, group.idnumber, group.visibility) == (
        course,
        "Mentoring 7",
        "cairn-engagement-7",
        1,
    )
    assert set(group.members) == {one, other}
    (grouping,) = lms.sandbox.world.groupings.values()
    assert (grouping.course, grouping.name, grouping.idnumber, grouping.groups) == (
        course,
        "Onboarding",
        "cairn-programme-3",
        [group.id],
    )


def test_asking_again_changes_nothing(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, *_) = people_of(lms)
    first = reconcile(client, course, [wanted(7, one, other)], PROGRAMMES)
    lms.sandbox.calls.clear()
    assert reconcile(client, course, [wanted(7, other, one)], PROGRAMMES) == first
    assert writes(lms) == []


def test_who_left_goes_who_is_new_comes_and_what_ended_is_taken_out(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, third, *_) = people_of(lms)
    reconcile(client, course, [wanted(7, one, other), wanted(8, third)], PROGRAMMES)
    kept = Wanted(8, None)
    done = reconcile(client, course, [wanted(7, other, third), kept], PROGRAMMES)
    groups = lms.sandbox.world.groups
    assert set(groups[done.groups[7]].members) == {other, third}
    assert groups[done.groups[8]].members == [third]
    (grouping,) = lms.sandbox.world.groupings.values()
    assert grouping.groups == [done.groups[7]]
    ended = [Wanted(7, None, stands=False), Wanted(8, None, stands=False)]
    assert reconcile(client, course, ended, PROGRAMMES).groups == {}
    assert (lms.sandbox.world.groups, lms.sandbox.world.groupings) == ({}, {})


def test_a_hundred_engagements_take_few_requests(client: MoodleClient, lms: Lms) -> None:
    course, people = people_of(lms)
    many = [wanted(number, people[number % 2], people[2]) for number in range(1, 121)]
    lms.sandbox.calls.clear()
    reconcile(client, course, many, PROGRAMMES)
    assert len(lms.sandbox.world.groups) == 120
    assert len(lms.sandbox.calls) <= 12


def test_a_group_of_others_of_the_same_name_is_left_alone(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, *_) = people_of(lms)
    theirs = Group(id=900, course=course, name="Mentoring 7", members=[other])
    with lms.sandbox.change() as world:
        world.groups[900] = theirs
    made = reconcile(client, course, [wanted(7, one)], PROGRAMMES)
    assert lms.sandbox.world.groups[made.groups[7]].name == "Mentoring 7 (2)"
    assert lms.sandbox.world.groups[900] == theirs
    assert theirs.members == [other]


def test_a_group_that_was_renamed_by_hand_is_found_and_one_that_was_deleted_is_made_again(
    client: MoodleClient, lms: Lms
) -> None:
    course, (one, *_) = people_of(lms)
    made = reconcile(client, course, [wanted(7, one)], PROGRAMMES)
    the_group(lms).name = "Friday talkers"
    assert reconcile(client, course, [wanted(7, one)], PROGRAMMES) == made
    assert the_group(lms).name == "Friday talkers"
    client.delete_groups([made.groups[7]])
    assert reconcile(client, course, [wanted(7, one)], PROGRAMMES).groups != made.groups
    assert the_group(lms).members == [one]


def test_somebody_who_is_not_enrolled_keeps_nobody_else_out(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, *_) = people_of(lms)
    outside = lms.sandbox.find_person("admin").id
    gone = 999_999_999
    done = reconcile(client, course, [wanted(7, one, outside, gone), wanted(8, other)], PROGRAMMES)
    assert done.not_enrolled == {outside, gone}
    groups = lms.sandbox.world.groups
    assert [groups[done.groups[number]].members for number in (7, 8)] == [[one], [other]]


def test_a_missing_right_is_told(client: MoodleClient, lms: Lms) -> None:
    course, (one, *_) = people_of(lms)
    lms.sandbox.misbehave("missing_capability", function=Function.CREATE_GROUPS)
    with pytest.raises(MissingCapability, match="moodle/course:managegroups"):
        reconcile(client, course, [wanted(7, one)], PROGRAMMES)
