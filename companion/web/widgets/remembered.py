"""What was sent from a launch in the last ten minutes, so that it can be taken back.

It is in the cookie of the launch, not in an address: whoever reads an address takes nothing back.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from flask import session

from companion.mentoring.undo import can_be_undone
from companion.store.sent import SentKind
from companion.web.context import services

MOST = 5
"""Things remembered, the newest of them: the cookie stays small."""
_NAME = "sent"


class Sent(NamedTuple):
    """One thing that was sent, as the cookie holds it."""

    kind: str
    key: str
    """The key of its form, or the number that stands for it (store.sent)."""
    about: str
    """What it moved, where others may move the same: they are taken back from the newest on. Else empty."""
    at: int
    """Seconds since 1970."""

    @property
    def name(self) -> str:
        """What a form calls it by."""
        return f"{self.kind}:{self.key}"

    @property
    def moment(self) -> datetime:
        """When it was sent, to the second."""
        return datetime.fromtimestamp(self.at, UTC)


def remember(kind: SentKind, key: str, about: str = "") -> None:
    """Offer to take back what was just sent. Args: key, about: as of `Sent`."""
    now = services().clock()
    kept = [Sent(kind.value, key, about, int(now.timestamp())), *_lately(now)]
    session[_NAME] = kept[:MOST]


def offered() -> list[Sent]:
    """What can still be taken back, the newest first; of what moved the same, the newest alone."""
    found = [Sent(*one) for one in session.get(_NAME, ())]
    kept = _lately(services().clock()) if found else []
    if len(kept) < len(found):
        session[_NAME] = kept
    newest: dict[str, Sent] = {}
    for one in kept:
        newest.setdefault(one.about or one.name, one)
    return list(newest.values())


def forget(name: str) -> Sent | None:
    """Offer it no more; gives what it was, or None where it is not among what is offered."""
    one = next((one for one in offered() if one.name == name), None)
    if one is not None:
        session[_NAME] = [kept for kept in session[_NAME] if Sent(*kept) != one]
    return one


def _lately(now: datetime) -> list[Sent]:
    return [one for kept in session.get(_NAME, ()) if can_be_undone((one := Sent(*kept)).moment, now)]
