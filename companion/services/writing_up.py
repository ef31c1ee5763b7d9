"""Writing up the weeks of a programme: newcomers are grouped, cells closed and added up, within one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from companion.mentoring.populations import profile_date
from companion.mentoring.reporting.book import Page, coarsened, continued
from companion.mentoring.reporting.cells import WEEK, Cell, Tally, added
from companion.mentoring.reporting.groups import ReportingGroup, Subject, merged, reporting_groups
from companion.mentoring.reporting.measures import by_group, monday
from companion.mentoring.reporting.newcomers import ready
from companion.models.programme import Programme
from companion.models.reporting import Dimension, ReportingRules, Source
from companion.services.doings import doings
from companion.store import Session, reporting
from companion.store.reporting import Newcomer

LEAST = 5
LEAST_FOR_TEXT = 10
"""People a figure, and a collection of texts, is about at least (PRODUCT, D15)."""


def write_up(session: Session, programme: Programme, now: datetime) -> int:
    """Write up the weeks that are over; gives how many cells were closed. Doing it twice changes nothing."""
    came = reporting.newcomers(session, programme.id)
    rules = reporting.rules(session, programme.id)
    if rules is None:
        if not came:
            return 0
        rules = reporting.add_rules(session, programme.id, LEAST, LEAST_FOR_TEXT, now)
    formed = _group(session, programme, came, rules, now.date())
    until = monday(now.date())
    closed = _close(session, programme, until, rules.least)
    if closed or formed:
        _add_up(session, programme.id, rules.least)
    rules.reported_until = until - timedelta(days=1)
    return closed


def coarsen(session: Session, programme_id: int, least: int) -> None:
    """Join groups, and what they closed, until all have at least `least` people, where there are so many."""
    pages = _pages(session, programme_id)
    wide = merged([page.group for page in pages.values()], least)
    for group in wide:
        parts = {
            number: page for number, page in pages.items() if set(page.group.people) <= set(group.people)
        }
        if len(parts) < 2:
            continue
        joined = coarsened(list(parts.values()), group)
        into = min(parts)
        reporting.join_groups(session, into, sorted(parts), len(group.people), group.values)
        reporting.add_cells(session, _rows(into, joined.cells))
    _add_up(session, programme_id, least)


def _group(
    session: Session, programme: Programme, came: Sequence[Newcomer], rules: ReportingRules, today: date
) -> bool:
    if not came:
        return False
    since = min(each.began for each in came).date()
    first = not reporting.shapes(session, programme.id, 1)
    if not ready(len(came), since, today, rules.least, first=first):
        return False
    for group in reporting_groups([_subject(each, programme) for each in came], rules.least):
        reporting.add_group(session, programme.id, group.people, group.values)
    return True


def _subject(newcomer: Newcomer, programme: Programme) -> Subject:
    person = newcomer.person
    hired = profile_date(person.profile.get(programme.new_hire_field or ""))
    known = {
        Dimension.COHORT: f"{newcomer.began:%Y-%m}",
        Dimension.COURSE: newcomer.course,
        Dimension.DEPARTMENT: person.department,
        Dimension.LOCATION: person.profile.get("location"),
        Dimension.LANGUAGE: person.language,
        Dimension.HIRE_MONTH: f"{hired:%Y-%m}" if hired else None,
    }
    return Subject(person.id, {key: value.strip() for key, value in known.items() if value and value.strip()})


def _close(session: Session, programme: Programme, until: date, least: int) -> int:
    pages = _pages(session, programme.id)
    begin = monday(programme.created_at.date())
    since = min((_open_since(page, begin) for page in pages.values()), default=until)
    done = (each for each in doings(session, programme.id, since) if each.on < until)
    weeks = by_group(done, reporting.members(session, programme.id))
    rows = []
    for number, found in weeks.items():
        before = pages[number]
        after = continued(before, found, least)
        new = {source: after.cells[source][len(before.cells.get(source, ())) :] for source in Source}
        rows += _rows(number, new)
    reporting.add_cells(session, rows)
    return len(rows)


def _open_since(page: Page, begin: date) -> date:
    """The first day of the page whose doings are not closed yet, for some source."""
    closed = [page.cells.get(source) for source in Source]
    return min(cells[-1].last + WEEK if cells else begin for cells in closed)


def _pages(session: Session, programme_id: int) -> dict[int, Page]:
    people: dict[int, list[int]] = defaultdict(list)
    for person_id, number in reporting.members(session, programme_id).items():
        people[number].append(person_id)
    cells: dict[int, dict[Source, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for row in reporting.cells(session, programme_id):
        cells[row.group_id][row.source].append(Cell(row.first, row.last, row.people, row.tally))
    return {
        row.id: Page(ReportingGroup(tuple(sorted(people[row.id])), _values(row.values)), dict(cells[row.id]))
        for row in reporting.groups(session, programme_id)
    }


def _add_up(session: Session, programme_id: int, least: int) -> None:
    groups = [row for row in reporting.groups(session, programme_id) if row.people >= least]
    values = {row.id: _values(row.values) for row in groups}
    found: dict[tuple[Dimension | None, str | None, Source, date, date], list[Tally]] = defaultdict(list)
    for cell in reporting.cells(session, programme_id):
        if cell.group_id not in values or cell.people < least:
            continue
        questions = [(None, None), *values[cell.group_id].items()]
        for dimension, value in questions:
            found[dimension, value, cell.source, cell.first, cell.last].append(cell.tally)
    names = ("dimension", "value", "source", "first", "last")
    sums = [{**dict(zip(names, key, strict=True)), "tally": added(tallies)} for key, tallies in found.items()]
    reporting.replace_sums(session, programme_id, sums)


def _values(kept: Mapping[str, str]) -> dict[Dimension, str]:
    return {Dimension(name): value for name, value in kept.items()}


def _rows(number: int, cells: Mapping[Source, Iterable[Cell]]) -> list[dict[str, object]]:
    return [
        {
            "group_id": number,
            "source": source,
            "first": cell.first,
            "last": cell.last,
            "people": cell.people,
            "tally": dict(cell.tally),
        }
        for source, closed in cells.items()
        for cell in closed
    ]
