"""Taking back what was done with an ask: within ten minutes, and only while others have not gone on from it."""

from datetime import datetime

from companion.errors import ConflictError
from companion.mentoring.ask import MOVE_OF, replayed
from companion.mentoring.undo import TOO_LATE, UNDO_FOR
from companion.models.engagement import EngagementState
from companion.models.exchange import Ask, AskedPerson, AskedState, AskWord, WordKind
from companion.services.asked_people import part_of
from companion.store import Session, asks, engagements, outbox, thanks
from companion.store.sent import SentKind

ANSWERED_ALREADY = "Somebody has answered already. Say that it is resolved instead."


def take_back(session: Session, kind: SentKind, form_key: str, person_id: int, now: datetime) -> None:
    """Take back what a person did.

    Args:
        kind, form_key: what it was: of something passed on its ask, of a wish its ask and with whom.

    Raises ConflictError where it is too late, or others have gone on from it.
    """
    after = now - UNDO_FOR
    if kind is SentKind.ASK:
        _take_back(session, asks.put_by(session, form_key, person_id, after), now)
    elif kind is SentKind.RESOLVED:
        _open_again(session, asks.resolved_by(session, form_key, person_id, after))
    elif kind is SentKind.PASSED_ON:
        _take_again(session, asks.passed_on_by(session, int(form_key), person_id, after))
    elif kind is SentKind.WISHED:
        _unwish(session, form_key, person_id, after)
    else:
        _unsay(session, asks.said_by(session, form_key, person_id, after))


def _take_back(session: Session, row: Ask | None, now: datetime) -> None:
    if row is None or row.ended_at is not None:
        raise ConflictError(TOO_LATE)
    if any(author != row.asker_id for author, _ in asks.kinds_said(session, row.id)):
        raise ConflictError(ANSWERED_ALREADY)
    outbox.withdraw(session, f"ask-{row.id}-", now, "The question was taken back.")
    session.delete(row)


def _open_again(session: Session, row: Ask | None) -> None:
    if row is None:
        raise ConflictError(TOO_LATE)
    thanks.take_back_of_ask(session, row.id)
    row.ended_at = None
    _stand_again(session, row)


def _take_again(session: Session, part: AskedPerson | None) -> None:
    row = asks.locked(session, part.ask_id) if part else None
    if part is None or row is None or row.ended_at is not None:
        raise ConflictError(TOO_LATE)
    said = [kind for author, kind in asks.kinds_said(session, row.id) if author == part.person_id]
    part.state, part.done_at = AskedState.WAITING, part.done_at if said else None
    session.flush()
    _stand_again(session, row)


def _unwish(session: Session, number: str, person_id: int, after: datetime) -> None:
    """The week that came of it has not begun: it is as if it had not been agreed."""
    ask_id, _, with_id = number.partition("-")
    row = asks.locked(session, int(ask_id))
    mine = row is not None and row.asker_id == person_id
    part = part_of(session, row, int(with_id) if mine else person_id) if row else None
    if part is None:
        raise ConflictError(TOO_LATE)
    if part.engagement_id is not None:
        week = engagements.get(session, part.engagement_id, lock=True)
        if week is None or week.state is not EngagementState.ACCEPTED or week.created_at <= after:
            raise ConflictError(TOO_LATE)
        part.engagement_id = None
        session.flush()
        session.delete(week)
    if mine:
        part.asker_wishes = False
    else:
        part.wishes = False


def _unsay(session: Session, said: AskWord | None) -> None:
    row = asks.locked(session, said.ask_id) if said else None
    if row is None or row.ended_at is not None:
        raise ConflictError(TOO_LATE)
    session.delete(said)
    session.flush()
    _stand_again(session, row)


def _stand_again(session: Session, row: Ask) -> None:
    """Have an ask and its people stand as what is still said in it has it."""
    said = asks.kinds_said(session, row.id)
    row.state = replayed(MOVE_OF[kind] for _, kind in said)
    for one in asks.asked(session, [row.id])[row.id]:
        if one.row.state is not AskedState.PASSED_ON:
            last = [kind for author, kind in said if author in (one.row.person_id, row.asker_id)][-1:]
            one.row.state = _STANDS[last[0]] if last else AskedState.WAITING


_STANDS = {
    WordKind.ANSWER: AskedState.ANSWERED,
    WordKind.WANT_MORE: AskedState.MORE_WANTED,
    WordKind.ADDITION: AskedState.WAITING,
}
"""Where somebody who was asked stands after their last word, or the asker's after it."""
