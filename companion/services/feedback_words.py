"""Feedback in words: asked for by its receiver, answered by the others, read by the receiver alone."""

from collections.abc import Callable
from datetime import datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.check_in import clean_note
from companion.mentoring.feedback import may_request
from companion.mentoring.messages import Occasion
from companion.mentoring.undo import UNDO_FOR
from companion.models.feedback import FeedbackReply, FeedbackRequest
from companion.services.mentoring import Viewer, agreed
from companion.services.messages import Messenger
from companion.services.moving_on import tell
from companion.store import Database, Texts, engagements, feedback

TOO_SOON = "You asked within the last week. Give them time to answer."
SAY_SOMETHING = "Write one of the two at least."
NO_REQUEST = "Nobody asks you for this feedback any more. Reload the course page."


class FeedbackWordService:
    """Requests and replies."""

    def __init__(
        self, db: Database, *, texts: Texts, messenger: Messenger, clock: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._messenger = messenger
        self._texts = texts
        self._clock = clock

    def request(self, viewer: Viewer, engagement_id: int, *, about: str, form_key: str) -> None:
        """Ask the others for feedback, perhaps on one thing. They are told once it can no longer be taken back.

        Raises:
            NotFoundError, ConflictError: the engagement is not open to the viewer, or the charter waits.
            InputError: they asked within the last week.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = agreed(session, viewer, engagement_id)
            last = feedback.last_request(session, row.id, person_id)
            kept = FeedbackRequest(
                engagement_id=row.id,
                person_id=person_id,
                about_encrypted=self._texts.seal(clean_note(about)),
                created_at=now,
                form_key=form_key,
            )
            if not engagements.add_once(session, kept):
                return
            if not may_request(last.date() if last else None, now.date()):
                raise InputError(TOO_SOON, {"about": TOO_SOON})
            people = engagements.members(session, [row.id])[row.id]
            me = [one for one in people if one.person_id == person_id]
            others = [one.person_id for one in people if one.person_id != person_id]
            at = now + UNDO_FOR
            tell(session, self._messenger, row, Occasion.REQUESTED, others, me, now, once=form_key, due_at=at)

    def reply(
        self, viewer: Viewer, engagement_id: int, request_id: int, *, helps: str, wish: str, form_key: str
    ) -> None:
        """Answer somebody who asked; once.

        Raises:
            NotFoundError: nobody asks the viewer for it.
            InputError: nothing was said.
        """
        helps_said, wish_said = clean_note(helps), clean_note(wish)
        if not helps_said and not wish_said:
            raise InputError(SAY_SOMETHING, {"helps": SAY_SOMETHING})
        with self._db.begin() as session:
            row, person_id = agreed(session, viewer, engagement_id)
            asked = feedback.request(session, request_id, row.id)
            if asked is None or asked.person_id == person_id:
                raise NotFoundError(NO_REQUEST)
            if person_id in feedback.replied(session, [asked.id]).get(asked.id, frozenset()):
                return
            kept = FeedbackReply(
                request_id=asked.id,
                person_id=person_id,
                helps_encrypted=self._texts.seal(helps_said),
                wish_encrypted=self._texts.seal(wish_said),
                created_at=self._clock(),
                form_key=form_key,
            )
            engagements.add_once(session, kept)
