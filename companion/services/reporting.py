"""Reports: what coordinators ask, answered with sums of whole cells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.reporting.cells import Tally, added
from companion.mentoring.reporting.measures import PARTS, headline
from companion.models.programme import Programme
from companion.models.reporting import Dimension, ReportingRules, ReportSum, Source
from companion.services.writing_up import coarsen, write_up
from companion.store import Database, programmes, reporting


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted from one source.

    Attributes:
        tally: counts by part, in the order in which they are shown.
        headline: the share that sums it up, 0 to 1; None where nothing was counted.
        weeks: the same by the Monday of the week in which the counting was closed.
    """

    source: Source
    tally: Tally
    headline: float | None
    weeks: tuple[tuple[date, Tally, float | None], ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report and what it can be narrowed to.

    Attributes:
        people: how many learners it is about; 0 where there are too few to tell.
        choices: values of each dimension for which there is a group.
        measured: every source; with an empty tally where too few people contributed.
    """

    programme: Programme
    rules: ReportingRules | None
    people: int
    choices: Mapping[Dimension, Sequence[str]]
    measured: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One value of a dimension beside the others; `people` as of ReportView."""

    value: str
    people: int
    measured: tuple[Measured, ...]


class ReportingService:
    """Writes up weeks and answers questions."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def run(self) -> int:
        """Write up every programme until last Sunday; gives how many cells were closed. Safe to do twice."""
        with self._db.read() as session:
            ids = programmes.all_ids(session)
        return sum(map(self.write_up, ids))

    def write_up(self, programme_id: int) -> int:
        """Write up one programme; gives how many cells were closed."""
        with self._db.begin() as session:
            programme = programmes.locked(session, programme_id)
            return write_up(session, programme, self._clock()) if programme else 0

    def raise_thresholds(self, programme_id: int, *, least: int, least_for_text: int) -> None:
        """Let figures be about more people than before, those told already too.

        Raises:
            InputError: a threshold would fall, or not be a threshold at all.
            NotFoundError: no such programme, or none of its cohorts has started.
        """
        with self._db.begin() as session:
            rules = (
                reporting.rules(session, programme_id) if programmes.locked(session, programme_id) else None
            )
            if rules is None:
                raise NotFoundError("There is no such programme, or its first cohort has not started.")
            _check_raised(rules, least, least_for_text)
            if least > rules.least:
                coarsen(session, programme_id, least)
            rules.least, rules.least_for_text = least, least_for_text

    def report(
        self,
        programme_id: int,
        *,
        dimension: Dimension | None = None,
        value: str | None = None,
        since: date = date.min,
        until: date = date.max,
    ) -> ReportView:
        """Answer a question; raises NotFoundError where there is no such programme."""
        with self._db.read() as session:
            programme = programmes.get(session, programme_id)
            if programme is None:
                raise NotFoundError("There is no such programme.")
            rules = reporting.rules(session, programme_id)
            groups = reporting.shapes(session, programme_id, rules.least) if rules else []
            summed = reporting.sums(session, programme_id, dimension, value, since, until)
            return ReportView(
                programme=programme,
                rules=rules,
                people=sum(n for n, shared in groups if dimension is None or shared.get(dimension) == value),
                choices=_choices(shared for _, shared in groups),
                measured=_by_source(summed),
            )

    def compared(
        self, programme_id: int, dimension: Dimension, *, since: date = date.min, until: date = date.max
    ) -> list[Compared]:
        """The same report for every value of a dimension, side by side."""
        with self._db.read() as session:
            rules = reporting.rules(session, programme_id)
            groups = reporting.shapes(session, programme_id, rules.least) if rules else []
            found = reporting.sums_by(session, programme_id, dimension, since, until)
        people: dict[str, int] = {}
        for number, shared in groups:
            if dimension in shared:
                people[shared[dimension]] = people.get(shared[dimension], 0) + number
        return [Compared(value, n, _by_source(found.get(value, ()))) for value, n in sorted(people.items())]


def _by_source(found: Sequence[ReportSum]) -> tuple[Measured, ...]:
    return tuple(
        _measured(source, [(row.last, row.tally) for row in found if row.source is source])
        for source in Source
    )


def _check_raised(rules: ReportingRules, least: int, least_for_text: int) -> None:
    wrong = {}
    if least < rules.least:
        wrong["least"] = f"Choose {rules.least} or more: a threshold only rises once a cohort runs."
    if least_for_text < max(rules.least_for_text, least):
        wrong["least_for_text"] = f"Choose {max(rules.least_for_text, least)} or more."
    if max(least, least_for_text) > MOST:
        wrong["least_for_text" if least <= MOST else "least"] = f"Choose {MOST} or less."
    if wrong:
        raise InputError("The thresholds cannot be used.", wrong)


MOST = 1000
"""A threshold above this would end all reports of a programme."""


def _choices(found: Iterable[Mapping[str, str]]) -> dict[Dimension, Sequence[str]]:
    values: dict[Dimension, set[str]] = {dimension: set() for dimension in Dimension}
    for group in found:
        for name, value in group.items():
            values[Dimension(name)].add(value)
    return {dimension: sorted(known) for dimension, known in values.items() if len(known) > 0}


def _measured(source: Source, found: Sequence[tuple[date, Tally]]) -> Measured:
    by_week: dict[date, list[Tally]] = {}
    for week, tally in found:
        by_week.setdefault(week, []).append(tally)
    whole = _ordered(source, added(tally for _, tally in found))
    weeks = [(week, _ordered(source, added(tallies))) for week, tallies in sorted(by_week.items())]
    return Measured(
        source,
        whole,
        headline(source, whole),
        tuple((week, tally, headline(source, tally)) for week, tally in weeks),
    )


def _ordered(source: Source, tally: Tally) -> Tally:
    return {part: tally.get(part, 0) for part in PARTS[source]} if tally else {}
