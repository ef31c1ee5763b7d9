"""What the client changes in Moodle."""

from collections.abc import Callable
from typing import Any

import pytest

from lms_client import (
    Group,
    InvalidParameter,
    LmsError,
    MalformedReply,
    MissingCapability,
    MoodleClient,
    NewGroup,
    NewMessage,
    SentMessage,
    Unreachable,
)
from lms_client.functions import Function
from lms_client.params import flatten
from lms_client.testing import FakeTransport, Recording

Replaying = Callable[..., MoodleClient]
BodyOf = Callable[[str], Any]
HELLO = NewMessage(5, "Hello", "m1")


def test_create_groups(replaying: Replaying) -> None:
    new = [NewGroup(4, "Mentoring: Amara and Chen", "m-1"), NewGroup(4, "Mentoring: Dara and Elif", "m-2")]
    created = replaying("core_group_create_groups").create_groups(new)
    assert created == [
        Group(2, 4, "Mentoring: Amara and Chen", "m-1"),
        Group(3, 4, "Mentoring: Dara and Elif", "m-2"),
    ]


def test_create_a_group_without_an_id_number(replaying: Replaying) -> None:
    (created,) = replaying("core_group_create_groups.one").create_groups([NewGroup(4, "Mentoring: x")])
    assert (created.id, created.idnumber) == (4, "")


def test_two_groups_of_one_name(replaying: Replaying) -> None:
    client = replaying("core_group_create_groups.same_name_again")
    with pytest.raises(InvalidParameter, match="of that name") as caught:
        client.create_groups([NewGroup(4, "Mentoring: Amara and Chen", "m-3")])
    assert "Amara" not in str(caught.value)


def test_fewer_groups_than_asked_for(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.CREATE_GROUPS, [])
    with pytest.raises(MalformedReply):
        client.create_groups([NewGroup(4, "x")])


def test_group_members(replaying: Replaying) -> None:
    client = replaying("core_group_add_group_members", "core_group_delete_group_members")
    client.add_group_members([(2, 3), (2, 6)])
    client.remove_group_members([(2, 3)])


def test_somebody_who_is_not_enrolled(replaying: Replaying) -> None:
    with pytest.raises(InvalidParameter, match="not enrolled"):
        replaying("core_group_add_group_members.not_enrolled").add_group_members([(2, 2)])


def test_a_group_that_only_its_members_see(
    fake: FakeTransport, client: MoodleClient, recordings: dict[str, Recording]
) -> None:
    recorded = recordings["core_group_create_groups.members_only"]
    fake.in_turn(Function.CREATE_GROUPS, recorded.response)
    client.create_groups([NewGroup(4, "Mentoring 1", "cairn-engagement-1", members_only=True)])
    ((_, params),) = fake.calls
    assert flatten(params) == recorded.request


def test_delete_groups(replaying: Replaying) -> None:
    replaying("core_group_delete_groups").delete_groups([2, 3])


def test_a_message_is_sent(replaying: Replaying) -> None:
    client = replaying("core_message_send_instant_messages.sent_with_messageanyuser")
    assert client.send_messages([NewMessage(5, "Hello <b>there</b>", "m1")]) == [SentMessage("m1", 2, None)]


def test_a_message_is_refused(replaying: Replaying) -> None:
    (result,) = replaying("core_message_send_instant_messages.refused_by_preferences").send_messages([HELLO])
    assert (result.key, result.message_id) == ("m1", None)
    assert result.refusal is not None
    assert result.refusal.startswith("You can't message this user")


def test_each_message_goes_alone_and_a_refusal_stops_nobody(
    fake: FakeTransport, client: MoodleClient, recordings: dict[str, Recording]
) -> None:
    refused = recordings["core_message_send_instant_messages.refused_by_preferences"]
    failed = recordings["core_message_send_instant_messages.one_unknown_user"]
    sent = recordings["core_message_send_instant_messages.sent_with_messageanyuser"]
    fake.in_turn(Function.SEND_MESSAGES, refused.response, failed.response, [{"msgid": -1}], sent.response)
    results = client.send_messages([NewMessage(5, "Hello", f"m{number}") for number in range(1, 5)])
    assert [result.key for result in results] == ["m1", "m2", "m3", "m4"]
    assert [result.message_id for result in results] == [None, None, None, 2]
    assert all(result.refusal for result in results[:3])
    assert [len(params["messages"]) for _, params in fake.calls] == [1] * 4
    assert flatten(fake.calls[0][1]) == refused.request


@pytest.mark.parametrize(
    "error", [Unreachable("core_message_send_instant_messages", "x"), MissingCapability("core_x")]
)
def test_what_would_fail_for_all_is_raised_if_nothing_was_sent(
    error: LmsError, fake: FakeTransport, client: MoodleClient
) -> None:
    fake.in_turn(Function.SEND_MESSAGES, error)
    with pytest.raises(type(error)):
        client.send_messages([HELLO, HELLO])
    assert len(fake.calls) == 1


def test_an_answer_that_tells_nothing_is_no_refusal(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.SEND_MESSAGES, [])
    with pytest.raises(MalformedReply, match="does not say"):
        client.send_messages([HELLO])


def test_what_was_sent_before_the_connection_broke_is_known(
    fake: FakeTransport, client: MoodleClient
) -> None:
    fake.in_turn(
        Function.SEND_MESSAGES, [{"msgid": 7}], Unreachable("core_message_send_instant_messages", "x")
    )
    messages = [NewMessage(5, "Hello", key) for key in ("a", "b", "c")]
    assert client.send_messages(messages) == [SentMessage("a", 7, None)]
    assert len(fake.calls) == 2


def test_import_takes_activities_alone_and_deletes_nothing(
    fake: FakeTransport, client: MoodleClient, recordings: dict[str, Recording]
) -> None:
    recorded = recordings["core_course_import_course"]
    fake.in_turn(Function.IMPORT_COURSE, recorded.response)
    client.import_course(8, 4)
    ((_, params),) = fake.calls
    # The recorded call brought blocks along, which no web service could take out again.
    assert flatten(params) == {**recorded.request, "options[1][value]": "0"}


def test_delete_modules(replaying: Replaying) -> None:
    replaying("core_course_delete_modules").delete_modules([14])


def test_nothing_to_do_sends_nothing(fake: FakeTransport, client: MoodleClient) -> None:
    assert client.create_groups([]) == []
    assert client.send_messages([]) == []
    client.add_group_members([])
    client.remove_group_members([])
    client.delete_groups([])
    client.delete_modules([])
    assert fake.calls == []


def test_messages_show_nobodys_words() -> None:
    assert "Hello" not in repr(HELLO)
    assert "Amara" not in repr(NewGroup(4, "Amara and Chen", description="Amara"))
