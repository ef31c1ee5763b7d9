"""The one row of what an installation chose for itself."""

from sqlalchemy.orm import Session

from companion.models.installation import ONLY, Look


def look(session: Session) -> Look | None:
    """The look; None where nothing was chosen yet."""
    return session.get(Look, ONLY)


def held_look(session: Session, first: Look) -> Look:
    """The look, held until the transaction ends; `first` where nothing was chosen yet."""
    found = session.get(Look, ONLY, with_for_update=True)
    if found is None:
        session.add(first)
        session.flush()
    return found or first
