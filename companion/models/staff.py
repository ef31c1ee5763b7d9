"""Administrators: accounts of our own, apart from the people of the LMS, and what each may see."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key


class StaffRole(StrEnum):
    """What an account is for."""

    OWNER = "owner"
    """Sees and does everything, in all programmes and for the installation."""
    COORDINATOR = "coordinator"
    """Sees and does everything in the programmes named for it, and sees no other."""
    AUDITOR = "auditor"
    """Sees all programmes and the installation, and changes nothing."""


class Administrator(Base):
    """Somebody who signs in to the admin with a password."""

    __tablename__ = "administrator"

    id: Mapped[int] = primary_key()
    email: Mapped[str] = mapped_column(sa.String(300), unique=True)
    """Lower case."""
    name: Mapped[str] = mapped_column(sa.String(300))
    role: Mapped[StaffRole] = mapped_column(enum_column(StaffRole))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    """argon2id."""
    active: Mapped[bool]
    session_version: Mapped[int]
    """Raised to sign the account out everywhere."""
    failed_sign_ins: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class ProgrammeCoordinator(Base):
    """A programme that a coordinator looks after."""

    __tablename__ = "programme_coordinator"

    administrator_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("administrator.id", ondelete="CASCADE"), primary_key=True
    )
    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    hears_concerns: Mapped[bool]
    """Named to hear what people raise in confidence there; nobody else reads it, owners included."""
