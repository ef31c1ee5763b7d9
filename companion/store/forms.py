"""What a form said is stored once, however often it is sent."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from companion.models.exchange import Lesson, Thanks


def add_once(session: Session, row: Thanks | Lesson) -> bool:
    """Store thanks or a lesson; False where the same form was stored before."""
    model = type(row)
    seen = sa.select(sa.exists().where(model.form_key == row.form_key))
    if session.scalar(seen):
        return False
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if session.scalar(seen):
            return False
        raise
    return True
