"""Queries on administrators, their sessions, and the ways in that work once."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.staff import (
    Administrator,
    Invitation,
    PasswordReset,
    RecoveryCode,
    StaffRole,
    StaffSession,
)
from companion.store.slices import Slice, counted, narrowed, ordered

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in a sorted list for a moment that has not come."""


def by_email(session: Session, email: str) -> Administrator | None:
    """The account of an address, whatever its case."""
    if "\0" in email:  # PostgreSQL refuses even to look for such a text
        return None
    return session.scalars(
        sa.select(Administrator).where(Administrator.email == email.strip().lower())
    ).first()


def get(session: Session, administrator_id: int, *, lock: bool = False) -> Administrator | None:
    """One account; with `lock` nobody else changes it until the transaction ends."""
    return session.get(Administrator, administrator_id, with_for_update=lock, populate_existing=lock)


def add(session: Session, row: Administrator) -> Administrator:
    """Store a new account."""
    session.add(row)
    session.flush()
    return row


def all_of(session: Session) -> Sequence[Administrator]:
    """All accounts, by name."""
    return session.scalars(sa.select(Administrator).order_by(Administrator.name, Administrator.id)).all()


def page(session: Session, wanted: Slice) -> tuple[Sequence[Administrator], int]:
    """The accounts of a slice, and how many its filters leave: `role`, `state` (open, closed), `factor` (on, off)."""
    state = sa.case((Administrator.active, "open"), else_="closed")
    factor = sa.case((Administrator.totp_since.is_not(None), "on"), else_="off")
    query = narrowed(
        sa.select(Administrator),
        wanted,
        searched=[Administrator.name, Administrator.email],
        filters={"role": Administrator.role, "state": state, "factor": factor},
    )
    total = counted(session, query)
    columns = {
        "name": Administrator.name,
        "role": Administrator.role,
        "factor": factor,
        "seen": sa.func.coalesce(Administrator.last_sign_in_at, NEVER),
        "state": state,
    }
    return session.scalars(ordered(query, wanted.within(total), columns, Administrator.id)).all(), total


def held_owners(session: Session) -> Sequence[Administrator]:
    """The owners whose accounts are in use, held until the transaction ends."""
    query = sa.select(Administrator).where(
        Administrator.role == StaffRole.OWNER, Administrator.active.is_(True)
    )
    return session.scalars(query.order_by(Administrator.id).with_for_update()).all()


def by_session(
    session: Session, token_hash: str, seen_after: datetime, begun_after: datetime
) -> tuple[Administrator, StaffSession] | None:
    """The account of a session that has not ended, while the account is in use."""
    row = session.execute(
        sa.select(Administrator, StaffSession)
        .join(StaffSession, StaffSession.administrator_id == Administrator.id)
        .where(
            StaffSession.token_hash == token_hash,
            StaffSession.seen_at > seen_after,
            StaffSession.created_at > begun_after,
            Administrator.active.is_(True),
        )
    ).first()
    return (row[0], row[1]) if row else None


def add_session(session: Session, row: StaffSession) -> None:
    """Keep a new session."""
    session.add(row)


def touch(session: Session, session_id: int, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(sa.update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def sessions_of(session: Session, administrator_id: int, seen_after: datetime) -> Sequence[StaffSession]:
    """The sessions of an account, the last used first."""
    return session.scalars(
        sa.select(StaffSession)
        .where(StaffSession.administrator_id == administrator_id, StaffSession.seen_at > seen_after)
        .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
    ).all()


def end_sessions(
    session: Session,
    administrator_id: int,
    *,
    only: int | None = None,
    but: int | None = None,
) -> int:
    """End the sessions of an account: all, `only` one, or all `but` one; gives how many."""
    query = sa.delete(StaffSession).where(StaffSession.administrator_id == administrator_id)
    if only is not None:
        query = query.where(StaffSession.id == only)
    if but is not None:
        query = query.where(StaffSession.id != but)
    return len(session.scalars(query.returning(StaffSession.id)).all())


def forget_ended(session: Session, seen_before: datetime, now: datetime) -> None:
    """Drop sessions nobody used since, and ways in that are past their time."""
    session.execute(sa.delete(StaffSession).where(StaffSession.seen_at <= seen_before))
    session.execute(sa.delete(PasswordReset).where(PasswordReset.expires_at <= now))


def add_reset(session: Session, row: PasswordReset) -> None:
    """Keep a way to a new password; older ones of the account work no more."""
    session.execute(sa.delete(PasswordReset).where(PasswordReset.administrator_id == row.administrator_id))
    session.add(row)


def reset(session: Session, token_hash: str, now: datetime, *, lock: bool = False) -> PasswordReset | None:
    """A way to a new password that still works."""
    query = sa.select(PasswordReset).where(
        PasswordReset.token_hash == token_hash,
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
    )
    return session.scalars(query.with_for_update() if lock else query).first()


def add_invitation(session: Session, row: Invitation) -> Invitation:
    """Keep an invitation; older ones to the same address work no more."""
    session.execute(sa.delete(Invitation).where(Invitation.email == row.email, Invitation.used_at.is_(None)))
    session.add(row)
    session.flush()
    return row


def invitation(session: Session, token_hash: str, now: datetime, *, lock: bool = False) -> Invitation | None:
    """An invitation that still works."""
    query = sa.select(Invitation).where(
        Invitation.token_hash == token_hash, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    return session.scalars(query.with_for_update() if lock else query).first()


def open_invitations(session: Session, wanted: Slice) -> tuple[Sequence[Invitation], int]:
    """The invitations of a slice that nobody used, and how many its filters leave."""
    query = narrowed(
        sa.select(Invitation).where(Invitation.used_at.is_(None)),
        wanted,
        searched=[Invitation.email, Invitation.invited_by],
        filters={"role": Invitation.role},
    )
    total = counted(session, query)
    columns = {
        "email": Invitation.email,
        "role": Invitation.role,
        "by": Invitation.invited_by,
        "until": Invitation.expires_at,
    }
    return session.scalars(ordered(query, wanted.within(total), columns, Invitation.id)).all(), total


def withdraw(session: Session, invitation_id: int) -> str | None:
    """Take an unused invitation back; gives its address, None where there is none."""
    return session.scalar(
        sa.delete(Invitation)
        .where(Invitation.id == invitation_id, Invitation.used_at.is_(None))
        .returning(Invitation.email)
    )


def set_recovery_codes(session: Session, administrator_id: int, hashes: Sequence[str]) -> None:
    """Make these the recovery codes of an account."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.administrator_id == administrator_id))
    session.add_all(RecoveryCode(code_hash=each, administrator_id=administrator_id) for each in hashes)
    session.flush()


def use_recovery_code(session: Session, administrator_id: int, code_hash: str, now: datetime) -> bool:
    """Use a recovery code up; False where it is none of the account's, or was used."""
    found = session.scalar(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.administrator_id == administrator_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.code_hash)
    )
    return found is not None


def recovery_codes_left(session: Session, administrator_id: int) -> int:
    """How many recovery codes of an account were not used."""
    query = sa.select(sa.func.count()).where(
        RecoveryCode.administrator_id == administrator_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(query) or 0
