"""Cells: what a reporting group did over whole weeks, closed once enough of its people contributed; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

WEEK = timedelta(weeks=1)

Tally = Mapping[str, int]
"""Counts by what was counted, such as {"due": 6, "in_touch": 5}."""


@dataclass(frozen=True, slots=True)
class Week:
    """What the people of one group did in one week.

    Attributes:
        monday: the first day of the week.
        people: who contributed; the same person in two weeks is one person.
    """

    monday: date
    people: frozenset[int] = frozenset()
    tally: Tally = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest thing that is ever reported.

    Attributes:
        first, last: Mondays of its first and last week.
        people: how many people contributed.
    """

    first: date
    last: date
    people: int
    tally: Tally


def close(weeks: Iterable[Week], least: int) -> list[Cell]:
    """The cells that the given weeks fill, oldest first; weeks that fill none yet stay open.

    A cell never grows after it was closed: what a later week adds would be told by the difference.

    Args:
        weeks: of one group, after the last closed cell, each once; of doings that share a source.
        least: people who must have contributed to a cell.
    """
    cells: list[Cell] = []
    gathered: list[Week] = []
    for week in sorted(weeks, key=lambda week: week.monday):
        gathered.append(week)
        people = frozenset[int]().union(*(each.people for each in gathered))
        if len(people) >= least:
            cells.append(_cell(gathered, people))
            gathered = []
    return cells


def total(cells: Iterable[Cell]) -> dict[str, int]:
    """The sum of whole cells."""
    return added(cell.tally for cell in cells)


def added(tallies: Iterable[Tally]) -> dict[str, int]:
    """The sum of tallies."""
    summed: Counter[str] = Counter()
    for tally in tallies:
        summed.update(tally)
    return dict(summed)


def within(cells: Iterable[Cell], since: date, until: date) -> list[Cell]:
    """The cells that lie wholly between two days, both included."""
    return [cell for cell in cells if cell.first >= since and cell.last + WEEK - timedelta(days=1) <= until]


def _cell(weeks: list[Week], people: frozenset[int]) -> Cell:
    return Cell(weeks[0].monday, weeks[-1].monday, len(people), added(week.tally for week in weeks))
