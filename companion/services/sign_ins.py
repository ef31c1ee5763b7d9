"""Sessions of administrators: opened after the sign-in, listed, and ended one by one or everywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

from companion.errors import NotFoundError
from companion.lti import binding
from companion.models.staff import Administrator, StaffSession
from companion.store import Database, Session, audit, staff
from companion.store.audit import Actor, Subject

IDLE: Final = timedelta(hours=12)
LIFETIME: Final = timedelta(days=7)
"""A session ends after 12 hours without use, and in any case after a week (OWASP ASVS 3.3)."""
TOUCHED_EVERY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account with the session it is used by."""

    account: Administrator
    session_id: int


class SignInService:
    """Keeps who is signed in where. Only the hash of a session's token is stored."""

    def __init__(
        self, db: Database, *, clock: Callable[[], datetime], random: Callable[[int], str] = token_urlsafe
    ) -> None:
        self._db = db
        self._clock = clock
        self._random = random

    def open(self, account: Administrator, device: str) -> str:
        """Begin a session; gives its token. Args: device: what the browser says of itself."""
        token, now = self._random(32), self._clock()
        row = StaffSession(
            token_hash=binding.digest(token),
            administrator_id=account.id,
            created_at=now,
            seen_at=now,
            device=device[:100],
        )
        with self._db.begin() as session:
            staff.add_session(session, row)
            audit.note(session, "sign_in", at=now, by=Actor(account.email, account.id))
        return token

    def find(self, token: str) -> SignIn | None:
        """Whose session it is, while it has not ended."""
        now = self._clock()
        with self._db.read() as session:
            found = staff.by_session(session, binding.digest(token), now - IDLE, now - LIFETIME)
        if found is None:
            return None
        account, row = found
        if now - row.seen_at >= TOUCHED_EVERY:
            with self._db.begin() as session:
                staff.touch(session, row.id, now)
        return SignIn(account, row.id)

    def of(self, administrator_id: int) -> list[StaffSession]:
        """The sessions of an account that have not ended, the last used first."""
        with self._db.read() as session:
            return list(staff.sessions_of(session, administrator_id, self._clock() - IDLE))

    def end(self, administrator_id: int, session_id: int) -> None:
        """End one session of an account; raises NotFoundError where it has none with this number."""
        with self._db.begin() as session:
            if not staff.end_sessions(session, administrator_id, only=session_id):
                raise NotFoundError("There is no such session. It may have ended by itself.")
            self._note(session, administrator_id, 1)

    def end_all(self, administrator_id: int, *, but: int | None = None) -> int:
        """Sign an account out everywhere, or everywhere `but` here; gives how many sessions ended."""
        with self._db.begin() as session:
            ended = staff.end_sessions(session, administrator_id, but=but)
            self._note(session, administrator_id, ended)
        return ended

    def _note(self, session: Session, administrator_id: int, ended: int) -> None:
        audit.note(
            session,
            "account.sign_out",
            Subject("administrator", administrator_id),
            {"sessions": ended},
            at=self._clock(),
        )

    def forget(self) -> None:
        """Drop what has ended."""
        now = self._clock()
        with self._db.begin() as session:
            staff.forget_ended(session, now - IDLE, now)
