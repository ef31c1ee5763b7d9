"""An ask in the hands of one of its people, and the moves they make with it."""

from datetime import datetime

from companion.errors import ConflictError, NotFoundError
from companion.mentoring.ask import ForbiddenMoveError, Move, Part, moved
from companion.models.exchange import Ask
from companion.services.mentoring import Viewer
from companion.store import Session, asks

NO_ASK = "This question is not open to you any more. Reload the course page."
MOVED_ON = "Somebody was faster: this question stands otherwise by now. Look at it again."


def mine(session: Session, viewer: Viewer, ask_id: int) -> tuple[Ask, int]:
    """An ask that the viewer put or was asked, and the viewer's id. Raises NotFoundError."""
    if viewer.person_id is not None:
        row = asks.get(session, ask_id, viewer.person_id)
        if row is not None:
            return row, viewer.person_id
    raise NotFoundError(NO_ASK)


def part_in(row: Ask, person_id: int) -> Part:
    """In which part somebody who has the ask acts."""
    return Part.ASKER if row.asker_id == person_id else Part.ASKED


def move(row: Ask, made: Move, part: Part, now: datetime) -> None:
    """Move an ask on. Raises ConflictError where it stands otherwise by now."""
    try:
        row.state = moved(row.state, made, part)
    except ForbiddenMoveError as problem:
        raise ConflictError(MOVED_ON) from problem
    row.last_at = now
