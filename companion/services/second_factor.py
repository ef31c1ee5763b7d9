"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Final

import pyotp

from companion.errors import ConflictError, InputError, NotFoundError
from companion.lti import binding
from companion.models.staff import Administrator
from companion.services import lockout
from companion.store import Cipher, Database, Session, audit, staff
from companion.store.audit import Actor, Subject

STEP_SECONDS: Final = 30
STEPS_OF_GRACE: Final = 1
"""Codes of the step before and after count too, for clocks that differ (RFC 6238, 5.2)."""
RECOVERY_CODES: Final = 10
WRONG: Final = "This code is not right, or was used already. Wait for the next one."


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app is given to make codes from: the secret as text, and the address that a QR code holds."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


class SecondFactorService:
    """Gives out secrets, and checks codes: each once, and with the same lock as wrong passwords."""

    def __init__(self, db: Database, *, secrets: Cipher, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._secrets = secrets
        self._clock = clock

    def begin(self, administrator_id: int, name: str) -> Enrolment:
        """The secret to put into an app: made once, and the same until a first code proves that it is there.

        Args: name: of the installation, as the app shows it.
        Raises: ConflictError: the account has a second factor.
        """
        with self._db.begin() as session:
            account = _held(session, administrator_id)
            if account.totp_since is not None:
                raise ConflictError("This account has a second factor. Remove it first.")
            if account.totp_encrypted is None:
                account.totp_encrypted = self._secrets.encrypt(pyotp.random_base32())
            secret = self._secrets.decrypt(account.totp_encrypted)
            return Enrolment(
                secret, pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=name)
            )

    def confirm(self, administrator_id: int, code: str) -> list[str]:
        """Ask for codes from now on, given a first one; gives the recovery codes, which are never shown again.

        Raises: InputError: the code is wrong.
        """
        now = self._clock()
        with self._db.begin() as session:
            account = _held(session, administrator_id)
            step = self._step(account, code, now)
            if account.totp_since is not None or step is None:
                raise InputError(WRONG, {"code": WRONG})
            account.totp_since, account.totp_last_step = now, step
            codes = [token_hex(8) for _ in range(RECOVERY_CODES)]
            staff.set_recovery_codes(session, account.id, [binding.digest(each) for each in codes])
            audit.note(session, "second_factor.set", Subject("administrator", account.id), at=now)
        return ["-".join(each[i : i + 4] for i in range(0, 16, 4)) for each in codes]

    def check(self, administrator_id: int, code: str) -> Administrator | None:
        """The account, where the code is right and new; five wrong ones lock it like wrong passwords."""
        now = self._clock()
        with self._db.begin() as session:
            account = _held(session, administrator_id)
            if not lockout.is_open(account, now):
                return None
            me = Actor(account.email, account.id)
            step = self._step(account, code, now)
            if step is not None:
                account.totp_last_step = step
            elif _used_up(session, account, code, now):
                audit.note(session, "second_factor.recover", at=now, by=me)
            else:
                lockout.count_failure(session, account, now)
                return None
            account.failed_sign_ins = 0
            return account

    def remove(self, administrator_id: int) -> None:
        """Ask for no more codes: at the wish of its owner, or by an owner of the installation for who lost all."""
        with self._db.begin() as session:
            account = _held(session, administrator_id)
            account.totp_encrypted = account.totp_since = account.totp_last_step = None
            staff.set_recovery_codes(session, account.id, [])
            audit.note(
                session, "second_factor.remove", Subject("administrator", account.id), at=self._clock()
            )

    def codes_left(self, administrator_id: int) -> int:
        """How many recovery codes were not used."""
        with self._db.read() as session:
            return staff.recovery_codes_left(session, administrator_id)

    def _step(self, account: Administrator, code: str, now: datetime) -> int | None:
        """The time step whose code this is, if it is later than the last one taken."""
        if account.totp_encrypted is None:
            return None
        codes = pyotp.TOTP(self._secrets.decrypt(account.totp_encrypted))
        given, current = code.replace(" ", ""), int(now.timestamp()) // STEP_SECONDS
        for step in range(current - STEPS_OF_GRACE, current + STEPS_OF_GRACE + 1):
            fresh = account.totp_last_step is None or step > account.totp_last_step
            if fresh and pyotp.utils.strings_equal(codes.at(step * STEP_SECONDS), given):
                return step
        return None


def _used_up(session: Session, account: Administrator, code: str, now: datetime) -> bool:
    plain = code.replace("-", "").replace(" ", "").lower()
    return staff.use_recovery_code(session, account.id, binding.digest(plain), now)


def _held(session: Session, administrator_id: int) -> Administrator:
    account = staff.get(session, administrator_id, lock=True)
    if account is None:
        raise NotFoundError("There is no such account.")
    return account
