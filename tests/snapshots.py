"""What a reading of an LMS leaves in an empty store, for tests of the reading alone."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models import Base
from companion.models.jobs import SyncKind
from companion.models.staging import Route, staged_time
from companion.store import Database, merging, staging
from companion.store.mirror import CourseRow
from companion.sync.cohorts import UNREAD
from companion.sync.pipeline import Pipeline
from companion.sync.progress import Progress
from companion.sync.pull import pull
from companion.sync.scope import Scope
from companion.sync.stage import Stage
from lms_client import MoodleClient
from tests import mirrored, rows
from tests.mirrored import CohortRow, EnrolmentKey, EnrolmentRow, PersonRow


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One reading, as it was stored.

    Attributes:
        read_courses: courses whose list of participants was read to its end.
        unknown_completions: enrolments whose completion could not be asked for.
        cohorts: None where they could not be read.
    """

    courses: Mapping[int, CourseRow]
    people: Mapping[int, PersonRow]
    enrolments: Mapping[EnrolmentKey, EnrolmentRow]
    cohorts: Mapping[int, CohortRow] | None
    read_courses: frozenset[int]
    unknown_completions: frozenset[EnrolmentKey]
    complete: bool
    problems: tuple[str, ...]
    route: Route | None


def read(client: MoodleClient, scope: Scope, progress: Progress, limit: int = 1) -> Snapshot:
    """Read everything in the scope into a database of its own. Raises what the reading raises."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'store.sqlite3'}")
        try:
            Base.metadata.create_all(db.engine)
            with db.begin() as session:
                site_id = rows.site(session).id
                staging.begin(session, site_id, SyncKind.FULL, scope.digest(), rows.NOW, None)
            pull(
                client,
                Stage(db, site_id, lambda _session, _steps: None),
                scope,
                progress,
                Pipeline(limit, lambda: None),
            )
            with db.begin() as session:
                return _stored(session, site_id)
        finally:
            db.dispose()


def _stored(session: Session, site_id: int) -> Snapshot:
    reading = staging.current(session, site_id)
    assert reading is not None
    merging.merge(session, reading, rows.NOW, removals=True)
    session.expire_all()
    mirror = mirrored.load(session, site_id)
    return Snapshot(
        courses=mirror.courses,
        people=mirror.people,
        enrolments=mirror.enrolments,
        cohorts=None if reading.places.get("cohorts") == UNREAD else mirror.cohorts,
        read_courses=frozenset(staging.lists_whole(session, site_id)),
        unknown_completions=_unknown(session, site_id, mirror),
        complete=reading.complete,
        problems=tuple(reading.problems),
        route=reading.route,
    )


def _unknown(session: Session, site_id: int, mirror: mirrored.Mirror) -> frozenset[EnrolmentKey]:
    told: dict[EnrolmentKey, bool] = {}
    for row in session.execute(sa.select(staged_time).where(staged_time.c.site_id == site_id)):
        known = not row.unknown and not (row.completed and row.completed_at is None)
        told[row.person_lms_id, row.course_lms_id] = known
    covered = set(session.scalars(staging.told_courses(site_id)))
    return frozenset(key for key in mirror.enrolments if not told.get(key, key[1] not in covered))
