"""A group in Moodle for each engagement, brought up to date however often it is asked for."""

import pytest

from companion.placement.groups import ensure_group
from lms_client import InvalidParameter, MoodleClient
from sandbox.records import Group
from tests.sites import Lms
from tests.watched import WatchedClients


@pytest.fixture
def client(lms: Lms) -> MoodleClient:
    return WatchedClients()(lms.url, lms.sandbox.token)


def people_of(lms: Lms, shortname: str = "ONB-SALES") -> tuple[int, list[int]]:
    course = lms.sandbox.find_course(shortname).id
    return course, [row.person for row in lms.sandbox.world.enrolments_in(course)]


def the_group(lms: Lms) -> Group:
    (group,) = lms.sandbox.world.groups.values()
    return group


def test_a_group_is_made_with_its_people(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, *_) = people_of(lms)
    made = ensure_group(client, course, 7, [one, other])
    group = the_group(lms)
    assert (group.id, group.course, group.name, group.idnumber) == (
        made,
        course,
        "Mentoring 7",
        "cairn-engagement-7",
    )
    assert set(group.members) == {one, other}


def test_asking_again_changes_nothing(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, *_) = people_of(lms)
    first = ensure_group(client, course, 7, [one, other])
    lms.sandbox.calls.clear()
    assert ensure_group(client, course, 7, [other, one]) == first
    assert set(the_group(lms).members) == {one, other}
    assert not [name for name, _ in lms.sandbox.calls if "get" not in name]


def test_who_left_goes_and_who_is_new_comes(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, third, *_) = people_of(lms)
    ensure_group(client, course, 7, [one, other])
    ensure_group(client, course, 7, [other, third])
    assert set(the_group(lms).members) == {other, third}
    ensure_group(client, course, 7, [])
    assert the_group(lms).members == []


def test_each_engagement_and_each_course_has_its_own(client: MoodleClient, lms: Lms) -> None:
    course, (one, other, *_) = people_of(lms)
    elsewhere, (third, *_) = people_of(lms, "ONB-ENG")
    groups = {
        ensure_group(client, course, 7, [one]),
        ensure_group(client, course, 8, [other]),
        ensure_group(client, elsewhere, 7, [third]),
    }
    assert len(groups) == 3


def test_a_group_that_was_renamed_by_hand_is_still_found(client: MoodleClient, lms: Lms) -> None:
    course, (one, *_) = people_of(lms)
    made = ensure_group(client, course, 7, [one])
    the_group(lms).name = "Friday talkers"
    assert ensure_group(client, course, 7, [one]) == made
    assert the_group(lms).name == "Friday talkers"


def test_a_group_that_was_deleted_by_hand_is_made_again(client: MoodleClient, lms: Lms) -> None:
    course, (one, *_) = people_of(lms)
    first = ensure_group(client, course, 7, [one])
    client.delete_groups([first])
    assert ensure_group(client, course, 7, [one]) != first
    assert the_group(lms).members == [one]


def test_somebody_who_is_not_enrolled_is_told(client: MoodleClient, lms: Lms) -> None:
    course, (one, *_) = people_of(lms)
    with pytest.raises(InvalidParameter, match="not enrolled"):
        ensure_group(client, course, 7, [one, 2])
