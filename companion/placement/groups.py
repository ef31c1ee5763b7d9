"""The groups and groupings of a course, made equal to the engagements in it; safe to do twice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from companion.placement.group_plan import (
    Standing,
    Wanted,
    by_engagement,
    free_name,
    id_number,
    plan,
    plan_grouping,
)
from lms_client import Grouping as LmsGrouping
from lms_client import InvalidParameter, MoodleClient, NewGroup, NotFound

AT_ONCE = 100
"""Groups or memberships sent in one request."""

T = TypeVar("T")
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of it: the LMS's id of the group of each engagement, and who could not be added.

    Attributes:
        not_enrolled: the LMS's ids of people whom it does not know in the course.
    """

    groups: Mapping[int, int]
    not_enrolled: frozenset[int]


def reconcile(
    client: MoodleClient, course_id: int, wanted: Sequence[Wanted], programmes: Mapping[int, str]
) -> Reconciled:
    """Make the groups of a course, and a grouping for each programme, equal to what is wanted.

    Others see neither the groups nor who is in them, and their names tell nothing: Moodle shows a group of this
    kind to its members and to whoever manages groups.

    Args:
        course_id: the LMS's number.
        programmes: names of the programmes, by number, that have or had engagements in the course.
    """
    asked = {id_number(one.engagement_id) for one in wanted}
    standing = _standing(client, course_id, asked)
    first = plan(wanted, standing)
    client_groups = [
        NewGroup(course_id, name, id_number(engagement_id), members_only=True)
        for engagement_id, name in first.create
    ]
    made = [group for part in _parts(client_groups) for group in client.create_groups(part)]
    standing += [Standing(group.id, group.name, group.idnumber) for group in made]
    # With the new groups there, the plan names their members as it does those of the old ones.
    then = plan(wanted, standing)
    refused = _add(client, then.add)
    for part in _parts(then.remove):
        client.remove_group_members(part)
    for group_ids in _parts(then.delete):
        client.delete_groups(group_ids)
    gone = set(then.delete)
    groups = {engagement: group for engagement, group in by_engagement(standing).items() if group not in gone}
    ours = {one.engagement_id: groups[one.engagement_id] for one in wanted if one.engagement_id in groups}
    _groupings(client, course_id, wanted, ours, programmes)
    return Reconciled(ours, refused)


def _standing(client: MoodleClient, course_id: int, asked: Collection[str]) -> list[Standing]:
    groups = client.course_groups(course_id)
    own = [group.id for group in groups if group.idnumber in asked]
    people: dict[int, tuple[int, ...]] = {}
    for part in _parts(own):
        people |= client.group_members(part)
    return [
        Standing(group.id, group.name, group.idnumber, frozenset(people.get(group.id, ())))
        for group in groups
    ]


def _add(client: MoodleClient, pairs: Sequence[Pair]) -> frozenset[int]:
    """Add people to groups; gives those whom the LMS refuses, which refuses everybody sent with them."""
    refused: set[int] = set()
    for part in _parts(pairs):
        if _refused(client, part):
            refused.update(pair[1] for pair in part if _refused(client, [pair]))
    return frozenset(refused)


def _refused(client: MoodleClient, pairs: Sequence[Pair]) -> bool:
    """Whether somebody among them is not enrolled, or no longer in the LMS; then nobody was added."""
    try:
        client.add_group_members(pairs)
    except InvalidParameter:
        return True
    except NotFound as unknown:
        if unknown.errorcode != "invaliduser":
            raise
        return True
    return False


def _groupings(
    client: MoodleClient,
    course_id: int,
    wanted: Sequence[Wanted],
    groups: Mapping[int, int],
    programmes: Mapping[int, str],
) -> None:
    known = client.course_groupings(course_id)
    taken = {grouping.name for grouping in known}
    for programme_id, name in programmes.items():
        inside = {
            groups[one.engagement_id]
            for one in wanted
            if one.grouping == programme_id and one.engagement_id in groups
        }
        number = f"cairn-programme-{programme_id}"
        found = next((each for each in known if each.idnumber == number), None)
        if found is None and inside:
            found = client.create_grouping(course_id, free_name(name, taken), number)
            taken.add(found.name)
        if found is not None:
            _fill(client, found, inside, groups.values())


def _fill(
    client: MoodleClient, grouping: LmsGrouping, wanted: Collection[int], ours: Collection[int]
) -> None:
    change = plan_grouping(wanted, client.grouping_groups(grouping.id), ours)
    if change.delete:
        client.delete_groupings([grouping.id])
    for part in _parts(change.assign):
        client.assign_grouping(grouping.id, part)
    for part in _parts(change.unassign):
        client.unassign_grouping(grouping.id, part)


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
