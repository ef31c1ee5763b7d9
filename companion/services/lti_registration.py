"""Addresses at which a platform registers itself, and what comes of it: a platform that waits to be enabled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from secrets import token_urlsafe
from typing import Final

from companion.lti import addresses, binding, dynamic
from companion.lti.errors import LtiError, RegistrationCodeError
from companion.lti.guard import AddressGuard
from companion.lti.http import new_session
from companion.lti.registration import Registration
from companion.models.lti import RegistrationLink
from companion.services.lti import LtiService
from companion.store import Database, lti_registration
from companion.store import lti as store

REGISTER_PATH: Final = "/lti/register/"
LIFETIME: Final = timedelta(hours=1)


@dataclass(frozen=True)
class NewLink:
    """An address to copy; it is shown once, because only the hash of its code is kept."""

    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class LinkLine:
    """An address that was made, as the admin lists it.

    Attributes:
        open: it can still be used.
        problem: why it came to nothing; None where it did not.
    """

    created_at: datetime
    used_at: datetime | None
    open: bool
    problem: str | None


@dataclass(frozen=True)
class Registered:
    """Attributes: origin: where the page that shows this stands in a frame. waiting: nobody has decided yet."""

    issuer: str
    origin: str
    waiting: bool


class LtiRegistrationService:
    """Lets platforms register themselves."""

    def __init__(
        self,
        db: Database,
        *,
        lti: LtiService,
        clock: Callable[[], datetime],
        base_url: str,
        guard: AddressGuard,
        random: Callable[[int], str] = token_urlsafe,
    ) -> None:
        """Args: guard: which network addresses a platform that registers itself may be at."""
        self._db = db
        self._lti = lti
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._guard = guard
        self._new_session = partial(new_session, guard=guard)
        self._random = random

    def new_link(self) -> NewLink:
        """An address for one registration within the hour."""
        code, now = self._random(16), self._clock()
        with self._db.begin() as session:
            lti_registration.add(session, binding.digest(code), now, now + LIFETIME)
        return NewLink(self._base_url + REGISTER_PATH + code, now + LIFETIME)

    def links(self) -> list[LinkLine]:
        """The addresses made last, newest first."""
        with self._db.read() as session:
            rows = lti_registration.newest(session)
        return [self._line(row) for row in rows]

    def register(self, code: str, invitation: dynamic.Invitation) -> Registered:
        """Let the platform that opened the address with this code register itself.

        Whether or not it works, the code is used up: a platform that could try again could search our network.

        Raises:
            RegistrationCodeError: no open address has this code.
            RegistrationFailedError, InvalidPlatformError: with a sentence for the administrator.
        """
        code_hash = binding.digest(code)
        with self._db.begin() as session:
            opened = lti_registration.use(session, code_hash, self._clock())
        try:
            if not opened:
                raise RegistrationCodeError
            made = dynamic.register(
                invitation, self._tool(), new_session=self._new_session, guard=self._guard
            )
        except LtiError as problem:
            with self._db.begin() as session:
                lti_registration.note(session, code_hash, str(problem))
            raise
        return self._keep(made)

    def _keep(self, made: Registration) -> Registered:
        with self._db.begin() as session:
            platform_id = store.save_platform(session, **vars(made), enabled=None, now=self._clock())
            [kept] = store.platforms(session, platform_id=platform_id)
        return Registered(made.issuer, addresses.origin(made.issuer) or "", kept.waiting)

    def _tool(self) -> dynamic.ToolDescription:
        ours = self._lti.tool_addresses()
        return dynamic.ToolDescription(
            base_url=self._base_url,
            login_url=ours.login_url,
            launch_url=ours.redirect_url,
            jwks_url=ours.jwks_url,
            logo_url=self._base_url + "/static/img/mark.svg",
        )

    def _line(self, row: RegistrationLink) -> LinkLine:
        still = row.used_at is None and row.expires_at > self._clock()
        return LinkLine(row.created_at, row.used_at, still, row.problem)
