"""Where a reading of the LMS is collected, page by page, until it is whole and replaces what is stored.

Rows carry the LMS's own ids and belong to one reading of one site; they go when it was applied or given up. On
PostgreSQL all of these tables are unlogged: a server that crashed has emptied them all, and the reading begins anew.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, UtcDateTime, enum_column
from companion.models.jobs import SyncKind
from companion.models.people import EnrolmentRole


class Route(StrEnum):
    """Where a reading has enrolment and completion times from."""

    BLOCK = "block"
    REPORT = "report"
    BATCH = "batch"
    SINGLE = "single"
    ROSTER = "roster"
    """Nowhere: the site gave no token, and the rosters of its LTI platform tell no times."""


class Reading(Base):
    """A reading that is not applied yet: what it is of, and how far it came."""

    __tablename__ = "sync_reading"

    site_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("site.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[SyncKind] = mapped_column(enum_column(SyncKind))
    scope: Mapped[str] = mapped_column(sa.String(64))
    """Digest of the courses followed and the profile fields kept."""
    started_at: Mapped[datetime]
    since: Mapped[datetime | None]
    """For a reading of changes: what changed then or later."""
    route: Mapped[Route | None] = mapped_column(enum_column(Route))
    complete: Mapped[bool]
    """Nothing was left out that could make somebody look gone."""
    places: Mapped[dict[str, Any]]
    """How far each phase came, by its name; a phase that ended has the place "end"."""
    problems: Mapped[list[str]]


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    # No reference to the site: it would be looked up for every row that is staged.
    site = sa.Column("site_id", BigId, nullable=False, autoincrement=False)
    keys = [site, *(column for column in columns if column.info.get("key"))]
    constraints = [sa.PrimaryKeyConstraint(*(key.name for key in keys))] if len(keys) > 1 else []
    return sa.Table(name, Base.metadata, site, *columns, *constraints)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, BigId, nullable=False, autoincrement=False, info={"key": True})


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, UtcDateTime(), nullable=True)


staged_course = _table(
    "sync_staged_course",
    _key("lms_id"),
    sa.Column("short_name", sa.String(255), nullable=False),
    sa.Column("full_name", sa.String(1333), nullable=False),
    sa.Column("visible", sa.Boolean, nullable=False),
)

staged_list = _table(
    "sync_staged_list",
    _key("course_lms_id"),
    sa.Column("page", sa.Integer, nullable=False),
    sa.Column("last_id", BigId, nullable=False),
    sa.Column("restarts", sa.Integer, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
)
"""How far the list of participants of each course was read; `whole` where it was, to its end."""

staged_enrolment = _table(
    "sync_staged_enrolment",
    _key("course_lms_id"),
    _key("person_lms_id"),
    sa.Column("role", enum_column(EnrolmentRole), nullable=False),
    _moment("last_access"),
    _moment("person_seen_at"),
)

staged_time = _table(
    "sync_staged_time",
    sa.Column("course_lms_id", BigId, nullable=False),
    sa.Column("person_lms_id", BigId, nullable=False),
    _moment("enrolled_at"),
    _moment("completed_at"),
    sa.Column("completed", sa.SmallInteger, nullable=False),
    sa.Column("unknown", sa.SmallInteger, nullable=False),
    sa.Column("bulk", sa.SmallInteger, nullable=False),
    sa.Column("role", enum_column(EnrolmentRole), nullable=True),
    _moment("last_access"),
)
"""Times as they were told, somebody in a course perhaps in several rows; `unknown` where asking failed."""

staged_wanted = _table("sync_staged_wanted", _key("person_lms_id"))
"""The people whose profiles are asked for."""

staged_person = _table(
    "sync_staged_person",
    _key("lms_id"),
    sa.Column("full_name", sa.String(300), nullable=False),
    sa.Column("email", sa.String(300)),
    sa.Column("id_number", sa.String(255)),
    sa.Column("language", sa.String(30)),
    sa.Column("time_zone", sa.String(100)),
    sa.Column("department", sa.String(255)),
    sa.Column("interests", sa.Text, nullable=False),
    sa.Column("profile", sa.Text, nullable=False),
    sa.Column("suspended", sa.Boolean, nullable=False),
    _moment("first_access"),
    _moment("last_access"),
)
"""`interests` and `profile` as JSON."""

staged_cohort = _table(
    "sync_staged_cohort", _key("lms_id"), sa.Column("name", sa.String(254), nullable=False)
)

staged_member = _table("sync_staged_member", _key("cohort_lms_id"), _key("person_lms_id"))

STAGED = (
    staged_course,
    staged_list,
    staged_enrolment,
    staged_time,
    staged_wanted,
    staged_person,
    staged_cohort,
    staged_member,
)
