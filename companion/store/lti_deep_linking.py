"""Queries on deep linking launches that wait for an answer."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lti import DeepLinking


def add(session: Session, launch_id: str, settings_encrypted: bytes) -> None:
    """Keep what the answer to a launch needs."""
    session.add(DeepLinking(launch_id=launch_id, settings_encrypted=settings_encrypted))


def waiting(session: Session, launch_id: str) -> bytes | None:
    """What the answer needs, while it was not given; encrypted."""
    return session.scalar(sa.select(DeepLinking.settings_encrypted).where(DeepLinking.launch_id == launch_id))


def take(session: Session, launch_id: str) -> bytes | None:
    """The same, once: of several callers one gets it."""
    return session.scalar(
        sa.delete(DeepLinking)
        .where(DeepLinking.launch_id == launch_id)
        .returning(DeepLinking.settings_encrypted)
    )
