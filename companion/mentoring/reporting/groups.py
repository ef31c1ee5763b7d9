"""Reporting groups: people sorted into the finest groups that no report goes below; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from companion.models.reporting import Dimension

Values = Mapping[Dimension, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody who is reported on.

    Attributes:
        values: what is known of the person; a dimension that is not known is left out.
    """

    person_id: int
    values: Values


@dataclass(frozen=True, slots=True)
class ReportingGroup:
    """People who are only ever reported on together.

    Attributes:
        people: ids, ascending.
        values: what all of them share; a report narrowed to one of these counts the whole group.
    """

    people: tuple[int, ...]
    values: Values


def reporting_groups(subjects: Iterable[Subject], least: int) -> list[ReportingGroup]:
    """Part people along the dimensions as long as every part keeps at least `least` people.

    Values with fewer people are pooled; a pool that is itself too small joins the smallest part beside it. The same
    people give the same groups, in whatever order they come. This is the top-down partitioning of LeFevre, DeWitt and
    Ramakrishnan ("Mondrian Multidimensional k-Anonymity", 2006) for categories.

    Args:
        least: people a group has at least; 1 or more.

    Returns:
        Groups by their first person; none at all where there are fewer people than `least`.
    """
    everybody = sorted(subjects, key=lambda subject: subject.person_id)
    if len(everybody) < max(least, 1):
        return []
    return sorted(map(_group, _parted(everybody, tuple(Dimension), least)), key=lambda group: group.people)


def merged(groups: Iterable[ReportingGroup], least: int) -> list[ReportingGroup]:
    """Groups joined until each has at least `least` people, for a threshold that was raised.

    Whole groups are joined, the smallest first, with the one that shares most with it: what was reported before stays
    a sum of groups, so that nothing can be told from the difference. Where all of them together miss the threshold,
    they stay one group that no report counts: were its people sorted anew with those who come later, the difference
    would tell of the latter.
    """
    standing = sorted(groups, key=_size)
    while len(standing) > 1 and len(standing[0].people) < least:
        smallest, others = standing[0], standing[1:]
        nearest = max(others, key=lambda other: (len(_shared([smallest.values, other.values])), other.people))
        others.remove(nearest)
        standing = sorted([*others, _joined(smallest, nearest)], key=_size)
    return sorted(standing, key=lambda group: group.people)


def narrowed(groups: Iterable[ReportingGroup], to: Values) -> list[ReportingGroup]:
    """The groups in which everybody has the values asked for."""
    return [group for group in groups if all(group.values.get(key) == value for key, value in to.items())]


def _parted(people: Sequence[Subject], left: Sequence[Dimension], least: int) -> list[Sequence[Subject]]:
    for position, dimension in enumerate(left):
        parts = _parts(people, dimension, least)
        if len(parts) > 1:
            rest = left[position + 1 :]
            return [small for part in parts for small in _parted(part, rest, least)]
    return [people]


def _parts(people: Sequence[Subject], dimension: Dimension, least: int) -> list[list[Subject]]:
    by_value: dict[str | None, list[Subject]] = defaultdict(list)
    for subject in people:
        by_value[subject.values.get(dimension)].append(subject)
    named = sorted(by_value.items(), key=lambda item: item[0] or "")
    parts = [part for _, part in named if len(part) >= least]
    pool = [subject for _, part in named if len(part) < least for subject in part]
    if len(pool) >= least:
        parts.append(pool)
    elif pool and parts:
        min(parts, key=len).extend(pool)
    return parts or [list(people)]


def _group(people: Sequence[Subject]) -> ReportingGroup:
    return ReportingGroup(
        tuple(sorted(subject.person_id for subject in people)), _shared([one.values for one in people])
    )


def _joined(one: ReportingGroup, other: ReportingGroup) -> ReportingGroup:
    return ReportingGroup(tuple(sorted((*one.people, *other.people))), _shared([one.values, other.values]))


def _shared(all_values: Sequence[Values]) -> dict[Dimension, str]:
    first, *others = all_values
    return {key: value for key, value in first.items() if all(each.get(key) == value for each in others)}


def _size(group: ReportingGroup) -> tuple[int, tuple[int, ...]]:
    return len(group.people), group.people
