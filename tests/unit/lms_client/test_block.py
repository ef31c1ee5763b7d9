"""What the client does through the block of moodle/block_cairn, and how it moves activities."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lms_client import BlockPlacement, MalformedReply, MissingCapability, MoodleClient, Participation
from lms_client.functions import READS, Function
from lms_client.testing import FakeTransport

Replaying = Callable[..., MoodleClient]
BodyOf = Callable[[str], Any]


def test_a_block_is_placed_found_and_removed(replaying: Replaying) -> None:
    client = replaying(
        "block_cairn_place.place", "block_cairn_place.remove", "block_cairn_place.find_nothing"
    )
    placed = client.place_block(4, "check-in")
    assert placed == BlockPlacement(
        4, "check-in", True, placed.block_id, placed.course_module_id, placed.activity_id
    )
    assert None not in (placed.block_id, placed.course_module_id, placed.activity_id)
    assert client.remove_block(4, "check-in") == BlockPlacement(4, "check-in", True, None, None, None)
    assert client.find_block(4, "check-in") == BlockPlacement(4, "check-in", False, None, None, None)


def test_placing_a_block_is_never_tried_twice_by_itself() -> None:
    assert Function.PLACE_BLOCK not in READS
    assert Function.UPDATE_COURSE not in READS
    assert Function.BULK_COMPLETIONS in READS


def test_an_answer_of_another_form_is_told(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.PLACE_BLOCK, {"courseid": 4, "widget": "check-in"})
    with pytest.raises(MalformedReply, match="block_cairn_place"):
        client.place_block(4, "check-in")


def test_completions_come_in_pages_with_raw_times(
    fake: FakeTransport, client: MoodleClient, body_of: BodyOf
) -> None:
    body = body_of("block_cairn_get_completions.page")
    rows = body["completions"]
    fake.in_turn(
        Function.BULK_COMPLETIONS,
        {"completions": rows[:2], "warnings": []},
        {"completions": rows[1:3], "warnings": []},  # somebody came, so that a row moved to the next page
        {"completions": rows[3:], "warnings": []},
    )
    found = list(client.bulk_completions([4, 2, 4], page_size=2))
    assert [(row.course_id, row.user_id) for row in found] == [(r["courseid"], r["userid"]) for r in rows]
    first = rows[0]
    assert found[0] == Participation(
        first["courseid"],
        first["userid"],
        datetime.fromtimestamp(first["timeenrolled"], UTC),
        datetime.fromtimestamp(first["timecompleted"], UTC),
        completed=True,
    )
    assert (found[-1].completed, found[-1].completed_at) == (False, None)
    assert [params["limitfrom"] for _, params in fake.calls] == [0, 2, 4]
    assert fake.calls[0][1] == {"courseids": [2, 4], "since": 0, "limitfrom": 0, "limitnum": 2}


def test_only_what_changed_since(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.BULK_COMPLETIONS, {"completions": [], "warnings": []})
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert list(client.bulk_completions([4], since=moment)) == []
    assert fake.calls[0][1]["since"] == int(moment.timestamp())


def test_of_no_course_nothing_is_asked(fake: FakeTransport, client: MoodleClient) -> None:
    assert list(client.bulk_completions([])) == []
    assert fake.calls == []


def test_a_course_that_was_not_read_is_no_course_without_people(
    fake: FakeTransport, client: MoodleClient, body_of: BodyOf
) -> None:
    fake.in_turn(Function.BULK_COMPLETIONS, body_of("block_cairn_get_completions.unknown_course"))
    with pytest.raises(MissingCapability, match="block/cairn:readcompletions"):
        list(client.bulk_completions([4, 999]))


def test_activities_are_moved_before_another(replaying: Replaying) -> None:
    replaying("core_courseformat_update_course.cm_move").move_modules(4, [57, 58], before=13)


def test_activities_are_moved_into_a_section(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.UPDATE_COURSE, "[]")
    client.move_modules(4, [57], section_id=11)
    assert fake.calls[0][1] == {"action": "cm_move", "courseid": 4, "ids": [57], "targetsectionid": 11}


def test_moving_needs_one_place_and_something_to_move(fake: FakeTransport, client: MoodleClient) -> None:
    for places in ({}, {"before": 1, "section_id": 2}):
        with pytest.raises(ValueError, match="one of the two"):
            client.move_modules(4, [57], **places)
    client.move_modules(4, [], before=13)
    assert fake.calls == []
