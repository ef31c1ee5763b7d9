"""Queries on administrators of an LMS who may open the admin."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lti import AdministratorIdentity, AdminTicket, Launch, Platform
from companion.models.staff import Administrator


@dataclass(frozen=True)
class Caller:
    """Who comes from an LMS: the pair that names them."""

    issuer: str
    subject: str = field(repr=False)


def add_ticket(session: Session, token_hash: str, launch_id: str, expires_at: datetime) -> None:
    """Open a way to the admin."""
    session.add(AdminTicket(token_hash=token_hash, launch_id=launch_id, expires_at=expires_at))


def take_ticket(session: Session, token_hash: str, now: datetime) -> Caller | None:
    """Who the way was opened for, once: also its launch has to be good still."""
    launch_id = session.scalar(
        sa.delete(AdminTicket)
        .where(AdminTicket.token_hash == token_hash, AdminTicket.expires_at > now)
        .returning(AdminTicket.launch_id)
    )
    row = session.execute(
        sa.select(Platform.issuer, Launch.subject)
        .join(Platform, Platform.id == Launch.platform_id)
        .where(Launch.id == launch_id, Launch.expires_at > now, Launch.lms_admin, Platform.enabled)
    ).one_or_none()
    return None if row is None else Caller(row[0], row[1])


def linked(session: Session, caller: Caller) -> Administrator | None:
    """The account that a caller was linked with."""
    return session.scalars(
        sa.select(Administrator)
        .join(AdministratorIdentity, AdministratorIdentity.administrator_id == Administrator.id)
        .where(AdministratorIdentity.issuer == caller.issuer, AdministratorIdentity.subject == caller.subject)
    ).one_or_none()


def link(session: Session, caller: Caller, administrator_id: int, now: datetime) -> None:
    """Link a caller with an account; a link that is there is replaced."""
    session.execute(
        sa.delete(AdministratorIdentity).where(
            AdministratorIdentity.issuer == caller.issuer, AdministratorIdentity.subject == caller.subject
        )
    )
    session.add(
        AdministratorIdentity(
            issuer=caller.issuer, subject=caller.subject, administrator_id=administrator_id, linked_at=now
        )
    )


def links(session: Session) -> Sequence[tuple[AdministratorIdentity, Administrator]]:
    """All links, oldest first."""
    rows = session.execute(
        sa.select(AdministratorIdentity, Administrator)
        .join(Administrator, Administrator.id == AdministratorIdentity.administrator_id)
        .order_by(AdministratorIdentity.id)
    )
    return [(row[0], row[1]) for row in rows]


def unlink(session: Session, link_id: int) -> bool:
    """Take a link away; False where there is none with this id."""
    gone = session.execute(
        sa.delete(AdministratorIdentity)
        .where(AdministratorIdentity.id == link_id)
        .returning(AdministratorIdentity.id)
    )
    return gone.one_or_none() is not None
