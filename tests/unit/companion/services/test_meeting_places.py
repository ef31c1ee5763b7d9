"""Groups and dates follow the engagements: begun, ended early, run to their end, joined and left."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from companion.mentoring.cadence import due_dates
from companion.models.engagement import Engagement, EngagementState
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.lms import Site
from companion.models.people import Person
from companion.models.programme import CONTACT_DAYS
from companion.services.meeting_places import EVENTS, GROUPS, KEPT, note_courses, note_engagements
from companion.services.registry import Services
from lms_client import Function
from tests.begun import Begun, Meeting
from tests.clock import Clock


def end(services: Services, meeting: Meeting, state: EngagementState, at: datetime) -> None:
    with services.db.begin() as session:
        session.execute(
            sa.update(Engagement).where(Engagement.id == meeting.id).values(state=state, ended_at=at)
        )


def groups_of(begun: Begun) -> set[str]:
    return {group.idnumber for group in begun.lms.sandbox.world.groups.values()}


def look(services: Services) -> int:
    found = services.meeting_places.look()
    services.outbox.work()
    return found


def kept(services: Services, engagement_id: int) -> Engagement:
    with services.db.read() as session:
        return session.get_one(Engagement, engagement_id)


def states(services: Services, kind: str) -> list[OutboxState]:
    with services.db.read() as session:
        rows = session.scalars(
            sa.select(OutboxEntry).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)
        )
        return [row.state for row in rows]


def test_beginning_brings_a_group_a_grouping_and_the_dates_of_check_ins(begun: Begun) -> None:
    meeting, world = begun.meeting, begun.lms.sandbox.world
    group = world.groups[meeting.engagement.lms_group_id or 0]
    assert set(group.members) == {meeting.learner.lms_id, meeting.adviser.lms_id}
    assert group.visibility == 1
    (grouping,) = [each for each in world.groupings.values() if each.course == group.course]
    assert (grouping.name, group.id in grouping.groups) == ("Onboarding companions", True)
    days = {
        datetime.fromtimestamp(event.timestart, UTC).date()
        for event in world.events.values()
        if event.group == group.id
    }
    assert days == set(due_dates(meeting.engagement.starts_on, meeting.engagement.ends_on, CONTACT_DAYS))
    assert days


def test_what_ended_early_leaves_no_group_and_no_date(begun_on: Begun) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    group = meeting.engagement.lms_group_id
    assert look(services) == 0
    end(services, meeting, EngagementState.ENDED_EARLY, begun_on.clock())
    assert look(services) == 1
    assert f"cairn-engagement-{meeting.id}" not in groups_of(begun_on)
    assert group not in {event.group for event in begun_on.lms.sandbox.world.events.values()}
    assert kept(services, meeting.id).lms_group_id is None
    assert look(services) == 0


def test_what_ran_to_its_end_keeps_its_group_for_a_while_without_further_dates(
    begun_on: Begun, clock: Clock
) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    end(services, meeting, EngagementState.CLOSED, clock())
    services.meeting_places.look_everywhere()
    services.outbox.work()
    world = begun_on.lms.sandbox.world
    group = world.groups[kept(services, meeting.id).lms_group_id or 0]
    assert set(group.members) == {meeting.learner.lms_id, meeting.adviser.lms_id}
    assert not [event for event in world.events.values() if event.group == group.id]
    assert not [each for each in world.groupings.values() if group.id in each.groups]
    clock.move(seconds=KEPT.total_seconds())
    assert look(services) == 0
    clock.move(seconds=1)
    assert look(services) == 1
    assert f"cairn-engagement-{meeting.id}" not in groups_of(begun_on)


def test_by_night_who_left_goes_and_what_was_done_by_hand_is_mended(begun_on: Begun) -> None:
    services, meeting, sandbox = begun_on.services, begun_on.meeting, begun_on.lms.sandbox
    other = begun_on.meetings[1]
    with services.db.begin() as session:
        session.get_one(Person, meeting.learner.person_id).suspended = True
    with sandbox.change() as world:
        world.drop_group(other.engagement.lms_group_id or 0)
    assert services.meeting_places.look_everywhere() > 0
    services.outbox.work()
    by_number = {group.idnumber: group for group in sandbox.world.groups.values()}
    assert by_number[f"cairn-engagement-{meeting.id}"].members == [meeting.adviser.lms_id]
    again = by_number[f"cairn-engagement-{other.id}"]
    assert set(again.members) == {other.learner.lms_id, other.adviser.lms_id}
    assert kept(services, other.id).lms_group_id == again.id


def test_many_changes_in_one_course_are_done_together(begun_on: Begun) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    course = meeting.engagement.course_id
    assert course is not None
    with services.db.begin() as session:
        session.execute(sa.delete(OutboxEntry))
        for _ in range(5):
            note_engagements(session, [meeting.id], begun_on.clock())
        note_courses(session, [course], begun_on.clock())
    assert services.outbox.work() == 2  # the groups once, then the dates
    assert states(services, GROUPS) == [OutboxState.DONE] + [OutboxState.DROPPED] * 5
    assert states(services, EVENTS) == [OutboxState.DONE]


@pytest.mark.parametrize(("function", "dates"), [(Function.CREATE_GROUPS, None), (Function.CREATE_EVENTS, 0)])
def test_a_site_that_does_not_offer_it_is_no_failure(
    begun: Begun, function: Function, dates: int | None
) -> None:
    services, meeting = begun.services, begun.meeting
    with services.db.begin() as session:
        site = session.scalars(sa.select(Site)).one()
        site.functions = [name for name in site.functions if name != function]
        session.execute(sa.delete(OutboxEntry))
        note_engagements(session, [meeting.id], begun.clock())
    services.outbox.work()
    assert services.outbox.failed() == []
    assert states(services, GROUPS) == [OutboxState.DROPPED if dates is None else OutboxState.DONE]
    assert states(services, EVENTS) == []


def test_people_without_a_course_do_without_a_group(begun: Begun) -> None:
    services, meeting = begun.services, begun.meeting
    with services.db.begin() as session:
        session.execute(sa.delete(OutboxEntry))
        session.execute(sa.update(Engagement).values(course_id=None))
        note_engagements(session, [meeting.id], begun.clock() + timedelta(days=1))
    assert states(services, GROUPS) == []
