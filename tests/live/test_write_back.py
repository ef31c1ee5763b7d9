"""What Cairn writes into a real Moodle with the smallest role: groups, a grouping, dates, a message it finds again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from secrets import randbelow

import pytest

from companion.placement.events import reconcile_events
from companion.placement.group_plan import Wanted
from companion.placement.groups import reconcile
from lms_client import MoodleClient, NewMessage
from tests.live.conftest import Live

PROGRAMMES = {999_999: "Cairn live test"}


@pytest.fixture
def client(live: Live) -> MoodleClient:
    return MoodleClient.connect(live.url, live.token)


@pytest.fixture
def course(client: MoodleClient, live: Live) -> int:
    return next(c.id for c in client.courses() if not live.courses or c.short_name in live.courses)


@pytest.fixture
def engagements(client: MoodleClient, course: int) -> Iterator[tuple[int, int]]:
    """Two numbers that no engagement has; what was made for them is taken out again."""
    first = 10**15 + randbelow(10**12)
    yield first, first + 1
    ended = [Wanted(number, None, stands=False) for number in (first, first + 1)]
    assert reconcile(client, course, ended, PROGRAMMES).groups == {}
    assert not [g for g in client.course_groupings(course) if g.idnumber == "cairn-programme-999999"]


def test_groups_and_dates_follow_what_is_wanted(
    client: MoodleClient, course: int, engagements: tuple[int, int]
) -> None:
    own = client.site_info().user_id
    people = [p.id for p in client.participants(course, page_size=10) if p.id != own][:3]
    one, other = engagements
    assert not client.site_info().is_site_admin
    wanted = [
        Wanted(one, frozenset(people[:2]), grouping=999_999),
        Wanted(other, frozenset([*people[1:], 999_999_999]), grouping=999_999),
    ]
    done = reconcile(client, course, wanted, PROGRAMMES)
    assert done.not_enrolled == {999_999_999}
    assert set(client.group_members([done.groups[one]])[done.groups[one]]) == set(people[:2])
    assert reconcile(client, course, wanted, PROGRAMMES).groups == done.groups

    today = datetime.now(UTC).date()
    days = [today + timedelta(days=number) for number in (7, 14)]
    group = done.groups[one]
    assert len(reconcile_events(client, course, {group: days}, "<p>x</p>", today).create) == 2
    assert reconcile_events(client, course, {group: days}, "<p>x</p>", today).create == ()
    moved = reconcile_events(client, course, {group: [days[0], today + timedelta(days=21)]}, "", today)
    assert (len(moved.create), len(moved.delete)) == (1, 1)
    assert len(client.group_events([group])) == 2


def test_a_message_that_was_sent_is_found_again(client: MoodleClient, course: int) -> None:
    own = client.site_info().user_id
    person = next(p.id for p in client.participants(course, page_size=10) if p.id != own)
    text = f"<p>Hello &amp; welcome, “{datetime.now(UTC).isoformat()}”</p>"
    (sent,) = client.send_messages([NewMessage(person, text, "live-test")])
    assert sent.refusal is None
    told = client.messages_sent_to(person)
    assert told[0].text == text
    assert abs(told[0].sent_at - datetime.now(UTC)) < timedelta(minutes=5)
