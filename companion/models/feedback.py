"""Feedback in words, which its receiver asked for; each text is encrypted at rest."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, primary_key, references


class FeedbackRequest(Base):
    """Somebody asks the others of an engagement for feedback, perhaps on one thing."""

    __tablename__ = "feedback_request"

    id: Mapped[int] = primary_key()
    engagement_id: Mapped[int] = references("engagement.id")
    person_id: Mapped[int] = references("person.id")
    """Who asks, and will receive it."""
    about_encrypted: Mapped[bytes | None]
    created_at: Mapped[datetime]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)


class FeedbackReply(Base):
    """What one of the others answered, for the receiver alone."""

    __tablename__ = "feedback_reply"
    __table_args__ = (sa.UniqueConstraint("request_id", "person_id"),)

    id: Mapped[int] = primary_key()
    request_id: Mapped[int] = references("feedback_request.id")
    person_id: Mapped[int] = references("person.id")
    """Who gives it."""
    helps_encrypted: Mapped[bytes | None]
    """What helps."""
    wish_encrypted: Mapped[bytes | None]
    """What they would like otherwise."""
    created_at: Mapped[datetime]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
