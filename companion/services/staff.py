"""Administrators' accounts: argon2id passwords, a lock after failures, sign-out everywhere."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from companion.errors import ConflictError, InputError
from companion.models.staff import Administrator, StaffRole
from companion.store import Database, access, audit, staff
from companion.store.audit import Actor, Subject

SHORTEST_PASSWORD = 12
"""Characters; NIST SP 800-63B asks for at least 8, OWASP ASVS 2.1.1 for 12."""
LONGEST_NAME = 300
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=5)


class StaffService:
    """Makes accounts and checks passwords."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime], hasher: PasswordHasher) -> None:
        self._db = db
        self._clock = clock
        self._hasher = hasher
        self._decoy = hasher.hash("nobody has this password")

    def create(
        self,
        email: str,
        name: str,
        password: str,
        *,
        role: StaffRole = StaffRole.OWNER,
        programmes: Mapping[int, bool] | None = None,
    ) -> int:
        """Make an account; gives its id.

        Args: programmes: those it is named a coordinator of, each with whether it hears their concerns.

        Raises:
            InputError: the address or the password cannot be used.
            ConflictError: the address has an account.
        """
        email, name = email.strip().lower(), name.strip()
        _check(email, name, password)
        with self._db.begin() as session:
            if staff.by_email(session, email) is not None:
                raise ConflictError(f"There is already an account for {email}.")
            row = Administrator(
                email=email,
                name=name or email,
                role=role,
                password_hash=self._hasher.hash(password),
                active=True,
                session_version=1,
                failed_sign_ins=0,
                created_at=self._clock(),
            )
            staff.add(session, row)
            access.set_coordinated(session, row.id, programmes or {})
            audit.note(
                session,
                "account.create",
                Subject("administrator", row.id),
                {"role": role.value},
                at=row.created_at,
            )
            return row.id

    def sign_in(self, email: str, password: str) -> Administrator | None:
        """The account, or None: whether the address, the password or a lock is at fault is not told."""
        now = self._clock()
        with self._db.read() as session:
            row = staff.by_email(session, email)
        right = self._matches(row.password_hash if row else self._decoy, password)
        if row is None:
            return None
        with self._db.begin() as session:
            # Read again and held: guesses sent at once are counted one by one, and none gets past a lock.
            kept = staff.get(session, row.id, lock=True)
            if kept is None or not _is_open(kept, now):
                return None
            me = Actor(kept.email, kept.id)
            if right:
                audit.note(session, "sign_in", at=now, by=me)
                return self._welcome(kept, password, now)
            if _count_failure(kept, now):
                audit.note(session, "account.lock", Subject("administrator", kept.id), at=now)
            return None

    def get(self, administrator_id: int, session_version: int) -> Administrator | None:
        """The account of a session, while neither has ended."""
        with self._db.read() as session:
            row = staff.get(session, administrator_id)
        return row if row and row.active and row.session_version == session_version else None

    def any(self) -> bool:
        """Whether there is an account at all."""
        with self._db.read() as session:
            return bool(staff.all_of(session))

    def _welcome(self, kept: Administrator, password: str, now: datetime) -> Administrator:
        kept.failed_sign_ins, kept.locked_until, kept.last_sign_in_at = 0, None, now
        if self._hasher.check_needs_rehash(kept.password_hash):
            kept.password_hash = self._hasher.hash(password)
        return kept

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerificationError:
            return False


def _check(email: str, name: str, password: str) -> None:
    if "@" not in email.strip("@") or not email.isprintable() or len(email) > LONGEST_NAME:
        raise InputError("Give an e-mail address, such as ada@example.org.", {"email": "No e-mail address."})
    if len(name) > LONGEST_NAME or not name.isprintable():
        sentence = f"Choose a name of at most {LONGEST_NAME} characters on one line."
        raise InputError(sentence, {"name": sentence})
    if len(password) < SHORTEST_PASSWORD:
        sentence = f"Choose a password of at least {SHORTEST_PASSWORD} characters."
        raise InputError(sentence, {"password": sentence})


def _is_open(kept: Administrator, now: datetime) -> bool:
    return kept.active and (kept.locked_until is None or kept.locked_until <= now)


def _count_failure(kept: Administrator, now: datetime) -> bool:
    """Count a wrong password; gives whether it locks the account."""
    kept.failed_sign_ins += 1
    if kept.failed_sign_ins < FAILURES_BEFORE_LOCK:
        return False
    kept.failed_sign_ins, kept.locked_until = 0, now + LOCK
    return True
