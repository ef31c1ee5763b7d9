"""A large installation, made in the real schema: people, engagements over a year, check-ins and feedback in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from companion.models.base import Base, table_of
from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementMember,
    Feedback,
    Fit,
    Mood,
    Side,
    TrustItem,
)
from companion.models.engagement import EngagementState as State
from companion.models.people import EnrolmentRole
from companion.models.programme import NewHireRule
from companion.store import Cipher, Database

WEEKS = 12
COHORTS = 26
"""A fortnight apart: a year of them."""
Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """How much there is."""

    people: int = 100_000
    engagements: int = 50_000
    check_ins: int = 1_000_000
    programmes: int = 10

    @property
    def of_each(self) -> int:
        """Check-ins of an engagement."""
        return self.check_ins // self.engagements


def fill(db: Database, issuer: str, texts: Cipher, size: Size) -> None:
    """Fill an empty database: people in equal parts in each programme, each with its own course."""
    now = datetime.now(UTC).replace(microsecond=0)
    with db.engine.begin() as connection:
        for name, rows in _rows(issuer, size, now).items():
            table = Base.metadata.tables[name]
            while some := list(islice(rows, 10_000)):
                connection.execute(sa.insert(table), some)
        _said(connection, size, now, texts.encrypt("The glossary on page two saved my first call"))
    _analyse(db)


def _rows(issuer: str, size: Size, now: datetime) -> Mapping[str, Rows]:
    programmes = range(1, size.programmes + 1)
    pairs = range(1, size.engagements + 1)
    return {
        "site": iter(
            [
                {"id": 1, "base_url": issuer, "name": "Acme Learning", "token_encrypted": b"", "release": "4.5",
                 "functions": [], "connected_at": now - timedelta(days=400)}
            ]
        ),
        "course": (
            {"id": i, "site_id": 1, "lms_id": i + 1, "short_name": f"C{i}", "full_name": f"Course {i}",
             "visible": True}
            for i in programmes
        ),
        "person": (_person(i, now) for i in range(1, size.people + 1)),
        "enrolment": (_enrolment(i, size, now) for i in range(1, size.people + 1)),
        "programme": (
            {"id": i, "site_id": 1, "name": f"Programme {i}", "new_hire_rule": NewHireRule.PROFILE_DATE,
             "new_hire_field": "hiredate", "new_hire_days": 30, "recent_from_days": 14, "recent_to_days": 180,
             "weeks": WEEKS, "capacity": 2, "min_shared_hours": 2, "weights": {}, "version": 1,
             "created_at": now - timedelta(days=390)}
            for i in programmes
        ),
        "programme_course": ({"programme_id": i, "course_id": i} for i in programmes),
        "engagement": (_engagement(i, size, now) for i in pairs),
        "engagement_member": (
            {"engagement_id": i, "person_id": person, "side": side, "charter_version": 0}
            for i in pairs
            for person, side in ((2 * i - 1, Side.LEARNER), (2 * i, Side.ADVISER))
        ),
    }  # fmt: skip


def _person(i: int, now: datetime) -> dict[str, Any]:
    hired = (now - timedelta(days=i % 400)).date()
    return {
        "id": i, "site_id": 1, "lms_id": i + 2, "full_name": f"Person {i}", "email": f"p{i}@example.org",
        "language": "en", "time_zone": "Europe/Berlin", "department": f"Department {i % 20}", "interests": [],
        "profile": {"hiredate": hired.isoformat(), "location": f"Office {i % 12}"}, "suspended": False,
    }  # fmt: skip


def _programme_of(engagement: int, size: Size) -> int:
    return (engagement - 1) * size.programmes // size.engagements + 1


def _enrolment(i: int, size: Size, now: datetime) -> dict[str, Any]:
    pair = min((i + 1) // 2, size.engagements)
    done = now - timedelta(days=20 + i % 300) if i % 2 == 0 else None
    return {
        "person_id": i, "course_id": _programme_of(pair, size), "role": EnrolmentRole.LEARNER,
        "enrolled_at": now - timedelta(days=i % 400), "completed_at": done,
    }  # fmt: skip


def _start(cohort: int, now: datetime) -> datetime:
    return now - timedelta(days=14 * cohort + 10)


def _engagement(i: int, size: Size, now: datetime) -> dict[str, Any]:
    start = _start(i % COHORTS, now)
    ends_on = (start + timedelta(days=7 * WEEKS - 1)).date()
    over = ends_on < now.date()
    programme = _programme_of(i, size)
    return {
        "id": i, "programme_id": programme, "course_id": programme,
        "state": State.CLOSED if over else State.ACTIVE,
        "starts_on": start.date(), "ends_on": ends_on, "created_at": start,
        "ended_at": start + timedelta(days=7 * WEEKS) if over else None,
    }  # fmt: skip


def _said(connection: sa.Connection, size: Size, now: datetime, note: bytes) -> None:
    """What the engagements hold, made by the database itself: a million rows are not sent one by one."""
    engagement, member, check_in, feedback = map(table_of, (Engagement, EngagementMember, CheckIn, Feedback))
    pairs = sa.select(engagement.c.id, member.c.person_id).join(
        member, member.c.engagement_id == engagement.c.id
    )
    key = sa.cast(engagement.c.id, sa.String)

    def at(part: float) -> sa.ColumnElement[Any]:
        """The moment after this part of what has passed of the engagement."""
        moments = {
            cohort: _literal(
                check_in.c.created_at, start + part * min(now - start, timedelta(days=7 * WEEKS))
            )
            for cohort in range(COHORTS)
            for start in [_start(cohort, now)]
        }
        return sa.case(moments, value=engagement.c.id % COHORTS)

    for number in range(size.of_each):
        turn = (engagement.c.id + number) % 5
        said = {
            "mood": sa.case(
                (turn < 3, _literal(check_in.c.mood, Mood.GOOD)),
                else_=_literal(check_in.c.mood, Mood.MIXED),
            ),
            "contact": sa.case(
                (turn < 2, _literal(check_in.c.contact, Contact.CALL)),
                (turn < 4, _literal(check_in.c.contact, Contact.MESSAGE)),
                else_=_literal(check_in.c.contact, Contact.NOT_YET),
            ),
            "note_encrypted": _literal(check_in.c.note_encrypted, note),
            "created_at": at((number + 1) / (size.of_each + 1)),
            "form_key": key + f"-{number}",
        }
        side = Side.LEARNER if number % 2 else Side.ADVISER
        _insert(connection, CheckIn, pairs.where(member.c.side == side), said)
    for number, item in enumerate([TrustItem.RELIANCE, TrustItem.INTEGRITY]):
        told = {
            "fit": sa.case(
                (engagement.c.id % 40 == 0, _literal(feedback.c.fit, Fit.NOT_GOOD)),
                else_=_literal(feedback.c.fit, Fit.GOOD),
            ),
            "trust_item": _literal(feedback.c.trust_item, item),
            "trust_score": engagement.c.id % 3 + 3,
            "created_at": at(0.3 + 0.3 * number),
            "form_key": key + f"-{number}",
        }
        _insert(connection, Feedback, pairs.where(member.c.side == Side.LEARNER), told)


def _insert(
    connection: sa.Connection,
    model: type[Base],
    rows: sa.Select[Any],
    values: Mapping[str, sa.ColumnElement[Any]],
) -> None:
    names = ["engagement_id", "person_id", *values]
    connection.execute(sa.insert(table_of(model)).from_select(names, rows.add_columns(*values.values())))


def _literal(column: sa.ColumnElement[Any], value: object) -> sa.ColumnElement[Any]:
    return sa.literal(value, column.type)


def _analyse(db: Database) -> None:
    """Let the database know its tables, as it would by itself in time; and go on counting after the given ids."""
    if db.dialect == "sqlite":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("site", "course", "person", "programme", "engagement"):
            highest = sa.select(sa.func.max(Base.metadata.tables[name].c.id)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(name, "id"), highest)))
        connection.exec_driver_sql("VACUUM ANALYZE")
