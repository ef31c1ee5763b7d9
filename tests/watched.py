"""A client of the LMS that holds the house rule: nobody keeps a transaction open while they wait for Moodle."""

from collections.abc import Callable
from threading import local

import sqlalchemy as sa

from companion.store import Database
from lms_client import MoodleClient
from lms_client.params import Params
from lms_client.transport import RequestsTransport


class Held:
    """How many connections of a database each thread holds."""

    def __init__(self, db: Database) -> None:
        self._of_thread = local()
        for pool in {id(engine.pool): engine.pool for engine in db.engines}.values():
            sa.event.listen(pool, "checkout", lambda *_: self._count(1))
            sa.event.listen(pool, "checkin", lambda *_: self._count(-1))

    def here(self) -> int:
        """How many the calling thread holds."""
        return int(getattr(self._of_thread, "number", 0))

    def _count(self, change: int) -> None:
        self._of_thread.number = self.here() + change


class WatchedTransport:
    """Sends as the real one does, without its pauses; a call within a transaction fails the test."""

    def __init__(self, base_url: str, token: str, held: Callable[[], Held | None]) -> None:
        self._onward = RequestsTransport(base_url, token, sleep=lambda _seconds: None)
        self._held = held

    def call(self, function: str, params: Params) -> object:
        counted = self._held()
        held = counted.here() if counted else 0
        assert held == 0, f"{function} was called while a transaction was open"
        return self._onward.call(function, params)


class WatchedClients:
    """Makes watched clients; told afterwards which database to watch, as the services make both."""

    def __init__(self) -> None:
        self._held: Held | None = None

    def watch(self, db: Database) -> None:
        """From now on hold the rule for this database."""
        self._held = Held(db)

    def __call__(self, base_url: str, token: str) -> MoodleClient:
        return MoodleClient(WatchedTransport(base_url, token, lambda: self._held))
