"""What coordinators look at first: figures of each programme, engagements at risk, and what was done about them.

Figures and risks are found by a job and replaced each time; what a coordinator did stays.
"""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class Risk(StrEnum):
    """Why an engagement or an adviser needs a look, the gravest first."""

    CONCERN = "concern"
    NOT_GOOD = "not_good"
    NO_FIRST_CONTACT = "no_first_contact"
    SILENCE = "silence"
    UNANSWERED = "unanswered"
    OVER_CAPACITY = "over_capacity"


class Remedy(StrEnum):
    """What a coordinator can do about it, the gentlest first."""

    NUDGE = "nudge"
    CALL = "call"
    AGREE = "agree"
    """An adviser agrees to have as many learners as they have."""
    EXTEND = "extend"
    PROPOSE_NEXT = "propose_next"
    REMATCH = "rematch"
    CLOSE = "close"


class ProgrammeWatch(Base):
    """The figures of a programme as of the last look."""

    __tablename__ = "programme_watch"

    programme_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    as_of: Mapped[datetime]
    new_hires: Mapped[int]
    recent_learners: Mapped[int]
    covered: Mapped[int]
    """New hires with a running engagement of the programme."""
    seats: Mapped[int]
    """Learners that the recent learners take together."""
    due: Mapped[int]
    """Running engagements in which contact is due this week by the cadence."""
    in_touch: Mapped[int]
    """Of these, the ones in which somebody told of contact since the one before was due."""


class RiskFound(Base):
    """A risk as of the last look."""

    __tablename__ = "risk_found"
    __table_args__ = (sa.Index("ix_risk_found_programme_id_rank", "programme_id", "rank", "since"),)

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    engagement_id: Mapped[int | None] = references("engagement.id")
    person_id: Mapped[int | None] = references("person.id")
    """The adviser, where it is about one and not about an engagement."""
    risk: Mapped[Risk] = mapped_column(enum_column(Risk))
    rank: Mapped[int]
    """Place of the risk in the order of gravity, from 0."""
    since: Mapped[date]


class RemedyTaken(Base):
    """Something a coordinator did about a risk."""

    __tablename__ = "remedy_taken"

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    engagement_id: Mapped[int | None] = references("engagement.id")
    person_id: Mapped[int | None] = references("person.id")
    remedy: Mapped[Remedy] = mapped_column(enum_column(Remedy))
    by: Mapped[str] = mapped_column(sa.String(300))
    """Name of the coordinator, as it was then."""
    at: Mapped[datetime]
    agreed: Mapped[int | None]
    """Learners that the adviser agreed to have at a time."""
