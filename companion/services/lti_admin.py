"""The way from a launch to the admin: nobody is made an administrator by it, but one may be known by it.

An administrator of the LMS gives their password here once. From then on a launch leads them to their own account.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

from companion.errors import NotFoundError
from companion.lti import binding
from companion.models.staff import Administrator
from companion.services.staff import StaffService
from companion.store import Database, lti_admin
from companion.store.lti import LaunchView
from companion.store.lti_admin import Caller

TICKET_LIFETIME: Final = timedelta(seconds=60)
NO_DOOR: Final = (
    "This way into the admin was used, or its minute is over. Open it from the course page again."
)
NOT_YOURS: Final = "There is nothing here for you."


@dataclass(frozen=True)
class Ticket:
    """A way into the admin for a minute, once."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class LinkLine:
    """Who of an LMS may open the admin, and as whom."""

    id: int
    issuer: str
    administrator: str
    linked_at: datetime


class LtiAdminService:
    """Leads administrators of an LMS to their own accounts."""

    def __init__(
        self,
        db: Database,
        *,
        staff: StaffService,
        clock: Callable[[], datetime],
        random: Callable[[int], str] = token_urlsafe,
    ) -> None:
        self._db = db
        self._staff = staff
        self._clock = clock
        self._random = random

    def open(self, launch: LaunchView) -> Ticket:
        """A way for whoever launched; raises NotFoundError where that is no administrator of the LMS."""
        if not launch.lms_admin:
            raise NotFoundError(NOT_YOURS)
        token, expires_at = self._random(32), self._clock() + TICKET_LIFETIME
        with self._db.begin() as session:
            lti_admin.add_ticket(session, binding.digest(token), launch.id, expires_at)
        return Ticket(token, expires_at)

    def enter(self, token: str) -> Caller:
        """Who comes by this way; raises NotFoundError where it was used, is over, or never was."""
        with self._db.begin() as session:
            caller = lti_admin.take_ticket(session, binding.digest(token), self._clock())
        if caller is None:
            raise NotFoundError(NO_DOOR)
        return caller

    def account(self, caller: Caller) -> Administrator | None:
        """The account that was linked, while it may be used."""
        with self._db.read() as session:
            found = lti_admin.linked(session, caller)
        return found if found and found.active else None

    def link(self, caller: Caller, email: str, password: str) -> Administrator | None:
        """Link with the account of an address and password; None where they are wrong or the account is locked."""
        found = self._staff.sign_in(email, password)
        if found is not None:
            with self._db.begin() as session:
                lti_admin.link(session, caller, found.id, self._clock())
        return found

    def links(self) -> list[LinkLine]:
        """All links, oldest first."""
        with self._db.read() as session:
            return [
                LinkLine(row.id, row.issuer, account.email, row.linked_at)
                for row, account in lti_admin.links(session)
            ]

    def unlink(self, link_id: int) -> None:
        """Take a link away; raises NotFoundError where there is none."""
        with self._db.begin() as session:
            if not lti_admin.unlink(session, link_id):
                raise NotFoundError("There is no such link.")
