"""Administrators: accounts of our own, apart from the people of the LMS, and what each may see."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


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
    failed_sign_ins: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    totp_encrypted: Mapped[bytes | None]
    """Secret of the second factor (RFC 6238)."""
    totp_since: Mapped[datetime | None]
    """When a first code proved that the app has the secret; before that it asks for nothing."""
    totp_last_step: Mapped[int | None] = mapped_column(BigId)
    """The time step of the last code taken: none is taken twice."""


class StaffSession(Base):
    """A browser in which somebody is signed in."""

    __tablename__ = "staff_session"

    id: Mapped[int] = primary_key()
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    administrator_id: Mapped[int] = references("administrator.id")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(sa.String(100))
    """Browser and system as far as the browser tells."""


class RecoveryCode(Base):
    """A code that stands in once for the second factor."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    administrator_id: Mapped[int] = references("administrator.id")
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """An account that somebody may make for themselves, once, until it expires."""

    __tablename__ = "invitation"

    id: Mapped[int] = primary_key()
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str] = mapped_column(sa.String(300))
    role: Mapped[StaffRole] = mapped_column(enum_column(StaffRole))
    programmes: Mapped[list[Any]]
    """Pairs of a programme's id and whether its concerns are heard."""
    invited_by: Mapped[str] = mapped_column(sa.String(300))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A way to a new password, once, until it expires."""

    __tablename__ = "password_reset"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    administrator_id: Mapped[int] = references("administrator.id")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


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
