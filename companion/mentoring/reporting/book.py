"""The book of a cohort: its reporting groups and their cells; a report is a sum of whole cells. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from companion.mentoring.reporting.cells import Cell, Tally, Week, close, total, within
from companion.mentoring.reporting.groups import ReportingGroup, Values, narrowed
from companion.models.reporting import Source


@dataclass(frozen=True, slots=True)
class Page:
    """A reporting group with the cells it closed, by what was counted."""

    group: ReportingGroup
    cells: Mapping[Source, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is about.

    Attributes:
        to: only groups in which everybody has these values.
        since, until: only cells wholly between these days, both included.
    """

    to: Values
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Report:
    """An answer.

    Attributes:
        people: how many people the groups counted have together; 0 or at least the threshold.
        tallies: sums by what was counted; a source without a closed cell is absent.
        weeks: the same by the Monday of the week in which cells closed.
    """

    people: int
    tallies: Mapping[Source, Tally]
    weeks: Mapping[Source, Mapping[date, Tally]]


def report(pages: Iterable[Page], question: Question, least: int) -> Report:
    """Add up the whole cells that a question covers, of at least `least` people and in groups of as many."""
    wanted = [page for page in pages if len(page.group.people) >= least]
    groups = narrowed([page.group for page in wanted], question.to)
    found = [page for page in wanted if page.group in groups]
    tallies: dict[Source, Tally] = {}
    weeks: dict[Source, Mapping[date, Tally]] = {}
    for source in Source:
        cells = [
            cell
            for page in found
            for cell in within(page.cells.get(source, ()), question.since, question.until)
            if cell.people >= least
        ]
        if cells:
            tallies[source] = total(cells)
            weeks[source] = _by_week(cells)
    return Report(sum(len(group.people) for group in groups), tallies, weeks)


def continued(page: Page, weeks: Mapping[Source, Iterable[Week]], least: int) -> Page:
    """A page with the cells that further weeks fill; weeks up to the last closed one are left alone.

    Args:
        weeks: whole weeks that are over, of the group of the page.
    """
    return Page(
        page.group, {source: _continued(page, source, weeks.get(source, ()), least) for source in Source}
    )


def coarsened(pages: Sequence[Page], group: ReportingGroup) -> Page:
    """The page of a group that was joined from the groups of `pages`, for a threshold that was raised.

    What they closed becomes one cell for each source. People are counted once in each of the joined groups, whatever
    number of cells they are in, so that the count is never too high. A cell that misses the threshold is no longer
    reported, but stays: were its weeks to be closed again with later ones, the difference would tell of those alone.
    """
    joined: dict[Source, Sequence[Cell]] = {}
    for source in Source:
        closed = [page.cells[source] for page in pages if page.cells.get(source)]
        people = sum(max(cell.people for cell in cells) for cells in closed)
        every = [cell for cells in closed for cell in cells]
        if every:
            first, last = min(cell.first for cell in every), max(cell.last for cell in every)
            joined[source] = [Cell(first, last, people, total(every))]
    return Page(group, joined)


def _continued(page: Page, source: Source, weeks: Iterable[Week], least: int) -> Sequence[Cell]:
    closed = page.cells.get(source, ())
    after = max((cell.last for cell in closed), default=date.min)
    return [*closed, *close((week for week in weeks if week.monday > after), least)]


def _by_week(cells: Iterable[Cell]) -> dict[date, Tally]:
    closing: dict[date, list[Cell]] = defaultdict(list)
    for cell in cells:
        closing[cell.last].append(cell)
    return {monday: total(closing[monday]) for monday in sorted(closing)}
