"""The registrations of an issuer, at hand for the launches that come by the hundred when a course starts."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from companion.lti import login
from companion.lti.errors import LtiError
from companion.store import Database
from companion.store import lti as store
from companion.store.lti import PlatformView

AT_HAND: Final = timedelta(seconds=5)
MOST: Final = 64
"""Issuers kept at hand; anybody may name one."""


class PlatformsAtHand:
    """Finds the registration a login means, and the one that a launch answers. One instance serves all threads.

    What it keeps may be old: a platform disabled less than 5 s ago may still be sent to, and its launch is refused
    where it would be kept (`LaunchKeeper`). What would be refused for what is at hand is looked up first.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._read: dict[str, tuple[datetime, list[PlatformView]]] = {}

    def choose(self, form: Mapping[str, str]) -> PlatformView:
        """The registration that a login initiation means; raises LtiError as `login.choose` does."""
        read_at, found = self._read.get(form["iss"], (None, []))
        if read_at is not None and self._clock() - read_at < AT_HAND:
            try:
                return login.choose(found, form)
            except LtiError:
                self._read.pop(form["iss"], None)
        return login.choose(self._look_up(form["iss"]), form)

    def by_id(self, platform_id: int) -> PlatformView:
        """The registration of a login under way, perhaps as it was a moment ago."""
        now = self._clock()
        for read_at, found in [*self._read.values()]:
            if now - read_at < AT_HAND:
                for platform in found:
                    if platform.id == platform_id:
                        return platform
        return self.anew(platform_id)

    def anew(self, platform_id: int) -> PlatformView:
        """The registration as it is now."""
        with self._db.statements() as connection:
            [platform] = store.platforms(connection, platform_id=platform_id)
        return platform

    def _look_up(self, issuer: str) -> list[PlatformView]:
        with self._db.statements() as connection:
            found = store.platforms(connection, issuer=issuer)
        if found and len(self._read) < MOST:
            self._read[issuer] = self._clock(), found
        return found
