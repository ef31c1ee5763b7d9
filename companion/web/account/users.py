"""Who is signed in, for flask-login."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_login import UserMixin

from companion.models.staff import Administrator
from companion.services.access import Reach
from companion.services.registry import Services


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """An administrator's session: it ends when the account does, or is signed out everywhere."""

    id: int
    email: str
    name: str
    session_version: int
    reach: Reach

    def get_id(self) -> str:
        """What the cookie holds."""
        return f"{self.id}:{self.session_version}"

    @classmethod
    def of(cls, row: Administrator, reach: Reach) -> "SignedIn":
        """The session of an account."""
        return cls(row.id, row.email, row.name, row.session_version, reach)


def loader(services: Services) -> Callable[[str], SignedIn | None]:
    """The function that finds the account of a cookie."""

    def load(kept: str) -> SignedIn | None:
        found, _, version = kept.partition(":")
        if not (found.isdigit() and version.isdigit()):
            return None
        row = services.staff.get(int(found), int(version))
        return SignedIn.of(row, services.access.reach(row)) if row else None

    return load
