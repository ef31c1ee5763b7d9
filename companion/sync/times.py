"""When people were enrolled and when they completed: by Cairn's block, by a report, else person by person.

The first of these that the site offers is used; where it fails, the next takes its place.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from companion.models.staging import Route
from companion.store import staging
from companion.store.bulk import Values
from companion.sync.lists import role_of
from companion.sync.pipeline import Job, Pipeline, at_once
from companion.sync.progress import Progress
from companion.sync.scope import Scope
from companion.sync.stage import END, Stage
from lms_client import (
    Completion,
    Function,
    LmsError,
    MalformedReply,
    MoodleClient,
    Participation,
    ParticipationPage,
    ReportFilter,
    SiteError,
)

BLOCK_PAGE = 2000
REPORT_PAGE = 1000
"""Rows on a page; the report builder of Moodle 4.5 needs a millisecond for each."""
CHUNK = 30
"""Learners whose completions are asked for together: 0.12 s of Moodle's time, against 0.83 s one by one."""
CHANGES = (
    ReportFilter.COMPLETED,
    ReportFilter.ENROLLED,
    ReportFilter.PERSON_CHANGED,
    ReportFilter.PERSON_SEEN,
)
"""What is asked of a report to find changes, one after the other; the first two must be answered."""


NOTHING: Iterator[Job] = iter(())


