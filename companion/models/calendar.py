"""The personal calendar address: a person's own dates, for a calendar outside the LMS."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId


class CalendarAddress(Base):
    """One address a person. Whoever knows it reads the dates, so it is kept as a hash and can be taken back."""

    __tablename__ = "calendar_address"

    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """SHA-256 of the token, which has 256 bits of its own and needs no slow hash."""
    created_at: Mapped[datetime]
