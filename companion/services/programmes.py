"""Programmes: making and changing their rules, and who these find today."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from companion.errors import InputError, NotFoundError
from companion.matching import MatchInputError, Weights
from companion.mentoring.engagement import LENGTHS
from companion.models.programme import NewHireRule, Part, Programme, ProgrammeVersion
from companion.services.connection import Connection
from companion.services.matching_rules import MatchingRules
from companion.services.populations import find
from companion.store import Database, Session, lms, programmes, watch
from companion.store.slices import Slice

MOST_LEARNERS = 4
"""Learners an adviser may take at most."""


@dataclass(frozen=True, kw_only=True)
class ProgrammeRules:
    """What an administrator decides about a programme."""

    name: str
    course_ids: tuple[int, ...]
    new_hire_rule: NewHireRule = NewHireRule.PROFILE_DATE
    new_hire_field: str | None = "hiredate"
    new_hire_cohort_id: int | None = None
    new_hire_days: int = 30
    recent_from_days: int = 14
    recent_to_days: int = 180
    weeks: int = 4
    capacity: int = 2
    min_shared_hours: int = 2
    weights: Mapping[str, int] | None = None
    matching: MatchingRules = field(default_factory=MatchingRules)


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme with its courses and how many people its rules find today."""

    programme: Programme
    course_ids: tuple[int, ...]
    course_names: tuple[str, ...]
    new_hires: int
    recent_learners: int


