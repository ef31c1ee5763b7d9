"""Rows that are written in bulk are those that the columns' own types would write."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from companion.models.people import EnrolmentRole
from companion.models.staging import staged_enrolment
from companion.store import Database
from companion.store.bulk import fill

NAMES = ("site_id", "course_lms_id", "person_lms_id", "role", "last_access", "person_seen_at")
EAST = timezone(timedelta(hours=9))
MOMENTS = [
    datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    datetime(2026, 11, 24, 9, 0, 0, 5, tzinfo=EAST),
    datetime(999, 1, 2, 3, 4, 5, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 8, 59, tzinfo=EAST),
    None,
]


def test_what_is_written_in_bulk_is_read_as_it_was(db: Database) -> None:
    rows = [(1, 2, number, EnrolmentRole.TEACHER, moment, None) for number, moment in enumerate(MOMENTS)]
    with db.begin() as session:
        fill(session, staged_enrolment, NAMES, rows)
        session.execute(
            sa.insert(staged_enrolment), [dict(zip(NAMES, (9, *row[1:]), strict=True)) for row in rows]
        )
    with db.read() as session:
        table = staged_enrolment.c
        found = [
            [
                (row.person_lms_id, row.role, row.last_access)
                for row in session.execute(
                    sa.select(staged_enrolment).where(table.site_id == site).order_by(table.person_lms_id)
                )
            ]
            for site in (1, 9)
        ]
        as_kept = session.execute(
            sa.select(sa.func.count(sa.distinct(sa.cast(table.last_access, sa.Text))))
        ).scalar()
    assert found[0] == found[1] == [(n, EnrolmentRole.TEACHER, moment) for n, moment in enumerate(MOMENTS)]
    assert as_kept == 5, "both ways keep the same text"


def test_a_moment_without_a_zone_is_refused(db: Database) -> None:
    naive = datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001 - the mistake under test
    with db.begin() as session, pytest.raises(ValueError, match="naive"):
        fill(session, staged_enrolment, NAMES, [(1, 2, 3, EnrolmentRole.LEARNER, naive, None)])
