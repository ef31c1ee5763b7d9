"""Administrators: accounts of our own, apart from the people of the LMS."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, primary_key


class Administrator(Base):
    """Somebody who signs in to the admin with a password."""

    __tablename__ = "administrator"

    id: Mapped[int] = primary_key()
    email: Mapped[str] = mapped_column(sa.String(300), unique=True)
    """Lower case."""
    name: Mapped[str] = mapped_column(sa.String(300))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    """argon2id."""
    active: Mapped[bool]
    session_version: Mapped[int]
    """Raised to sign the account out everywhere."""
    failed_sign_ins: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
