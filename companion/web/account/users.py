"""Who is signed in, for flask-login."""

from dataclasses import dataclass, field

from flask_login import UserMixin

from companion.services.access import Reach
from companion.services.sign_ins import SignIn
from companion.web.context import services


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """An administrator's session: it ends when the account does, or is ended from anywhere."""

    id: int
    email: str
    name: str
    session_id: int
    second_factor: bool
    reach: Reach
    token: str = field(repr=False)

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token

    @classmethod
    def of(cls, found: SignIn, token: str, reach: Reach) -> "SignedIn":
        """The session of an account."""
        row = found.account
        protected = row.totp_since is not None
        return cls(row.id, row.email, row.name, found.session_id, protected, reach, token)


def load(token: str) -> SignedIn | None:
    """The account of a cookie, while its session lasts."""
    found = services().sign_ins.find(token)
    return SignedIn.of(found, token, services().access.reach(found.account)) if found else None