class Times:
    """Reads times onto the stage."""

    def __init__(
        self,
        client: MoodleClient,
        functions: Collection[str],
        stage: Stage,
        scope: Scope,
        progress: Progress,
        pipeline: Pipeline,
    ) -> None:
        self._client, self._functions, self._stage = client, functions, stage
        self._scope, self._progress, self._pipeline = scope, progress, pipeline
        self._report_id, self._filters = scope.report_id, scope.report_filters
        self._beside = NOTHING

    def choose(self) -> Route:
        """The route of this reading, decided once; a report is set up on the way. Raises SiteError."""
        found = self._stage.reading().route
        return found or self._keep(next(self._candidates()))

    def read(self, beside: Iterator[Job] = NOTHING) -> None:
        """Read all times that are wanted. Raises LmsError where every further call would fail.

        Args:
            beside: asked meanwhile, one for each page of times.
        """
        self._beside = beside
        if self._stage.place("times") == END or not self._scope.followed:
            return
        self._progress.phase("completions")
        in_bulk = self._read_in_bulk()
        if not (in_bulk and self._since):
            self._read_singly()
        self._stage.end("times")

    @property
    def _since(self) -> datetime | None:
        return self._stage.reading().since

    def _keep(self, route: Route) -> Route:
        with self._stage.keeping() as (_, reading):
            reading.route = route
        return route

    def _candidates(self) -> Iterator[Route]:
        """The routes that the site offers, the best first."""
        if Function.BULK_COMPLETIONS in self._functions:
            yield Route.BLOCK
        if Function.REPORT in self._functions and Function.REPORTS in self._functions and self._find_report():
            yield Route.REPORT
        yield Route.BATCH if Function.BATCH in self._functions else Route.SINGLE

    # -- in bulk -----------------------------------------------------------------------------------------------------
    def _read_in_bulk(self) -> bool:
        """Whether a bulk source told the times."""
        while (route := self.choose()) in (Route.BLOCK, Route.REPORT):
            try:
                if route is Route.BLOCK:
                    self._read_block()
                else:
                    self._read_report()
                return True
            except SiteError:
                raise
            except LmsError as problem:
                self._fall_back(route, problem)
        return False

    def _fall_back(self, route: Route, problem: LmsError) -> None:
        what = (
            "The block's bulk completions were" if route is Route.BLOCK else "The report of participants was"
        )
        following = next(each for each in self._candidates() if each is not Route.BLOCK and each is not route)
        with self._stage.keeping() as (session, reading):
            staging.note_problem(reading, f"{what} not used: {problem}", complete=True)
            staging.clear_times(session, self._stage.site_id)
            staging.note(session, reading, times=None)
            reading.route = following

    def _read_block(self) -> None:
        since, place = self._since, self._stage.place("times") or {"page": 0}
        with self._stage.looking() as session:
            whole = staging.lists_whole(session, self._stage.site_id)
        courses = self._scope.followed if since else whole
        client, begun, ended = self._client, int(place["page"]), False

        def job(page: int) -> Job:
            start = page * BLOCK_PAGE
            return Job(
                lambda: client.bulk_completions_page(courses, since=since, start=start, size=BLOCK_PAGE),
                lambda answer: take(page, answer),
            )

        def take(page: int, answer: list[Participation] | LmsError) -> Iterable[Job]:
            nonlocal ended
            if isinstance(answer, LmsError):
                raise answer
            if ended:
                return
            ended = len(answer) < BLOCK_PAGE
            if not ended:
                yield from [job(page + 1), job(page + 2)] if page == begun else [job(page + 2)]
            yield from islice(self._beside, 1)
            self._keep_rows(answer, {"page": page + 1})

        if courses:
            self._pipeline.run([job(begun)])

    def _find_report(self) -> bool:
        """Whether there is a report that can be read; it is set up if it was not."""
        try:
            found = [each for each in self._client.reports() if each.is_participants]
            if not found:
                return False
            known = [each.id for each in found if each.id == self._report_id]
            self._report_id = (known or [each.id for each in found])[0]
            if not known or not self._filters:
                self._filters = self._client.set_up_report(self._report_id, self._functions)
                with self._stage.keeping() as (session, _):
                    staging.remember_report(session, self._stage.site_id, self._report_id, self._filters)
        except SiteError:
            raise
        except LmsError as problem:
            self._stage.problem(f"The report of participants was not used: {problem}")
            return False
        return self._since is None or self._filters >= set(CHANGES[:2])

    def _read_report(self) -> None:
        since, place = self._since, self._stage.place("times") or {"pass": 0}
        passes = [name for name in CHANGES if name in self._filters] if since else [None]
        for number in range(int(place["pass"]), len(passes)):
            same = place if number == place["pass"] else {}
            self._read_pass(number, passes[number], int(same.get("page", 0)), int(same.get("read", 0)))

    def _read_pass(self, number: int, only: ReportFilter | None, begun: int, read: int) -> None:
        """Read the report once, of changes only the rows that a filter lets pass."""
        if self._report_id is None:  # the route was chosen by a run before this one
            self._find_report()
        report_id = self._report_id
        if report_id is None:
            raise MalformedReply(Function.REPORTS, "reports, where the report has gone")
        self._set_filters(report_id, only)
        last = begun
        client, people = self._client, only in (ReportFilter.PERSON_CHANGED, ReportFilter.PERSON_SEEN)

        def job(page: int) -> Job:
            return Job(
                lambda: client.participation_page(report_id, page, size=REPORT_PAGE),
                lambda answer: take(page, answer),
            )

        def take(page: int, answer: ParticipationPage | LmsError) -> Iterable[Job]:
            nonlocal read, last
            if isinstance(answer, LmsError):
                raise answer
            read += answer.read
            if not answer.read and read < answer.total:  # else people would be missing
                raise MalformedReply(Function.REPORT, "data.rows, which end before data.totalrowcount")
            ends = read >= answer.total
            all_pages = max(-(-answer.total // REPORT_PAGE), page + 2 - ends)
            planned = range(last + 1, min(all_pages, page + 3))  # two pages at a time
            last = max(planned, default=last)
            yield from map(job, planned)
            yield from islice(self._beside, 1)
            place = {"pass": number + ends, **({} if ends else {"page": page + 1, "read": read})}
            if page == begun:
                self._progress.phase("completions", answer.total - read + answer.read)
            self._keep_rows(answer.rows, place, people=people)
            self._progress.advance(answer.read)

        self._pipeline.run([job(begun)])

    def _set_filters(self, report_id: int, only: ReportFilter | None) -> None:
        values: dict[ReportFilter, object] = {}
        if ReportFilter.COURSES in self._filters:
            values[ReportFilter.COURSES] = list(self._scope.followed)
        if only:
            values[only] = self._since
        if self._filters:
            self._client.filter_report(report_id, values)

    def _keep_rows(
        self, rows: Sequence[Participation], place: dict[str, Any], *, people: bool = False
    ) -> None:
        followed = set(self._scope.followed)
        kept = [row for row in rows if row.course_id in followed]
        with self._stage.keeping(steps=len(rows)) as (session, reading):
            staging.add_times(session, self._stage.site_id, map(_bulk_values, kept))
            if people:
                staging.want(session, self._stage.site_id, (row.user_id for row in kept))
            if reading.since:
                staging.enrol_from_times(session, self._stage.site_id)
            staging.note(session, reading, times=place)

    # -- one by one --------------------------------------------------------------------------------------------------
    def _read_singly(self) -> None:
        since, place = self._since, self._stage.place("singly") or {"after": [0, 0], "asked": 0, "failed": 0}
        with self._stage.looking() as session:
            untold = staging.count_untold(session, self._stage.site_id, since)
        self._progress.phase("completions", untold)
        if not untold:
            return
        asked, failed = int(place["asked"]), int(place["failed"])
        client, functions = self._client, self._functions
        bare = set[int]()  # courses without criteria: nobody completes one

        def job(pairs: Sequence[tuple[int, int]]) -> Job:
            def ask() -> list[tuple[tuple[int, int], Completion | LmsError | None]]:
                wanted = [pair for pair in pairs if pair[0] not in bare]
                return list(client.completions(wanted, chunk=CHUNK, functions=functions))

            return Job(at_once(ask), lambda answer: take(pairs, answer))

        def take(
            pairs: Sequence[tuple[int, int]],
            answer: list[tuple[tuple[int, int], Completion | LmsError | None]] | LmsError,
        ) -> Iterable[Job]:
            nonlocal asked, failed
            answers = [(pair, answer) for pair in pairs] if isinstance(answer, LmsError) else answer
            asked, failed = (
                asked + len(pairs),
                failed + sum(isinstance(told, LmsError) for _, told in answers),
            )
            bare.update(course for (course, _), told in answers if told is None)
            rows = [row for pair, told in answers if (row := _single_values(pair, told))]
            with self._stage.keeping(steps=len(pairs)) as (session, reading):
                staging.add_times(session, self._stage.site_id, rows)
                place = {"after": pairs[-1], "asked": asked, "failed": failed}
                staging.note(session, reading, singly=place)
            self._progress.advance(len(pairs))
            return ()

        after = (int(place["after"][0]), int(place["after"][1]))
        self._pipeline.run(job(pairs) for pairs in self._untold(after, since))
        if failed:
            self._stage.problem(
                f"{failed} of {asked} completions could not be read; what was known of them stays."
            )

    def _untold(self, after: tuple[int, int], since: datetime | None) -> Iterator[Sequence[tuple[int, int]]]:
        while True:
            with self._stage.looking() as session:
                pairs = staging.untold_pairs(session, self._stage.site_id, after, CHUNK, since)
            if not pairs:
                return
            yield pairs
            after = pairs[-1]


def _bulk_values(row: Participation) -> Values:
    return (
        row.course_id,
        row.user_id,
        row.enrolled_at,
        row.completed_at,
        int(row.completed),
        0,
        1,
        role_of((row.role,)) if row.role else None,
        row.last_course_access,
    )


def _single_values(pair: tuple[int, int], told: Completion | LmsError | None) -> Values | None:
    """A row of times; None where there is nothing to keep, as the course was not completed."""
    if told is None or (isinstance(told, Completion) and not told.completed):
        return None
    if isinstance(told, Completion):
        return (*pair, None, told.completed_at, 1, 0, 0, None, None)
    return (*pair, None, None, 0, 1, 0, None, None)
