"""What people exchange beside their check-ins: asks, thanks and lessons. Each text is encrypted at rest; it is gone
where the column is empty: purged, erased, or never written."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class AskState(StrEnum):
    """Where an ask stands."""

    OPEN = "open"
    MORE_WANTED = "more_wanted"
    """Somebody asked would answer, but needs to know more."""
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    """Everybody asked passed it on, and nobody else has room just now."""
    RESOLVED = "resolved"
    EXPIRED = "expired"


class AskedState(StrEnum):
    """What somebody who was asked did with it."""

    WAITING = "waiting"
    ANSWERED = "answered"
    MORE_WANTED = "more_wanted"
    PASSED_ON = "passed_on"


class WordKind(StrEnum):
    """What a text within an ask is."""

    ANSWER = "answer"
    WANT_MORE = "want_more"
    ADDITION = "addition"


class ThanksFor(StrEnum):
    """The concrete thing that thanks are tied to."""

    ANSWER = "answer"
    COMMITMENT = "commitment"
    CHECK_IN = "check_in"
    OTHER = "other"
    """Named in the text."""


class LessonKind(StrEnum):
    """What a lesson tells of."""

    WENT_RIGHT = "went_right"
    WENT_WRONG = "went_wrong"


class LessonAudience(StrEnum):
    """For whom the author meant a lesson."""

    MYSELF = "myself"
    """A note that comes back to its author as an adviser."""
    ENGAGEMENT = "engagement"
    """The pair or the circle."""
    NEXT_COHORT = "next_cohort"
    """Without the name, once a coordinator has let it through."""


class LessonState(StrEnum):
    """Where a lesson stands."""

    KEPT = "kept"
    """With its audience; no look is needed."""
    WAITING = "waiting"
    PUBLISHED = "published"
    DECLINED = "declined"


class Ask(Base):
    """A question put to one to three people."""

    __tablename__ = "ask"

    id: Mapped[int] = primary_key()
    programme_id: Mapped[int] = references("programme.id")
    asker_id: Mapped[int] = references("person.id")
    course_id: Mapped[int | None] = references("course.id", on_delete="SET NULL")
    section: Mapped[int | None]
    """Number of the course section it arose in."""
    topics: Mapped[list[str]]
    text_encrypted: Mapped[bytes | None]
    state: Mapped[AskState] = mapped_column(enum_column(AskState), index=True)
    created_at: Mapped[datetime]
    last_at: Mapped[datetime]
    """The last thing that happened in it, by anybody."""
    ended_at: Mapped[datetime | None]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)


class AskedPerson(Base):
    """Somebody an ask was put to."""

    __tablename__ = "asked_person"
    __table_args__ = (sa.UniqueConstraint("ask_id", "person_id"),)

    id: Mapped[int] = primary_key()
    ask_id: Mapped[int] = references("ask.id")
    person_id: Mapped[int] = references("person.id")
    state: Mapped[AskedState] = mapped_column(enum_column(AskedState))
    strengths: Mapped[list[str]]
    """Why they were asked, as routing names it."""
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    """When they last answered, wanted more or passed it on."""
    wishes: Mapped[bool]
    """They would go on together for a week."""
    asker_wishes: Mapped[bool]
    engagement_id: Mapped[int | None] = references("engagement.id", on_delete="SET NULL")
    """What it became, where both wished."""


class AskWord(Base):
    """An answer, a question back or an addition, for the asker and those who have the ask."""

    __tablename__ = "ask_word"

    id: Mapped[int] = primary_key()
    ask_id: Mapped[int] = references("ask.id")
    author_id: Mapped[int] = references("person.id")
    kind: Mapped[WordKind] = mapped_column(enum_column(WordKind))
    text_encrypted: Mapped[bytes | None]
    created_at: Mapped[datetime]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)


class Thanks(Base):
    """Thanks from one to another, which may credit a third; the text is for these people alone."""

    __tablename__ = "thanks"

    id: Mapped[int] = primary_key()
    by_id: Mapped[int] = references("person.id")
    to_id: Mapped[int] = references("person.id")
    credited_id: Mapped[int | None] = references("person.id", on_delete="SET NULL")
    """Somebody whose advice it went back to (D8), in the engagement or outside it."""
    engagement_id: Mapped[int | None] = references("engagement.id")
    ask_id: Mapped[int | None] = references("ask.id", on_delete="SET NULL")
    about: Mapped[ThanksFor] = mapped_column(enum_column(ThanksFor))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    """Of the check-in or the commitment."""
    text_encrypted: Mapped[bytes | None]
    created_at: Mapped[datetime]
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)


class Lesson(Base):
    """What went right or wrong, for whom its author chose."""

    __tablename__ = "lesson"

    id: Mapped[int] = primary_key()
    author_id: Mapped[int] = references("person.id")
    programme_id: Mapped[int] = references("programme.id")
    engagement_id: Mapped[int | None] = references("engagement.id")
    course_id: Mapped[int | None] = references("course.id", on_delete="SET NULL")
    section: Mapped[int | None]
    kind: Mapped[LessonKind] = mapped_column(enum_column(LessonKind))
    audience: Mapped[LessonAudience] = mapped_column(enum_column(LessonAudience))
    as_learner: Mapped[bool]
    text_encrypted: Mapped[bytes | None]
    state: Mapped[LessonState] = mapped_column(enum_column(LessonState), index=True)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(300))
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