class ProgrammeService:
    """Makes, changes and reads programmes."""

    def __init__(self, db: Database, *, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._connection = connection
        self._clock = clock

    def create(self, rules: ProgrammeRules, by: str = "") -> int:
        """Make a programme; gives its id. Raises InputError where the rules cannot hold."""
        site_id = self._connection.site().id
        check(rules)
        with self._db.begin() as session:
            lms.lock(session)
            _check_known(session, site_id, rules)
            row = Programme(site_id=site_id, version=1, created_at=self._clock(), **_columns(rules))
            programmes.add(session, row)
            programmes.set_courses(session, row.id, rules.course_ids)
            _keep_version(session, row, rules, by, self._clock())
            return row.id

    def change(self, programme_id: int, rules: ProgrammeRules, by: str = "") -> None:
        """Change a programme; engagements that run are never touched by it.

        Raises:
            InputError: the rules cannot hold.
            NotFoundError: no such programme.
        """
        check(rules)
        with self._db.begin() as session:
            lms.lock(session)
            row = _get(session, programme_id)
            _check_known(session, row.site_id, rules, programme_id)
            for name, value in _columns(rules).items():
                setattr(row, name, value)
            row.version += 1
            programmes.set_courses(session, programme_id, rules.course_ids)
            watch.forget(session, [programme_id])
            _keep_version(session, row, rules, by, self._clock())

    def settle(self, programme_id: int, part: Part) -> None:
        """Note that somebody looked at a part of a programme and let it be so; raises NotFoundError."""
        with self._db.begin() as session:
            _get(session, programme_id)
            programmes.settle(session, programme_id, part, self._clock())

    def adopt(self, programme_id: int, parameters: Mapping[str, Any], by: str) -> None:
        """Make weights, window and rules that a run tried those of the programme; raises NotFoundError."""
        with self._db.begin() as session:
            lms.lock(session)
            row = _get(session, programme_id)
            row.weights = dict(parameters["weights"])
            row.recent_from_days, row.recent_to_days = parameters["window_days"]
            row.matching = dict(parameters["rules"])
            row.version += 1
            programmes.settle(session, programme_id, Part.WEIGHTS, self._clock())
            watch.forget(session, [programme_id])
            courses = [course.id for course in programmes.courses(session, programme_id)]
            _keep_version(session, row, rules_of(row, courses), by, self._clock())

    def versions(
        self, programme_id: int, wanted: Slice
    ) -> tuple[Sequence[tuple[ProgrammeVersion, ProgrammeVersion | None]], int]:
        """A slice of the rules as they were, the newest first, each with those before it, and how many there are.

        Raises NotFoundError.
        """
        with self._db.read() as session:
            _get(session, programme_id)
            return programmes.versions(session, programme_id, wanted)

    def view(self, programme_id: int) -> ProgrammeView:
        """A programme and whom it finds today."""
        with self._db.read() as session:
            return self._view(session, _get(session, programme_id))

    def page(
        self, wanted: Slice, only: frozenset[int] | None = None
    ) -> tuple[list[programmes.ProgrammeLine], int]:
        """A slice of the programmes of the connected site, or of `only` these, and how many there are."""
        site_id = self._connection.site().id
        with self._db.read() as session:
            return programmes.page(session, site_id, wanted, only)

    def listed(self, only: frozenset[int] | None = None) -> list[Programme]:
        """The programmes of the connected site, or `only` those with these ids, by name."""
        site_id = self._connection.site().id
        with self._db.read() as session:
            return [row for row in programmes.all_of(session, site_id) if only is None or row.id in only]

    def names(self) -> list[tuple[int, str]]:
        """Id and name of every programme, by name."""
        with self._db.read() as session:
            return programmes.names(session)

    def _view(self, session: Session, row: Programme) -> ProgrammeView:
        courses = programmes.courses(session, row.id)
        found, _ = find(session, row, [course.id for course in courses], self._clock().date())
        return ProgrammeView(
            row,
            tuple(course.id for course in courses),
            tuple(course.full_name for course in courses),
            len(found.new_hires),
            len(found.recent_learners),
        )


def rules_of(row: Programme, course_ids: Sequence[int]) -> ProgrammeRules:
    """The rules of a programme as they are stored."""
    own = {
        f.name: getattr(row, f.name)
        for f in fields(ProgrammeRules)
        if f.name not in ("course_ids", "matching")
    }
    return ProgrammeRules(**own, course_ids=tuple(course_ids), matching=MatchingRules.from_dict(row.matching))


def check(rules: ProgrammeRules) -> None:
    """Raises InputError with a sentence for every field that cannot be used."""
    wrong = wrong_criteria(rules)
    if not rules.name.strip():
        wrong["name"] = "Give the programme a name."
    if rules.weeks not in LENGTHS:
        wrong["weeks"] = f"Choose {', '.join(map(str, LENGTHS))} weeks."
    if not 1 <= rules.capacity <= MOST_LEARNERS:
        wrong["capacity"] = f"Choose between 1 and {MOST_LEARNERS} learners."
    if not 0 <= rules.min_shared_hours <= 8:
        wrong["min_shared_hours"] = "Choose between 0 and 8 hours."
    wrong |= _wrong_weights(rules.weights or {}) | rules.matching.wrong()
    if wrong:
        raise InputError("Some of the rules cannot be used.", wrong)


def wrong_criteria(rules: ProgrammeRules) -> dict[str, str]:
    """A sentence for every field of those that say who is who which cannot be used."""
    wrong: dict[str, str] = {}
    if not rules.course_ids:
        wrong["course_ids"] = "Choose at least one course."
    if rules.new_hire_rule is NewHireRule.PROFILE_DATE and not rules.new_hire_field:
        wrong["new_hire_field"] = "Name the profile field that holds the date."
    if rules.new_hire_rule is NewHireRule.COHORT and rules.new_hire_cohort_id is None:
        wrong["new_hire_cohort_id"] = "Choose the cohort."
    if not 1 <= rules.new_hire_days <= 365:
        wrong["new_hire_days"] = "Choose between 1 and 365 days."
    if not 0 <= rules.recent_from_days < rules.recent_to_days <= 1825:
        wrong["recent_to_days"] = "The window must end after it begins, and at most five years ago."
    return wrong


def _wrong_weights(weights: Mapping[str, int]) -> dict[str, str]:
    wrong = {}
    for name, points in weights.items():
        try:
            Weights.from_dict({name: points})
        except MatchInputError as problem:
            wrong[f"weight_{name}"] = str(problem)
    return wrong


def _check_known(session: Session, site_id: int, rules: ProgrammeRules, own_id: int | None = None) -> None:
    """The courses and the cohort are of the site, and the name is not another programme's."""
    wrong: dict[str, str] = {}
    names = {row.name.casefold() for row in programmes.all_of(session, site_id) if row.id != own_id}
    if rules.name.strip().casefold() in names:
        wrong["name"] = "There is already a programme of this name."
    if not set(rules.course_ids) <= {course.id for course in lms.courses(session, site_id)}:
        wrong["course_ids"] = "One of the courses is no longer in Moodle. Choose again."
    cohort = rules.new_hire_cohort_id
    if cohort is not None and cohort not in {row.id for row in lms.cohorts(session, site_id)}:
        wrong["new_hire_cohort_id"] = "This cohort is no longer in Moodle. Choose again."
    if wrong:
        raise InputError("Some of the rules cannot be used.", wrong)


def _columns(rules: ProgrammeRules) -> dict[str, object]:
    apart = ("course_ids", "weights", "matching")
    given = {f.name: getattr(rules, f.name) for f in fields(rules) if f.name not in apart}
    weights = Weights() if rules.weights is None else Weights.from_dict(rules.weights)
    return {
        **given,
        "name": rules.name.strip(),
        "weights": weights.as_dict(),
        "matching": rules.matching.as_dict(),
    }


def _keep_version(session: Session, row: Programme, rules: ProgrammeRules, by: str, now: datetime) -> None:
    kept = {**_columns(rules), "new_hire_rule": rules.new_hire_rule.value, "courses": list(rules.course_ids)}
    programmes.keep_version(
        session,
        ProgrammeVersion(programme_id=row.id, version=row.version, rules=kept, changed_at=now, changed_by=by),
    )


def _get(session: Session, programme_id: int) -> Programme:
    row = programmes.get(session, programme_id)
    if row is None:
        raise NotFoundError("There is no such programme.")
    return row
