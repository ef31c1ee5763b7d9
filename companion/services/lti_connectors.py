"""The way to the services of a platform: its registration, our key, the tokens that are still good."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from companion.errors import NotReadyError
from companion.lti.connector import Connector, Tokens
from companion.lti.http import SERVICE_LIMIT, new_session
from companion.services.lti_keys import LtiKeys
from companion.store import Database
from companion.store import lti as store

_SESSIONS = partial(new_session, limit=SERVICE_LIMIT)


class LtiConnectors:
    """Makes connectors; keeps the tokens of all of them."""

    def __init__(
        self,
        db: Database,
        *,
        keys: LtiKeys,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._tokens = Tokens(clock)

    def to(self, platform_id: int) -> Connector:
        """The services of an enabled platform; raises NotReadyError where it is none."""
        with self._db.read() as session:
            found = store.platforms(session, platform_id=platform_id)
        if not found or not found[0].enabled:
            raise NotReadyError("The platform is not enabled. Enable it in the admin, under Platforms.")
        return Connector(
            found[0],
            signer=self._keys.current(),
            tokens=self._tokens,
            new_session=_SESSIONS,
            clock=self._clock,
        )
