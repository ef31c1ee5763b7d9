"""The dates of check-ins in the calendars of groups, created, moved and taken out; the plan is pure.

An event of a person is made for the token's own user, so the event is the group's. Ours are known again as those that
the token's user made in the groups of engagements.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from lms_client import GroupEvent, MoodleClient, NewEvent

NAME = "Mentoring check-in"
NOON = time(12, tzinfo=UTC)
"""A check-in is due on a day. Noon in UTC is the same day on nearly every clock."""
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class EventPlan:
    """Group and moment of each event to create, and the LMS's ids of those to delete."""

    create: tuple[tuple[int, datetime], ...]
    delete: tuple[int, ...]


def plan_events(
    wanted: Mapping[int, Collection[date]], standing: Sequence[GroupEvent], own_user: int, today: date
) -> EventPlan:
    """The way from the events that stand to those that are wanted; days that are past stay as they were.

    Args:
        wanted: days by group; a group without days loses those to come.
        standing: events of these groups, whoever made them.
        own_user: the token's user.
    """
    start = datetime.combine(today, time(), UTC)
    ahead = {
        (group, datetime.combine(day, NOON)) for group, days in wanted.items() for day in days if day >= today
    }
    kept: set[tuple[int, datetime]] = set()
    surplus: list[int] = []
    for event in sorted(standing, key=lambda each: each.id):
        if event.user_id != own_user or event.starts_at is None or event.starts_at < start:
            continue
        place = (event.group_id, event.starts_at)
        if place in ahead and place not in kept:
            kept.add(place)
        else:
            surplus.append(event.id)
    return EventPlan(tuple(sorted(ahead - kept)), tuple(surplus))


def reconcile_events(
    client: MoodleClient, course_id: int, wanted: Mapping[int, Collection[date]], link: str, today: date
) -> EventPlan:
    """Make the events of these groups equal to what is wanted; safe to do twice.

    Args:
        course_id: the LMS's number.
        link: HTML below the event's name.
    """
    # Moodle makes an event for a group that is gone, where nobody would ever see it.
    there = {group.id for group in client.course_groups(course_id)}
    groups = sorted(there & wanted.keys())
    if not groups:
        return EventPlan((), ())
    own_user = client.site_info().user_id
    standing = [
        event
        for start in range(0, len(groups), AT_ONCE)
        for event in client.group_events(groups[start : start + AT_ONCE])
    ]
    change = plan_events({group: wanted[group] for group in groups}, standing, own_user, today)
    for start in range(0, len(change.create), AT_ONCE):
        part = change.create[start : start + AT_ONCE]
        client.create_events([NewEvent(course_id, group, NAME, at, link) for group, at in part])
    for start in range(0, len(change.delete), AT_ONCE):
        client.delete_events(change.delete[start : start + AT_ONCE])
    return change
