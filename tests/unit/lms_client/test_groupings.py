"""Groupings, by recorded replies."""

from collections.abc import Callable

import pytest

from lms_client import Function, Grouping, MalformedReply, MoodleClient
from lms_client.params import flatten
from lms_client.testing import FakeTransport, Recording

Replaying = Callable[..., MoodleClient]


def test_groupings(replaying: Replaying) -> None:
    client = replaying("core_group_create_groupings", "core_group_assign_grouping")
    grouping = client.create_grouping(4, "Mentoring", "mentoring")
    assert grouping == Grouping(1, 4, "Mentoring", "mentoring")
    client.assign_grouping(grouping.id, [2])


def test_a_grouping_that_is_not_answered(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.CREATE_GROUPINGS, [])
    with pytest.raises(MalformedReply):
        client.create_grouping(4, "Mentoring", "mentoring")


def test_the_groupings_of_a_course_and_the_groups_in_one(replaying: Replaying) -> None:
    client = replaying("core_group_get_course_groupings", "core_group_get_groupings")
    ((grouping),) = client.course_groupings(4)
    assert (grouping.course_id, grouping.name, grouping.idnumber) == (4, "Mentoring", "cairn-programme-1")
    assert client.grouping_groups(grouping.id) == (356,)


@pytest.mark.parametrize("name", ["core_group_unassign_grouping", "core_group_delete_groupings"])
def test_groups_leave_and_groupings_go(
    name: str, fake: FakeTransport, client: MoodleClient, recordings: dict[str, Recording]
) -> None:
    recorded = recordings[name]
    fake.in_turn(Function(name), recorded.response)
    if name == "core_group_delete_groupings":
        client.delete_groupings([recorded.request["groupingids[0]"]])  # type: ignore[list-item]
    else:
        pair = (recorded.request[f"unassignments[0][{each}]"] for each in ("groupingid", "groupid"))
        grouping, group = (int(each) for each in pair)
        client.unassign_grouping(grouping, [group])
    ((_, params),) = fake.calls
    assert {k: str(v) for k, v in flatten(params).items()} == {k: str(v) for k, v in recorded.request.items()}


def test_nothing_to_do_sends_nothing(fake: FakeTransport, client: MoodleClient) -> None:
    client.assign_grouping(1, [])
    client.unassign_grouping(1, [])
    client.delete_groupings([])
    assert fake.calls == []
