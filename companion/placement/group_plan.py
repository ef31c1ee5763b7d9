"""What must change in the groups of a course so that they equal the engagements in it; pure.

Groups of others are never touched: ours are known by their ID number, and only those asked about are looked at.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

LONGEST_NAME = 254
"""Characters that Moodle keeps of the name of a group or grouping."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An engagement and what its group shall be.

    Attributes:
        people: the LMS's ids; None where the group shall be as it is, kept for those who wrote in it.
        stands: false where no group shall be left.
        grouping: the programme in whose grouping it shall be; None for none.
    """

    engagement_id: int
    people: frozenset[int] | None
    stands: bool = True
    grouping: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A group as it stands in the course."""

    id: int
    name: str
    id_number: str
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What to do, in this order.

    Attributes:
        create: engagement and name of each new group.
        add, remove: group and person.
        delete: groups.
    """

    create: tuple[tuple[int, str], ...] = ()
    add: tuple[tuple[int, int], ...] = ()
    remove: tuple[tuple[int, int], ...] = ()
    delete: tuple[int, ...] = ()


def id_number(engagement_id: int) -> str:
    """By what the group of an engagement is found again, whatever it is called."""
    return f"cairn-engagement-{engagement_id}"


def engagement_of(number: str) -> int | None:
    """The engagement whose group has this ID number; None where it is no group of ours."""
    found = re.fullmatch(r"cairn-engagement-([0-9]{1,18})", number)
    return int(found[1]) if found else None


def plan(wanted: Iterable[Wanted], standing: Collection[Standing]) -> GroupPlan:
    """The way from what stands to what is wanted; what stands as wanted is left alone, its name too."""
    ours = {group.id_number: group for group in standing if engagement_of(group.id_number) is not None}
    taken = {group.name for group in standing}
    create: list[tuple[int, str]] = []
    add: list[tuple[int, int]] = []
    remove: list[tuple[int, int]] = []
    delete: list[int] = []
    for one in sorted(wanted, key=lambda each: each.engagement_id):
        group = ours.get(id_number(one.engagement_id))
        if group is None:
            if one.stands and one.people:
                create.append((one.engagement_id, free_name(f"Mentoring {one.engagement_id}", taken)))
                taken.add(create[-1][1])
        elif not one.stands:
            delete.append(group.id)
        elif one.people is not None:
            add += [(group.id, person) for person in sorted(one.people - group.people)]
            remove += [(group.id, person) for person in sorted(group.people - one.people)]
    return GroupPlan(tuple(create), tuple(add), tuple(remove), tuple(delete))


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or with a number behind it where the course has one of that name; never longer than Moodle keeps."""
    tried, number = name[:LONGEST_NAME].strip(), 1
    while tried in taken:
        number += 1
        tail = f" ({number})"
        tried = name[: LONGEST_NAME - len(tail)].strip() + tail
    return tried


@dataclass(frozen=True, slots=True)
class GroupingPlan:
    """What to do to one grouping: groups to put in, groups of ours to take out."""

    assign: tuple[int, ...] = ()
    unassign: tuple[int, ...] = ()
    delete: bool = False


def plan_grouping(wanted: Collection[int], inside: Collection[int], ours: Collection[int]) -> GroupingPlan:
    """Make a grouping hold the wanted groups; what others put into it stays, and then it stays too.

    Args:
        wanted, inside, ours: the LMS's ids of groups that shall be in it, that are, and that are ours.
    """
    there = set(inside)
    surplus = sorted((there & set(ours)) - set(wanted))
    if not wanted and not there - set(surplus):
        return GroupingPlan(delete=True)
    return GroupingPlan(tuple(sorted(set(wanted) - there)), tuple(surplus))


def by_engagement(groups: Iterable[Standing]) -> Mapping[int, int]:
    """The LMS's id of the group of each engagement that has one."""
    return {
        engagement: group.id for group in groups if (engagement := engagement_of(group.id_number)) is not None
    }
