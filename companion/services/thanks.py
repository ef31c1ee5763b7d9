"""Thanks for one concrete thing, with credit, and the balance of giving and asking."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.thanks import THANKS_LIMIT, Balance, Gift, may_thank
from companion.mentoring.wording import clean_text
from companion.models.audience import Concept, Reader
from companion.models.exchange import Thanks, ThanksFor
from companion.services.known import known
from companion.services.mentoring import Viewer, agreed
from companion.store import Database, Session, Texts, balance, commitments, people, programmes, thanks
from companion.store.forms import add_once

NOT_TOGETHER = "You can thank people you were with, or who answered a question of yours."
NOBODY_OF_NAME = "Nobody in this programme has exactly this name. Write it as it stands in the course."
TWO_OF_NAME = "More than one person here has this name, so the credit cannot be given by name."
NAME_WHAT_FOR = "Say in a few words what it is for."
TOO_LONG = "That is too long. Keep to what matters most."
NOT_DONE = "This commitment is not kept any more. Reload the course page."


@dataclass(frozen=True, slots=True)
class ThanksView:
    """Thanks as one of its people sees it; `text` is None where none was written, or it is gone."""

    id: int
    by: str
    to: str
    credited: str | None
    mine: bool
    about: ThanksFor
    text: str | None
    created_at: datetime


class ThanksService:
    """Serves thanks. Every method takes the viewer, and shows what is theirs."""

    def __init__(self, db: Database, *, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._texts = texts
        self._clock = clock

    def thank(
        self,
        viewer: Viewer,
        to_id: int,
        *,
        about: ThanksFor,
        subject_id: int | None = None,
        text: str = "",
        credited_name: str = "",
        form_key: str,
    ) -> None:
        """Thank somebody for one concrete thing; the same form a second time thanks once.

        Raises:
            NotFoundError: the two have nothing to do with each other.
            InputError: what it is for is missing, it is too long, or nobody has the credited name.
        """
        said = clean_text(text)
        if about is ThanksFor.OTHER and not said:
            raise InputError(NAME_WHAT_FOR, {"text": NAME_WHAT_FOR})
        if said and len(said) > THANKS_LIMIT:
            raise InputError(TOO_LONG, {"text": TOO_LONG})
        with self._db.begin() as session:
            by_id = known(viewer)
            together, helpers = thanks.partners(session, by_id), thanks.helpers(session, by_id)
            if not may_thank(by_id, to_id, together, helpers):
                raise NotFoundError(NOT_TOGETHER)
            row = Thanks(
                by_id=by_id,
                to_id=to_id,
                credited_id=credited(session, viewer, credited_name),
                engagement_id=thanks.shared_engagement(session, by_id, to_id),
                about=about,
                subject_id=subject_id,
                text_encrypted=self._texts.seal(said),
                created_at=self._clock(),
                form_key=form_key,
            )
            add_once(session, row)

    def thank_for_commitment(
        self, viewer: Viewer, engagement_id: int, commitment_id: int, *, form_key: str
    ) -> None:
        """Thank somebody for what they had committed to and did, in one tap; once each.

        Raises:
            NotFoundError, ConflictError: the engagement is not open to the viewer, or the charter waits.
            NotFoundError: nobody else in it kept such a commitment.
        """
        with self._db.begin() as session:
            engagement, by_id = agreed(session, viewer, engagement_id)
            done = commitments.done_by_another(session, commitment_id, engagement.id, by_id)
            if done is None:
                raise NotFoundError(NOT_DONE)
            if thanks.thanked_for(session, by_id, [done.id]):
                return
            row = Thanks(
                by_id=by_id,
                to_id=done.person_id,
                engagement_id=engagement.id,
                about=ThanksFor.COMMITMENT,
                subject_id=done.id,
                created_at=self._clock(),
                form_key=form_key,
            )
            add_once(session, row)

    def seen_by(self, viewer: Viewer) -> list[ThanksView]:
        """What the viewer gave, received and was credited in, newest first."""
        reader_id = known(viewer)
        with self._db.read() as session:
            found = self._texts.read(session, Reader(reader_id), Concept.THANKS, thanks.newest())
            concerned = {id_ for one in found for id_ in (one.row.by_id, one.row.to_id, one.row.credited_id)}
            names = people.names(session, concerned)
        return [
            ThanksView(
                one.row.id,
                names.get(one.row.by_id, ""),
                names.get(one.row.to_id, ""),
                names.get(one.row.credited_id),
                one.row.by_id == reader_id,
                one.row.about,
                one.text,
                one.row.created_at,
            )
            for one in found
        ]

    def people_to_thank(self, viewer: Viewer) -> dict[int, str]:
        """Names, by id, of those the viewer may thank."""
        by_id = known(viewer)
        with self._db.read() as session:
            return {**thanks.helpers(session, by_id), **thanks.partners(session, by_id)}

    def balance(self, viewer: Viewer) -> Balance:
        """What the viewer gave and received. There is no way to ask for anybody else's."""
        with self._db.read() as session:
            found = balance.counts(session, known(viewer))
        given = Counter(
            {
                Gift.ANSWER: found.answers_given,
                Gift.THANKS: found.thanks_given,
                Gift.CREDIT: found.credits_given,
                Gift.LESSON: found.lessons,
            }
        )
        received = Counter(
            {
                Gift.ANSWER: found.answers_received,
                Gift.THANKS: found.thanks_received,
                Gift.CREDIT: found.credits_received,
            }
        )
        return Balance(+given, +received)


def credited(session: Session, viewer: Viewer, full_name: str) -> int | None:
    """Whom a name credits, in the engagement or outside it (D8); None where none was given.

    Raises InputError where it is nobody's in the programme, that of several, or one's own.
    """
    name = " ".join(full_name.split())
    if not name:
        return None
    found: set[int] = set()
    if viewer.course_id is not None:
        for programme in programmes.of_course(session, viewer.course_id):
            found.update(thanks.in_programme(session, programme.id, name))
    if len(found) > 1:
        raise InputError(TWO_OF_NAME, {"credited": TWO_OF_NAME})
    if not found or viewer.person_id in found:
        raise InputError(NOBODY_OF_NAME, {"credited": NOBODY_OF_NAME})
    return found.pop()
