"""Concerns, for the coordinator alone, and no-fault exits."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, enum_column, primary_key, references


class ConcernKind(StrEnum):
    """What somebody wants of the coordinator."""

    CONCERN = "concern"
    EXIT = "exit"
    """To leave the engagement; nobody is at fault, and no reason is asked for."""


class Share(StrEnum):
    """What the coordinator is given."""

    FACT = "fact"
    """That there is a concern; the two talk about the rest."""
    TOPIC = "topic"
    """And what kind of concern."""
    WORDS = "words"
    """And what was written."""


class ConcernTopic(StrEnum):
    """What kind of concern it is."""

    SILENCE = "silence"
    FIT = "fit"
    TIME = "time"
    CONDUCT = "conduct"
    OTHER = "other"


class ConcernState(StrEnum):
    """What became of it."""

    OPEN = "open"
    SEEN = "seen"
    HANDLED = "handled"


class Concern(Base):
    """A concern or an exit. The text is for the coordinator, encrypted at rest, and only kept where it is shared."""

    __tablename__ = "concern"
    __table_args__ = (sa.Index("ix_concern_programme_id_state", "programme_id", "state"),)

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    engagement_id: Mapped[int] = references("engagement.id")
    person_id: Mapped[int] = references("person.id")
    kind: Mapped[ConcernKind] = mapped_column(enum_column(ConcernKind))
    share: Mapped[Share] = mapped_column(enum_column(Share))
    topic: Mapped[ConcernTopic | None] = mapped_column(enum_column(ConcernTopic))
    """Only kept where it is shared."""
    text_encrypted: Mapped[bytes | None]
    rematch: Mapped[bool]
    """They wish to be matched with somebody else."""
    state: Mapped[ConcernState] = mapped_column(enum_column(ConcernState))
    created_at: Mapped[datetime]
    """The coordinator sees it once it can no longer be taken back."""
    seen_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str | None] = mapped_column(sa.String(300))
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
