"""Check-in dates in the calendars of groups."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.placement.events import NOON, EventPlan, plan_events, reconcile_events
from companion.placement.group_plan import Wanted
from companion.placement.groups import reconcile
from lms_client import GroupEvent, MoodleClient
from sandbox.records import Event
from tests.sites import Lms
from tests.watched import WatchedClients

TODAY = date(2026, 11, 24)
DAYS = st.frozensets(st.integers(-9, 9).map(lambda n: TODAY + timedelta(days=n)), max_size=4)
OWN = 9


def at(day: date) -> datetime:
    return datetime.combine(day, NOON)


@given(
    st.dictionaries(st.integers(1, 3), DAYS),
    st.lists(st.tuples(st.integers(1, 3), st.integers(-9, 9), st.sampled_from([OWN, 4]))),
)
def test_what_is_ahead_is_as_wanted_and_the_rest_is_untouched(
    wanted: dict[int, frozenset[date]], placed: list[tuple[int, int, int]]
) -> None:
    standing = [
        GroupEvent(number, "x", group, user, at(TODAY + timedelta(days=shift)))
        for number, (group, shift, user) in enumerate(placed, 1)
    ]
    change = plan_events(wanted, standing, OWN, TODAY)
    left = [event for event in standing if event.id not in change.delete]
    gone = [event for event in standing if event.id in change.delete]
    start = datetime.combine(TODAY, time(), UTC)
    assert all(event.user_id == OWN and event.starts_at and event.starts_at >= start for event in gone)
    ours = [
        (event.group_id, event.starts_at)
        for event in left
        if event.user_id == OWN and event.starts_at and event.starts_at >= start
    ]
    ahead = [(group, at(day)) for group, days in wanted.items() for day in days if day >= TODAY]
    assert sorted(ours + list(change.create)) == sorted(ahead)


@pytest.fixture
def client(lms: Lms) -> MoodleClient:
    return WatchedClients()(lms.url, lms.sandbox.token)


def test_dates_are_created_moved_and_taken_out_and_those_of_others_stay(
    client: MoodleClient, lms: Lms
) -> None:
    course = lms.sandbox.find_course("ONB-SALES").id
    person = lms.sandbox.world.enrolments_in(course)[0].person
    (group,) = reconcile(client, course, [Wanted(7, frozenset({person}))], {}).groups.values()
    theirs = Event(900, "Lunch", "", course, group, person, "group", int(at(TODAY).timestamp()), 0)
    with lms.sandbox.change() as world:
        world.events[900] = theirs
    first, second = TODAY + timedelta(days=6), TODAY + timedelta(days=13)
    for _twice in range(2):
        reconcile_events(client, course, {group: [first, second]}, "<p>x</p>", TODAY)
        assert days_of(lms, group) == [first, second]
    moved = TODAY + timedelta(days=20)
    reconcile_events(client, course, {group: [first, moved]}, "<p>x</p>", TODAY)
    assert days_of(lms, group) == [first, moved]
    reconcile_events(client, course, {group: []}, "<p>x</p>", first + timedelta(days=1))
    assert days_of(lms, group) == [first]
    assert lms.sandbox.world.events[900] == theirs


def test_a_group_that_is_gone_gets_no_event_that_nobody_sees(client: MoodleClient, lms: Lms) -> None:
    course = lms.sandbox.find_course("ONB-SALES").id
    done = reconcile_events(client, course, {4711: [TODAY]}, "", TODAY)
    assert done == EventPlan((), ())
    assert lms.sandbox.world.events == {}


def days_of(lms: Lms, group: int) -> list[date]:
    own = lms.sandbox.world.service_user
    events = [
        e for e in lms.sandbox.world.events.values() if (e.group, e.user, e.kind) == (group, own, "group")
    ]
    return sorted(datetime.fromtimestamp(event.timestart, UTC).date() for event in events)
