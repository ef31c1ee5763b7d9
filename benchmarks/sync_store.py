"""Storing what a sync read: staging and merging many changed rows, against a bare COPY or executemany of the same."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from benchmarks.report import Row
from benchmarks.servers import temporary_database
from companion.models.jobs import SyncKind
from companion.models.lms import Site
from companion.models.people import EnrolmentRole
from companion.models.staging import staged_person
from companion.store import Database, merging, schema, staging
from companion.store.bulk import Values, fill

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
COURSES = 20


def measure(kind: str, number: int) -> Iterator[Row]:
    """Rows a second: first all new, then every one of them changed; the baseline is the bare write of the same rows."""
    with tempfile.TemporaryDirectory() as folder, temporary_database(kind, Path(folder)) as url:
        db = Database(url)
        schema.upgrade(db)
        with db.begin() as session:
            site_id = _site(session)
        for name, salt in (("new", 0), ("changed", 1)):
            people, enrolments = _people(number // 2, salt), _enrolments(number // 2, salt)
            bare = _bare(db, site_id, people)
            seconds, written = _store(db, site_id, people, enrolments)
            baseline = len(people) / bare
            yield Row(
                f"sync_store_{name}_{kind}", written / seconds, "1/s", baseline, written / seconds / baseline
            )
        db.dispose()


def _site(session: Session) -> int:
    row = Site(
        base_url="https://moodle.example.org",
        name="Acme",
        token_encrypted=b"",
        release="4.5",
        functions=[],
        connected_at=NOW,
    )
    session.add(row)
    session.flush()
    return row.id


def _people(number: int, salt: int) -> list[Values]:
    chance = random.Random(salt)  # noqa: S311 - invented people
    return [
        (
            *(
                1000 + each,
                f"Somebody {each} {salt}",
                f"u{each}@example.com",
                f"E{each}",
                "en",
                "Europe/Berlin",
            ),
            *("Sales", '["writing", "sql"]', f'{{"jobrole": "Rep {salt}"}}', False, NOW),
            NOW - timedelta(minutes=chance.randrange(10_000)),
        )
        for each in range(number)
    ]


def _enrolments(number: int, salt: int) -> list[tuple[Any, ...]]:
    then = NOW - timedelta(days=30 + salt)
    return [(1 + each % COURSES, 1000 + each, then, then + timedelta(days=9)) for each in range(number)]


def _bare(db: Database, site_id: int, people: list[Values]) -> float:
    """Seconds to write the people into one table as they are: COPY, or executemany on SQLite."""
    with db.begin() as session:
        began = time.perf_counter()
        fill(session, staged_person, staging.PERSON, ((site_id, *row) for row in people))
        seconds = time.perf_counter() - began
        staging.drop(session, site_id)
    return seconds


def _store(
    db: Database, site_id: int, people: list[Values], enrolments: list[tuple[Any, ...]]
) -> tuple[float, int]:
    """Seconds to stage and merge, page by page as a sync does, and how many rows that wrote."""
    began = time.perf_counter()
    with db.begin() as session:
        reading = staging.begin(session, site_id, SyncKind.FULL, "", NOW, None)
        courses = range(1, COURSES + 1)
        staging.add_courses(
            session, site_id, ((each, f"C{each}", f"Course {each}", True) for each in courses)
        )
    for start in range(0, len(people), 500):
        with db.begin() as session:
            staging.add_people(session, site_id, people[start : start + 500])
    for start in range(0, len(enrolments), 1000):
        page = enrolments[start : start + 1000]
        with db.begin() as session:
            rows = ((course, person, EnrolmentRole.LEARNER, NOW, None) for course, person, _, _ in page)
            staging.add_enrolments(session, site_id, rows)
            times = ((c, p, begun, done, 1, 0, 1, None, None) for c, p, begun, done in page)
            staging.add_times(session, site_id, times)
    with db.begin() as session:
        reading = session.get_one(type(reading), site_id)
        counts = merging.merge(session, reading, NOW, removals=True)
        staging.drop(session, site_id)
    return time.perf_counter() - began, counts.get("people", 0) + counts.get("enrolments", 0)
