"""Rows for tests that need a stored world and no LMS: each function stores one and gives it back."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import TypeVar

from sqlalchemy.orm import Session

from companion.models.engagement import Engagement, EngagementMember, EngagementState, Side
from companion.models.jobs import SyncKind, SyncRun, SyncState
from companion.models.lms import Cohort, CohortMember, Course, Site
from companion.models.matching import MatchRun, ProposedPair, RunState, UnmatchedLearner
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.models.programme import NewHireRule, Programme, ProgrammeCourse

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_numbers = count(1000)
Row = TypeVar("Row")


def stored(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def site(session: Session, base_url: str = "https://moodle.example.org", **values: object) -> Site:
    given = {
        "base_url": base_url,
        "name": "Acme Learning",
        "token_encrypted": b"sealed",
        "release": "4.5.6",
        "functions": [],
        "connected_at": NOW,
    }
    return stored(session, Site(**{**given, **values}))


def read_once(session: Session, of: Site, at: datetime) -> SyncRun:
    """A full reading of the site that was done at this moment."""
    given = {"state": SyncState.DONE, "kind": SyncKind.FULL, "scope": "", "phase": ""}
    numbers = {
        "resumed": False,
        "complete": True,
        "steps_done": 0,
        "held_back": 0,
        "counts": {},
        "problems": [],
    }
    return stored(session, SyncRun(site_id=of.id, started_at=at, heartbeat_at=at, **given, **numbers))


def course(session: Session, of: Site, name: str = "Sales onboarding", **values: object) -> Course:
    given = {
        "site_id": of.id,
        "lms_id": next(_numbers),
        "short_name": name[:8],
        "full_name": name,
        "visible": True,
    }
    return stored(session, Course(**{**given, **values}))


def person(session: Session, of: Site, name: str = "Nia Okafor", **values: object) -> Person:
    given = {
        "site_id": of.id,
        "lms_id": next(_numbers),
        "full_name": name,
        "interests": [],
        "profile": {},
        "suspended": False,
    }
    return stored(session, Person(**{**given, **values}))


def enrol(session: Session, who: Person, where: Course, **values: object) -> Enrolment:
    given = {"person_id": who.id, "course_id": where.id, "role": EnrolmentRole.LEARNER}
    return stored(session, Enrolment(**{**given, **values}))


def cohort(session: Session, of: Site, members: Iterable[Person] = (), name: str = "New hires") -> Cohort:
    row = stored(session, Cohort(site_id=of.id, lms_id=next(_numbers), name=name))
    session.add_all(CohortMember(cohort_id=row.id, person_id=member.id) for member in members)
    session.flush()
    return row


def programme(session: Session, of: Site, courses: Iterable[Course] = (), **values: object) -> Programme:
    given = {
        "site_id": of.id,
        "name": "Onboarding companions",
        "new_hire_rule": NewHireRule.PROFILE_DATE,
        "new_hire_field": "hiredate",
        "new_hire_days": 30,
        "recent_from_days": 14,
        "recent_to_days": 180,
        "weeks": 4,
        "capacity": 2,
        "min_shared_hours": 0,
        "weights": {},
        "version": 1,
        "created_at": NOW,
    }
    row = stored(session, Programme(**{**given, **values}))
    session.add_all(ProgrammeCourse(programme_id=row.id, course_id=each.id) for each in courses)
    session.flush()
    return row


def engagement(
    session: Session, of: Programme, learner: Person, adviser: Person, **values: object
) -> Engagement:
    given = {
        "programme_id": of.id,
        "state": EngagementState.ACTIVE,
        "starts_on": date(2026, 11, 23),
        "ends_on": date(2026, 12, 20),
        "created_at": NOW,
    }
    row = stored(session, Engagement(**{**given, **values}))
    sides: Mapping[int, Side] = {learner.id: Side.LEARNER, adviser.id: Side.ADVISER}
    session.add_all(
        EngagementMember(engagement_id=row.id, person_id=who, side=side) for who, side in sides.items()
    )
    session.flush()
    return row


def run(
    session: Session,
    of: Programme,
    pairs: Iterable[tuple[Person, Person]] = (),
    unmatched: Iterable[Person] = (),
    **values: object,
) -> MatchRun:
    given = {
        "programme_id": of.id,
        "state": RunState.PROPOSED,
        "created_at": NOW,
        "programme_version": 1,
        "parameters": {},
        "input_hash": "0" * 64,
        "solver": "none",
        "versions": {},
        "points": 0,
        "gap": 0,
        "learners": 0,
        "advisers": 0,
    }
    row = stored(session, MatchRun(**{**given, **values}))
    session.add_all(
        ProposedPair(run_id=row.id, learner_id=one.id, adviser_id=other.id, points=1, reasons=[])
        for one, other in pairs
    )
    session.add_all(
        UnmatchedLearner(run_id=row.id, person_id=each.id, code="full", text="All are full.")
        for each in unmatched
    )
    session.flush()
    return row
