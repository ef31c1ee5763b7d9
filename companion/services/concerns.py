"""Concerns for the coordinator alone, no-fault exits, and taking back what was just sent."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from companion.errors import ConflictError, NotFoundError
from companion.mentoring.concern import kept as shared
from companion.mentoring.messages import Occasion
from companion.mentoring.undo import TOO_LATE, UNDO_FOR
from companion.mentoring.wording import clean_text
from companion.models.audience import Concept, Reader, Staff
from companion.models.concern import Concern, ConcernKind, ConcernState, ConcernTopic, Share
from companion.services.lifecycle import LEAVE
from companion.services.mentoring import Viewer, mine
from companion.store import Database, Texts, concerns, engagements, outbox, sent
from companion.store.sent import SentKind
from companion.store.slices import Slice

FIRST = Slice("state")
"""Open ones first."""
LEAVING = "You already said that you want to leave."


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """A concern as a coordinator sees it: what its author chose to share.

    Attributes:
        text: None unless it was shared.
    """

    row: Concern
    text: str | None
    full_name: str
    programme: str


class ConcernService:
    """Concerns and exits."""

    def __init__(self, db: Database, *, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock

    def raise_concern(
        self,
        viewer: Viewer,
        engagement_id: int,
        *,
        share: Share,
        topic: ConcernTopic | None,
        text: str,
        form_key: str,
    ) -> None:
        """Tell the coordinator, and keep no more than is shared. Raises NotFoundError."""
        with self._db.begin() as session:
            row, person_id = mine(session, viewer, engagement_id)
            kept = self._row(row.programme_id, row.id, person_id, form_key)
            kept.kind, kept.share, kept.rematch = ConcernKind.CONCERN, share, False
            kept.topic, said = shared(share, topic, clean_text(text))
            kept.text_encrypted = self._texts.seal(said)
            engagements.add_once(session, kept)

    def leave(self, viewer: Viewer, engagement_id: int, *, rematch: bool, form_key: str) -> None:
        """Leave without a reason; it takes effect when it can no longer be taken back.

        Raises:
            NotFoundError: the engagement is not the viewer's, or has ended.
            ConflictError: they said so before.
        """
        now = self._clock()
        with self._db.begin() as session:
            row, person_id = mine(session, viewer, engagement_id)
            kept = self._row(row.programme_id, row.id, person_id, form_key)
            kept.kind, kept.share, kept.rematch = ConcernKind.EXIT, Share.FACT, rematch
            before = concerns.exit_of(session, row.id, person_id)
            if not engagements.add_once(session, kept):
                return
            if before is not None:
                raise ConflictError(LEAVING)
            work = {"engagement_id": row.id, "person_id": person_id}
            outbox.add(session, LEAVE, {f"leave-{form_key}": work}, now, due_at=now + UNDO_FOR)

    def inbox(self, programme_ids: Collection[int], wanted: Slice = FIRST) -> tuple[list[ConcernLine], int]:
        """What coordinators see: a slice of the concerns of programmes, once they can no longer be taken back."""
        reader = Reader(staff=Staff.COORDINATOR)
        with self._db.read() as session:
            found, total = concerns.page(session, programme_ids, self._clock() - UNDO_FOR, wanted)
            query = concerns.of_ids([one.row.id for one in found])
            words = {
                one.row.id: one.text for one in self._texts.read(session, reader, Concept.CONCERN, query)
            }
            return [
                ConcernLine(one.row, words.get(one.row.id), one.full_name, one.programme) for one in found
            ], total

    def move(self, concern_id: int, to: ConcernState, by: str) -> None:
        """Note that a coordinator has seen or handled a concern; raises NotFoundError, ConflictError."""
        with self._db.begin() as session:
            if concerns.get(session, concern_id) is None:
                raise NotFoundError("There is no such concern, or it was taken back.")
            if not concerns.move(session, concern_id, to, by, self._clock()):
                raise ConflictError("Somebody was faster: it stands so already.")

    def reopen(self, concern_id: int) -> None:
        """Take back that a concern is handled; raises NotFoundError, ConflictError."""
        with self._db.begin() as session:
            if concerns.get(session, concern_id) is None:
                raise NotFoundError("There is no such concern, or it was taken back.")
            if not concerns.reopen(session, concern_id):
                raise ConflictError("Somebody was faster: it is open already.")

    def undo(self, viewer: Viewer, kind: SentKind, form_key: str) -> None:
        """Take back what the viewer sent by a form within the last ten minutes; raises ConflictError.

        Of an ask: see AskService.undo.
        """
        after = self._clock() - UNDO_FOR
        with self._db.begin() as session:
            own = viewer.person_id
            if own is None or not sent.take_back(session, kind, form_key, own, after):
                raise ConflictError(TOO_LATE)
            if kind is SentKind.REQUEST:
                prefix = f"{Occasion.REQUESTED}-{form_key}-"
                outbox.withdraw(session, prefix, self._clock(), "The request was taken back.")

    def _row(self, programme_id: int, engagement_id: int, person_id: int, form_key: str) -> Concern:
        return Concern(
            programme_id=programme_id,
            engagement_id=engagement_id,
            person_id=person_id,
            state=ConcernState.OPEN,
            created_at=self._clock(),
            form_key=form_key,
        )
