"""The lock of an account after wrong passwords or codes."""

from datetime import datetime, timedelta
from typing import Final

from companion.models.staff import Administrator
from companion.store import Session, audit
from companion.store.audit import Subject

FAILURES_BEFORE_LOCK: Final = 5
LOCK: Final = timedelta(minutes=5)


def is_open(account: Administrator, now: datetime) -> bool:
    """Whether the account is in use and not locked."""
    return account.active and (account.locked_until is None or account.locked_until <= now)


def count_failure(session: Session, account: Administrator, now: datetime) -> None:
    """Count a wrong password or code; the fifth locks the account."""
    account.failed_sign_ins += 1
    if account.failed_sign_ins >= FAILURES_BEFORE_LOCK:
        account.failed_sign_ins, account.locked_until = 0, now + LOCK
        audit.note(session, "account.lock", Subject("administrator", account.id), at=now)
