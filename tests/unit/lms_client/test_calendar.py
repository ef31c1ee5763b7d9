"""Events of groups, by recorded replies."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lms_client import Function, MalformedReply, MissingCapability, MoodleClient, NewEvent, NotFound
from lms_client.params import flatten
from lms_client.testing import FakeTransport, Recording

Replaying = Callable[..., MoodleClient]

WHEN = datetime.fromtimestamp(1796000000, UTC)
EVENT = NewEvent(4, 4, "Check-in due", WHEN)


def test_an_event_is_made_for_a_group(
    fake: FakeTransport, client: MoodleClient, recordings: dict[str, Recording]
) -> None:
    recorded = recordings["core_calendar_create_calendar_events.group"]
    fake.in_turn(Function.CREATE_EVENTS, recorded.response)
    (made,) = client.create_events([EVENT])
    assert (made.id, made.group_id, made.user_id, made.starts_at) == (3, 4, 243, WHEN)
    ((_, params),) = fake.calls
    sent = {name: str(value) for name, value in flatten(params).items()}
    assert {name: str(value) for name, value in recorded.request.items()}.items() <= sent.items()


def test_the_events_of_groups_alone(replaying: Replaying) -> None:
    (found,) = replaying("core_calendar_get_calendar_events").group_events([356])
    assert (found.id, found.name, found.group_id, found.user_id, found.starts_at) == (
        5,
        "Check-in",
        356,
        249,
        WHEN,
    )


def test_events_of_other_groups_are_not_taken_for_theirs(
    fake: FakeTransport, client: MoodleClient, recordings: dict[str, Recording]
) -> None:
    fake.in_turn(Function.EVENTS, recordings["core_calendar_get_calendar_events"].response)
    assert client.group_events([1]) == []


def test_events_are_deleted_and_one_that_is_gone_is_told(replaying: Replaying) -> None:
    replaying("core_calendar_delete_calendar_events").delete_events([3])
    with pytest.raises(NotFound):
        replaying("core_calendar_delete_calendar_events.unknown_event").delete_events([999999])


def test_a_missing_right_is_told_by_a_warning(
    fake: FakeTransport, client: MoodleClient, recordings: dict[str, Recording]
) -> None:
    fake.in_turn(
        Function.CREATE_EVENTS, recordings["core_calendar_create_calendar_events.no_permission"].response
    )
    with pytest.raises(MissingCapability, match="moodle/calendar:manageentries"):
        client.create_events([EVENT])


def test_fewer_events_than_asked_is_no_answer(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.CREATE_EVENTS, {"events": [], "warnings": []})
    with pytest.raises(MalformedReply):
        client.create_events([EVENT])


def test_nothing_to_do_sends_nothing(fake: FakeTransport, client: MoodleClient) -> None:
    assert client.group_events([]) == client.create_events([]) == []
    client.delete_events([])
    assert fake.calls == []
