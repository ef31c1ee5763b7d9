"""Going on together after an ask: a week for the two, once both wish it."""

from datetime import datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.ask import ENGAGEMENT_WEEKS, becomes_engagement
from companion.models.exchange import Ask, AskedPerson, AskedState
from companion.services.approval import form_pair
from companion.services.ask_moves import NO_ASK
from companion.services.asked_people import part_of
from companion.services.lifecycle import BEGIN, note_later
from companion.store import Session, engagements, programmes

NO_SEAT = "They have no room for another person just now. The question stays open."


def wish(session: Session, row: Ask, person_id: int, with_id: int | None, now: datetime) -> bool:
    """Keep a wish, and make the week once both have it; gives whether both do.

    Args:
        person_id: whose wish it is.
        with_id: whom the asker wishes to go on with; nobody names anybody else than the asker.

    Raises:
        NotFoundError: nobody such was asked.
        InputError: the adviser has no seat left.
    """
    adviser_id = with_id if row.asker_id == person_id else person_id
    part = part_of(session, row, adviser_id)
    if part is None or part.state is AskedState.PASSED_ON:
        raise NotFoundError(NO_ASK)
    if row.asker_id == person_id:
        part.asker_wishes = True
    else:
        part.wishes = True
    together = part.person_id in engagements.partners_of(session, row.asker_id)
    if not becomes_engagement(part.asker_wishes, part.wishes, together):
        return False
    _make_week(session, row, part, now)
    return True


def _make_week(session: Session, row: Ask, part: AskedPerson, now: datetime) -> None:
    """It begins once neither can take the wish back."""
    programme = programmes.get(session, row.programme_id)
    if programme is None:
        raise NotFoundError(NO_ASK)
    advising = programmes.ties(session, programme.id).advising.get(part.person_id, 0)
    if advising >= programme.capacity:
        raise InputError(NO_SEAT)
    formed = form_pair(
        session,
        programme,
        learner_id=row.asker_id,
        adviser_id=part.person_id,
        course_id=row.course_id,
        weeks=ENGAGEMENT_WEEKS,
        now=now,
    )
    part.engagement_id = formed.id
    note_later(session, BEGIN, formed.id, part.person_id, now)
