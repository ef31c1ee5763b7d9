"""People mirrored from the LMS and their enrolments."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class EnrolmentRole(StrEnum):
    """What somebody is in a course."""

    LEARNER = "learner"
    TEACHER = "teacher"


class Person(Base):
    """Somebody mirrored from the LMS. Only what matching and messages need is kept."""

    __tablename__ = "person"
    __table_args__ = (sa.UniqueConstraint("site_id", "lms_id"),)

    id: Mapped[int] = primary_key()
    site_id: Mapped[int] = references("site.id")
    lms_id: Mapped[int] = mapped_column(BigId)
    """Equal to the subject of an LTI launch from the same site."""
    full_name: Mapped[str] = mapped_column(sa.String(300))
    email: Mapped[str | None] = mapped_column(sa.String(300))
    """Never used to recognise anybody: two people may share one."""
    id_number: Mapped[str | None] = mapped_column(sa.String(255))
    """The organisation's own number; a manager is named by it in the manager's profile field."""
    language: Mapped[str | None] = mapped_column(sa.String(30))
    time_zone: Mapped[str | None] = mapped_column(sa.String(100))
    department: Mapped[str | None] = mapped_column(sa.String(255))
    interests: Mapped[list[str]]
    profile: Mapped[dict[str, str]]
    """Custom profile fields by short name, only those a programme or the matching reads."""
    suspended: Mapped[bool]
    first_access: Mapped[datetime | None]
    last_access: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Enrolment(Base):
    """A person in a course."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("person_id", "course_id"),)

    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = references("person.id", index=False)
    course_id: Mapped[int] = references("course.id")
    role: Mapped[EnrolmentRole] = mapped_column(enum_column(EnrolmentRole))
    enrolled_at: Mapped[datetime | None]
    """Only the report route knows it."""
    completed_at: Mapped[datetime | None]
    last_access: Mapped[datetime | None]
