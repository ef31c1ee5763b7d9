"""Taking back what somebody just sent by a form, whatever it was."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.base import Base
from companion.models.commitment import Commitment
from companion.models.concern import Concern
from companion.models.engagement import CheckIn, Feedback
from companion.models.exchange import Lesson, Thanks
from companion.models.feedback import FeedbackReply, FeedbackRequest


class SentKind(StrEnum):
    """What was sent."""

    CHECK_IN = "check_in"
    FEEDBACK = "feedback"
    COMMITMENT = "commitment"
    SETTLED = "settled"
    """What became of a commitment; what stands for the key of the form is its number."""
    REQUEST = "request"
    REPLY = "reply"
    CONCERN = "concern"
    ASK = "ask"
    ASK_WORD = "ask_word"
    RESOLVED = "resolved"
    """An ask; what stands for the key of the form is the number of the ask."""
    PASSED_ON = "passed_on"
    """An ask given back; its number."""
    WISHED = "wished"
    """A week together after an ask; its number, and that of the person the asker wishes it with."""
    THANKS = "thanks"
    LESSON = "lesson"
    CHARTER = "charter"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PAUSED = "paused"
    RESUMED = "resumed"
    WISHED_LONGER = "wished_longer"
    """These six move an engagement, or somebody in it; what stands for the key of the form is its number."""


_ROWS: Mapping[SentKind, tuple[type[Base], str]] = {
    SentKind.CHECK_IN: (CheckIn, "person_id"),
    SentKind.FEEDBACK: (Feedback, "person_id"),
    SentKind.COMMITMENT: (Commitment, "person_id"),
    SentKind.REQUEST: (FeedbackRequest, "person_id"),
    SentKind.REPLY: (FeedbackReply, "person_id"),
    SentKind.CONCERN: (Concern, "person_id"),
    SentKind.THANKS: (Thanks, "by_id"),
    SentKind.LESSON: (Lesson, "author_id"),
}
"""Its model, and the column that names who sent it; what was said in an ask moves it as well (services.asks)."""


def take_back(session: Session, kind: SentKind, form_key: str, person_id: int, after: datetime) -> bool:
    """Take away what somebody sent by a form after a moment; False where there is no such thing (any more)."""
    model, author = _ROWS[kind]
    row: Any = model
    gone = session.execute(
        sa.delete(model)
        .where(row.form_key == form_key, getattr(row, author) == person_id, row.created_at > after)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None
