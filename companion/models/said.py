"""What people said about themselves for the matching, and about each other."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, references


class WishKind(StrEnum):
    """What somebody asked for about somebody else."""

    PLEASE = "please"
    PLEASE_NOT = "please_not"


class Said(Base):
    """What a person said for the matching. The words are encrypted at rest."""

    __tablename__ = "said"

    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    words_encrypted: Mapped[bytes | None]
    """Encrypted with the text key: JSON of topics_wanted, topics_offered and work_style (-2 to 2 by dimension)."""
    capacity: Mapped[int | None]
    """Learners the person would take at most, within what the programme allows; empty where not said."""
    paused_until: Mapped[date | None]
    """Up to and with this day the person is matched with nobody."""
    changed_at: Mapped[datetime]


class PersonWish(Base):
    """A "please" or "please not" about another person; only the one who said it sees it."""

    __tablename__ = "person_wish"

    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[WishKind] = mapped_column(enum_column(WishKind))


class Veto(Base):
    """The one adviser whom a learner passed over in a programme, without a reason. The learner alone sees it."""

    __tablename__ = "veto"

    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    other_id: Mapped[int] = references("person.id")
    """The adviser. The two are never matched again, in any programme and on either side."""
    given_at: Mapped[datetime]
