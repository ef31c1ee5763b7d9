"""Administrators' accounts: argon2id passwords, what each is for, and that there is always an owner."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from companion.errors import ConflictError, InputError, NotFoundError
from companion.models.staff import Administrator, StaffRole
from companion.services import lockout
from companion.store import Database, Session, access, audit, staff
from companion.store.audit import Actor, Subject
from companion.store.slices import Slice

SHORTEST_PASSWORD = 12
"""Characters; NIST SP 800-63B asks for at least 8, OWASP ASVS 2.1.1 for 12."""
LONGEST_PASSWORD = 1000
LONGEST_NAME = 300
LAST_OWNER = (
    "This is the last owner. Make somebody else an owner first, so that somebody can look after Cairn."
)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account, and the programmes it coordinates, each with whether it hears their concerns."""

    account: Administrator
    programmes: Mapping[int, bool]


class StaffService:
    """Makes accounts, changes what they are for, and checks passwords."""

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
        with self._db.begin() as session:
            return self.add(session, email, name, password, role, programmes or {}).id

    def add(
        self,
        session: Session,
        email: str,
        name: str,
        password: str,
        role: StaffRole,
        programmes: Mapping[int, bool],
        *,
        by: Actor | None = None,
    ) -> Administrator:
        """Make an account within a transaction; as `create`."""
        email, name = email.strip().lower(), name.strip()
        check_address(email)
        _check_name(name)
        _check_password(password)
        if staff.by_email(session, email) is not None:
            raise ConflictError(f"There is already an account for {email}.")
        row = Administrator(
            email=email,
            name=name or email,
            role=role,
            password_hash=self._hasher.hash(password),
            active=True,
            failed_sign_ins=0,
            created_at=self._clock(),
        )
        staff.add(session, row)
        access.set_coordinated(session, row.id, programmes)
        told = {"role": role.value, "programmes": _listed(programmes)}
        audit.note(
            session, "account.create", Subject("administrator", row.id), told, at=row.created_at, by=by
        )
        return row

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
            if kept is None or not lockout.is_open(kept, now):
                return None
            if right:
                return self._welcome(kept, password, now)
            lockout.count_failure(session, kept, now)
            return None

    def change_password(self, administrator_id: int, old: str, new: str) -> None:
        """Change one's own password; raises InputError where the old one is wrong or the new one cannot be used."""
        with self._db.begin() as session:
            account = _held(session, administrator_id)
            if not self._matches(account.password_hash, old):
                raise InputError("The old password is wrong.", {"old": "The old password is wrong."})
            self.set_password(account, new)
            audit.note(session, "password.change", Subject("administrator", account.id), at=self._clock())

    def set_password(self, account: Administrator, password: str) -> None:
        """Give an account of the transaction at hand a password; raises InputError where it cannot be used."""
        _check_password(password)
        account.password_hash = self._hasher.hash(password)

    def right_password(self, administrator_id: int, password: str) -> bool:
        """Whether this is the password of an account; for what asks for it again."""
        return self._matches(self.account(administrator_id).account.password_hash, password)

    def account(self, administrator_id: int) -> AccountLine:
        """An account; raises NotFoundError."""
        with self._db.read() as session:
            row = staff.get(session, administrator_id)
            if row is None:
                raise NotFoundError("There is no such account.")
            return AccountLine(row, access.coordinated(session, row.id))

    def all(self) -> Sequence[AccountLine]:
        """All accounts, by name."""
        with self._db.read() as session:
            rows = staff.all_of(session)
            return [AccountLine(row, access.coordinated(session, row.id)) for row in rows]

    def page(self, wanted: Slice) -> tuple[list[AccountLine], int]:
        """A slice of the accounts, and how many its filters leave."""
        with self._db.read() as session:
            rows, total = staff.page(session, wanted)
            named = access.coordinated_by(session, [row.id for row in rows])
            return [AccountLine(row, named.get(row.id, {})) for row in rows], total

    def change(self, administrator_id: int, role: StaffRole, programmes: Mapping[int, bool]) -> None:
        """Change what an account is for, from its next page on.

        Raises:
            NotFoundError: there is no such account.
            ConflictError: it is the last owner.
        """
        with self._db.begin() as session:
            if role is not StaffRole.OWNER:
                _keep_an_owner(session, administrator_id)
            account = _held(session, administrator_id)
            account.role = role
            access.set_coordinated(session, account.id, programmes)
            told = {"role": role.value, "programmes": _listed(programmes)}
            audit.note(
                session, "account.change", Subject("administrator", account.id), told, at=self._clock()
            )

    def set_active(self, administrator_id: int, active: bool) -> None:
        """Close an account, which signs it out everywhere, or open it again.

        Raises:
            NotFoundError: there is no such account.
            ConflictError: it is the last owner.
        """
        with self._db.begin() as session:
            if not active:
                _keep_an_owner(session, administrator_id)
                staff.end_sessions(session, administrator_id)
            account = _held(session, administrator_id)
            account.active = active
            action = "account.open" if active else "account.close"
            audit.note(session, action, Subject("administrator", account.id), at=self._clock())

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


def check_address(email: str) -> None:
    """Raises InputError where this is no e-mail address."""
    if "@" not in email.strip("@") or not email.isprintable() or len(email) > LONGEST_NAME:
        raise InputError("Give an e-mail address, such as ada@example.org.", {"email": "No e-mail address."})


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not name.isprintable():
        sentence = f"Choose a name of at most {LONGEST_NAME} characters on one line."
        raise InputError(sentence, {"name": sentence})


def _check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        sentence = f"Choose a password of at least {SHORTEST_PASSWORD} characters."
        raise InputError(sentence, {"password": sentence})


def _keep_an_owner(session: Session, administrator_id: int) -> None:
    """Raises ConflictError where no other owner would be left. Goes first: it holds the owners in their order."""
    owners = {row.id for row in staff.held_owners(session)}
    if owners == {administrator_id}:
        raise ConflictError(LAST_OWNER)


def _held(session: Session, administrator_id: int) -> Administrator:
    account = staff.get(session, administrator_id, lock=True)
    if account is None:
        raise NotFoundError("There is no such account.")
    return account


def _listed(programmes: Mapping[int, bool]) -> str:
    named = (f"{number} (concerns)" if hears else str(number) for number, hears in sorted(programmes.items()))
    return ", ".join(named) or "none"
