"""The outbox at work against a site that behaves and one that does not."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from companion.errors import NotFoundError
from companion.models.engagement import Engagement, EngagementState
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.outbox import MOST_ATTEMPTS
from companion.services.registry import Services
from companion.store import outbox
from companion.store.outbox import LEASE
from lms_client import Function
from sandbox.mischief import Mode
from tests.begun import Begun, Stage
from tests.clock import Clock
from tests.sites import Lms

GROUPS_AND_DATES = 2
"""Entries done for one course: its groups, and then the dates in their calendars."""


def untold(begun: Begun) -> Services:
    """The moment after the approval: engagements have begun, and nobody in Moodle knows of them yet."""
    with begun.services.db.begin() as session:
        pending = {"state": OutboxState.PENDING, "attempts": 0, "last_error": None, "done_at": None}
        session.execute(sa.update(OutboxEntry).values(due_at=begun.clock(), **pending))
        session.execute(sa.update(Engagement).values(lms_group_id=None))
    with begun.lms.sandbox.change() as world:
        world.groups, world.groupings, world.events, world.messages = {}, {}, {}, {}
        for person in world.people.values():
            person.takes_messages = True
    return begun.services


@pytest.fixture
def lms(stage: Stage) -> Lms:
    """The LMS of the installation, which `begun` has put back."""
    return stage.lms


@pytest.fixture
def approved(begun: Begun) -> Services:
    return untold(begun)


@pytest.fixture
def approved_on(begun_on: Begun) -> Services:
    """The same, once on each kind of database."""
    return untold(begun_on)


def entries(services: Services, state: OutboxState | None = None, kind: str = "") -> list[OutboxEntry]:
    with services.db.read() as session:
        found = session.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id)).all()
    return [e for e in found if (state is None or e.state is state) and e.kind.startswith(kind)]


def keep_only(services: Services, key_prefix: str) -> OutboxEntry:
    """Forget every other entry; gives the one left."""
    with services.db.begin() as session:
        kept = session.scalars(
            sa.select(OutboxEntry).where(OutboxEntry.key.startswith(key_prefix)).order_by(OutboxEntry.id)
        ).first()
        assert kept is not None
        session.execute(sa.delete(OutboxEntry).where(OutboxEntry.id != kept.id))
    return kept


def reload(services: Services, entry: OutboxEntry) -> OutboxEntry:
    with services.db.read() as session:
        return session.get_one(OutboxEntry, entry.id)


def test_groups_are_made_and_people_told_once(approved_on: Services, lms: Lms) -> None:
    noted = len(entries(approved_on))
    assert approved_on.outbox.work() == noted
    assert approved_on.outbox.work() == 0
    assert approved_on.outbox.counts() == {OutboxState.DONE: noted}
    with approved_on.db.read() as session:
        running = session.scalars(sa.select(Engagement)).all()
    groups = {row.lms_group_id for row in running if row.course_id}
    assert groups == set(lms.sandbox.world.groups)
    assert len(lms.sandbox.messages) == 2 * len(running)


def test_a_group_holds_the_two_and_names_nobody(begun: Begun) -> None:
    meeting = begun.meeting
    group = begun.lms.sandbox.world.groups[meeting.engagement.lms_group_id or 0]
    assert set(group.members) == {meeting.learner.lms_id, meeting.adviser.lms_id}
    for member in (meeting.learner, meeting.adviser):
        assert member.full_name not in group.name + group.description


def test_each_side_is_told_of_the_other_with_the_link_to_their_page(begun: Begun) -> None:
    meeting = begun.meeting
    told: dict[int, str] = {}
    for message in begun.lms.sandbox.messages:
        told[message.recipient] = told.get(message.recipient, "") + message.text
    course = begun.lms.sandbox.world.groups[meeting.engagement.lms_group_id or 0].course
    link = f'href="{begun.lms.url}/course/view.php?id={course}"'
    assert meeting.adviser.full_name in told[meeting.learner.lms_id]
    assert meeting.learner.full_name in told[meeting.adviser.lms_id]
    assert link in told[meeting.learner.lms_id]


def test_names_are_written_as_text_into_the_message(approved: Services, lms: Lms) -> None:
    entry = keep_only(approved, "begin-")
    with approved.db.begin() as session:
        session.execute(sa.update(Programme).values(name="R&D <b>Sales</b>"))
        session.execute(sa.update(Person).values(full_name="<script>x</script> O'Neil"))
    assert approved.outbox.work() == 1
    (message,) = lms.sandbox.messages
    assert "R&amp;D &lt;b&gt;Sales&lt;/b&gt;" in message.text
    assert "<script>" not in message.text
    assert reload(approved, entry).state is OutboxState.DONE


def test_a_refusal_is_recorded_at_once_and_nobody_else_waits(approved: Services, lms: Lms) -> None:
    """Somebody in the sandbox refuses messages from people who are no contacts."""
    first = entries(approved, kind="lms.message")[0]
    with approved.db.read() as session:
        shy = session.get_one(Person, first.payload["person_id"]).lms_id
    lms.sandbox.update_person(shy, takes_messages=False)
    noted = len(entries(approved))
    assert approved.outbox.work() == noted - 1
    (failed,) = approved.outbox.failed()
    assert (failed.id, failed.attempts) == (first.id, 1)
    assert failed.last_error is not None
    assert "message preferences" in failed.last_error
    assert shy not in {message.recipient for message in lms.sandbox.messages}


def test_a_fault_of_ours_in_one_deed_does_not_stop_the_others(approved_on: Services) -> None:
    with approved_on.db.begin() as session:
        outbox.add(session, "lms.unheard_of", {"a": {}}, approved_on.clock() - timedelta(days=1))
        outbox.add(session, "lms.message", {"b": {"nonsense": 1}}, approved_on.clock() - timedelta(days=1))
    assert approved_on.outbox.work() > 30
    left = entries(approved_on, OutboxState.PENDING)
    assert [entry.last_error for entry in left] == ["A fault in Cairn: KeyError."] * 2


def test_one_deed_moodle_cannot_do_does_not_stop_the_others(approved: Services, lms: Lms) -> None:
    lms.sandbox.misbehave("failing_page", function=Function.CREATE_GROUPS, times=1)
    approved.outbox.work()
    (left,) = entries(approved, OutboxState.PENDING)
    assert left.kind == "lms.groups"
    assert left.last_error is not None
    assert "core_group_create_groups" in left.last_error


DOWN: list[Mode] = ["maintenance", "invalid_token", "html", "empty", "web_services_off"]


@pytest.mark.parametrize("mode", DOWN)
def test_a_site_that_is_down_is_asked_once_and_loses_nothing(
    approved: Services, lms: Lms, mode: Mode
) -> None:
    noted = len(entries(approved))
    lms.sandbox.calls.clear()
    lms.sandbox.misbehave(mode)
    assert approved.outbox.work() == 0
    assert len(lms.sandbox.calls) == 1
    assert approved.outbox.counts() == {OutboxState.PENDING: noted}
    (tried,) = [entry for entry in entries(approved) if entry.last_error]
    assert tried.attempts == 1
    lms.sandbox.behave()
    approved.clock.move(minutes=1)  # type: ignore[attr-defined]
    assert approved.outbox.work() == noted


def test_pauses_grow_and_after_the_last_attempt_it_is_given_up_visibly(
    approved_on: Services, lms: Lms, clock: Clock
) -> None:
    entry = keep_only(approved_on, "groups-")
    lms.sandbox.misbehave("maintenance")
    pauses = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert approved_on.outbox.work() == 0
        found = reload(approved_on, entry)
        assert found.attempts == attempt
        if found.state is OutboxState.PENDING:
            pauses.append(found.due_at - clock())
            clock.now = found.due_at - timedelta(seconds=1)
            approved_on.outbox.work()
            assert reload(approved_on, entry).attempts == attempt, "tried before its time"
            clock.now = found.due_at
    assert pauses == [timedelta(minutes=2**number) for number in range(MOST_ATTEMPTS - 1)]
    (failed,) = approved_on.outbox.failed()
    assert (failed.id, failed.state) == (entry.id, OutboxState.FAILED)
    assert failed.last_error is not None
    assert "maintenance" in failed.last_error
    clock.move(days=30)
    assert approved_on.outbox.work() == 0


def test_what_was_given_up_can_be_asked_for_once_more(approved: Services, lms: Lms) -> None:
    entry = keep_only(approved, "groups-")
    with approved.db.begin() as session:
        outbox.give_up(session, entry.id, "Moodle was away for a week.")
    approved.outbox.again(entry.id)
    assert approved.outbox.work() == GROUPS_AND_DATES
    assert approved.outbox.failed() == []
    for number in (entry.id, 4711):
        with pytest.raises(NotFoundError, match="on its way already"):
            approved.outbox.again(number)


def test_a_worker_that_dies_midway_leaves_its_deed_to_the_next(
    approved_on: Services, lms: Lms, clock: Clock
) -> None:
    entry = keep_only(approved_on, "begin-")
    with approved_on.db.begin() as session:
        assert outbox.take(session, clock()) is not None  # and then the power failed
    assert approved_on.outbox.work() == 0
    clock.move(seconds=LEASE.total_seconds())
    assert approved_on.outbox.work() == 1
    assert reload(approved_on, entry).state is OutboxState.DONE


def test_making_groups_twice_makes_them_once(approved_on: Services, lms: Lms, clock: Clock) -> None:
    """A worker died after Moodle made the groups, before it could say so."""
    keep_only(approved_on, "groups-")
    approved_on.outbox.work()
    before = lms.sandbox.world.to_json()
    with approved_on.db.begin() as session:
        session.execute(sa.update(OutboxEntry).values(state=OutboxState.PENDING, due_at=clock()))
        session.execute(sa.update(Engagement).values(lms_group_id=None))
    assert approved_on.outbox.work() == GROUPS_AND_DATES
    after = lms.sandbox.world.to_json()
    assert [after[table] for table in ("groups", "groupings", "events")] == [
        before[table] for table in ("groups", "groupings", "events")
    ]
    with approved_on.db.read() as session:
        kept = session.scalars(sa.select(Engagement).where(Engagement.lms_group_id.is_not(None)))
        assert {row.lms_group_id for row in kept} == {group["id"] for group in before["groups"]}


def test_an_answer_that_never_came_after_the_group_was_made_makes_no_second(
    approved: Services, lms: Lms, clock: Clock
) -> None:
    entry = keep_only(approved, "groups-")
    lms.sandbox.misbehave("truncated", function=Function.CREATE_GROUPS, times=1)
    assert approved.outbox.work() == 0
    made = len(lms.sandbox.world.groups)
    assert made > 0
    clock.move(minutes=1)
    assert approved.outbox.work() == GROUPS_AND_DATES
    assert len(lms.sandbox.world.groups) == made
    assert reload(approved, entry).state is OutboxState.DONE


def test_an_engagement_that_ended_meanwhile_is_announced_to_nobody(approved_on: Services, lms: Lms) -> None:
    with approved_on.db.begin() as session:
        session.execute(sa.update(Engagement).values(state=EngagementState.ENDED_EARLY))
    approved_on.outbox.work()
    assert (lms.sandbox.messages, lms.sandbox.world.groups) == ([], {})
    assert approved_on.outbox.failed() == []
    told = entries(approved_on, kind="lms.message")
    assert {(entry.state, entry.last_error) for entry in told} == {
        (OutboxState.DROPPED, "The engagement ended before this could be done.")
    }


@pytest.mark.parametrize("change", [{"suspended": True}, {"removed": True}])
def test_who_left_is_not_written_to(
    approved: Services, lms: Lms, change: dict[str, Any], clock: Clock
) -> None:
    entry = keep_only(approved, "begin-")
    with approved.db.begin() as session:
        person = session.get_one(Person, entry.payload["person_id"])
        person.suspended = "suspended" in change
        person.removed_at = clock() if "removed" in change else None
    approved.outbox.work()
    assert lms.sandbox.messages == []
    assert reload(approved, entry).last_error == "The person is no longer in Moodle."


def test_a_person_deleted_in_moodle_meanwhile_is_a_refusal(approved: Services, lms: Lms) -> None:
    entry = keep_only(approved, "begin-")
    with approved.db.read() as session:
        lms.sandbox.delete_person(session.get_one(Person, entry.payload["person_id"]).lms_id)
    assert approved.outbox.work() == 0
    found = reload(approved, entry)
    assert found.state is OutboxState.FAILED
    assert found.last_error is not None
    assert found.last_error.startswith("Moodle did not deliver the message: ")


def test_a_message_whose_answer_never_came_is_looked_for_and_not_sent_again(
    approved_on: Services, lms: Lms, clock: Clock
) -> None:
    entry = keep_only(approved_on, "begin-")
    lms.sandbox.misbehave("truncated", function=Function.SEND_MESSAGES, times=1)
    assert approved_on.outbox.work() == 0
    assert len(lms.sandbox.messages) == 1
    clock.move(minutes=1)
    assert approved_on.outbox.work() == 1
    assert len(lms.sandbox.messages) == 1
    assert reload(approved_on, entry).state is OutboxState.DONE


def test_a_worker_that_died_after_moodle_sent_the_message_does_not_send_it_twice(
    approved_on: Services, lms: Lms, clock: Clock
) -> None:
    entry = keep_only(approved_on, "begin-")
    approved_on.outbox.work()
    with approved_on.db.begin() as session:  # its note of it was never written
        session.execute(sa.update(OutboxEntry).values(state=OutboxState.PENDING, due_at=clock()))
    assert approved_on.outbox.work() == 1
    assert len(lms.sandbox.messages) == 1
    assert reload(approved_on, entry).state is OutboxState.DONE


def test_workers_killed_after_any_answer_leave_all_done_once(
    approved_on: Services, lms: Lms, clock: Clock
) -> None:
    """SIGKILL after Moodle answered and before anything of it was noted: within the groups, and within the messages."""
    noted = len(entries(approved_on))
    url = approved_on.db.engine.url.render_as_string(hide_password=False)
    for calls in (3, 25, 7):
        worker = [sys.executable, "-m", "tests.killed_worker", url, str(calls), clock().isoformat()]
        assert subprocess.run(worker, check=False, timeout=100).returncode == -signal.SIGKILL
        clock.move(seconds=LEASE.total_seconds())
    approved_on.outbox.work()
    assert approved_on.outbox.counts() == {OutboxState.DONE: noted}
    told = Counter((message.recipient, message.text) for message in lms.sandbox.messages)
    assert set(told.values()) == {1}
    with approved_on.db.read() as session:
        running = session.scalars(sa.select(Engagement)).all()
    assert len(told) == 2 * len(running)
    assert {row.lms_group_id for row in running if row.course_id} == set(lms.sandbox.world.groups)
    events = Counter((event.group, event.timestart) for event in lms.sandbox.world.events.values())
    assert set(events.values()) == {1}


def test_where_moodle_does_not_let_us_look_twice_is_better_than_never(
    approved: Services, lms: Lms, clock: Clock
) -> None:
    keep_only(approved, "begin-")
    lms.sandbox.misbehave("truncated", function=Function.SEND_MESSAGES, times=1)
    lms.sandbox.misbehave("missing_function", function=Function.MESSAGES)
    approved.outbox.work()
    clock.move(minutes=1)
    assert approved.outbox.work() == 1
    assert len(lms.sandbox.messages) == 2


def test_what_was_given_up_can_be_dropped_for_good(approved_on: Services, lms: Lms, clock: Clock) -> None:
    entry = keep_only(approved_on, "begin-")
    with approved_on.db.begin() as session:
        outbox.give_up(session, entry.id, "Moodle was away for a week.")
    approved_on.outbox.drop(entry.id, by="Ada")
    dropped = reload(approved_on, entry)
    assert (dropped.state, dropped.last_error) == (OutboxState.DROPPED, "Dropped by Ada.")
    assert approved_on.outbox.work() == 0
    assert lms.sandbox.messages == []
    with pytest.raises(NotFoundError):
        approved_on.outbox.drop(entry.id, by="Ada")


def test_all_that_was_given_up_can_be_tried_again_at_once(approved_on: Services) -> None:
    noted = entries(approved_on)
    with approved_on.db.begin() as session:
        for entry in noted:
            outbox.give_up(session, entry.id, "Moodle was away for a week.")
    assert approved_on.outbox.all_again() == len(noted)
    assert approved_on.outbox.work() == len(noted)


def test_what_ended_long_ago_is_forgotten_and_what_was_given_up_is_not(
    approved_on: Services, clock: Clock
) -> None:
    noted = approved_on.outbox.work()
    with approved_on.db.begin() as session:
        outbox.add(session, "lms.message", {"a": {}}, clock())
        lost = session.scalars(sa.select(OutboxEntry).where(OutboxEntry.key == "a")).one()
        outbox.give_up(session, lost.id, "Moodle was away for a week.")
    clock.move(days=90)
    assert approved_on.outbox.forget() == 0
    clock.move(seconds=1)
    assert approved_on.outbox.forget() == noted
    assert [entry.key for entry in entries(approved_on)] == ["a"]


def test_no_more_is_done_than_was_asked(approved: Services) -> None:
    noted = len(entries(approved))
    approved.outbox.work(most=3)
    assert approved.outbox.counts()[OutboxState.PENDING] == noted - 3


def test_errors_name_nobody_and_show_no_token(approved: Services, lms: Lms) -> None:
    lms.sandbox.misbehave("failing_page", function=Function.CREATE_GROUPS)
    approved.outbox.work()
    with approved.db.read() as session:
        names = list(session.scalars(sa.select(Person.full_name)))
    told = " ".join(entry.last_error or "" for entry in entries(approved))
    assert told
    assert lms.sandbox.token not in told
    assert not [name for name in names if name in told]
