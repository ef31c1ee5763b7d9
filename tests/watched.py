"""A client of the LMS that holds the house rule: no transaction is open while we wait for Moodle."""

from collections.abc import Callable

from companion.store import Database
from lms_client import MoodleClient
from lms_client.params import Params
from lms_client.transport import RequestsTransport


class WatchedTransport:
    """Sends as the real one does, without its pauses; a call within a transaction fails the test."""

    def __init__(self, base_url: str, token: str, database: Callable[[], Database | None]) -> None:
        self._onward = RequestsTransport(base_url, token, sleep=lambda _seconds: None)
        self._database = database

    def call(self, function: str, params: Params) -> object:
        db = self._database()
        # The pool of either database counts what is checked out; SQLAlchemy's base class does not declare it.
        held = db.engine.pool.checkedout() if db else 0  # type: ignore[attr-defined]
        assert held == 0, f"{function} was called while a transaction was open"
        return self._onward.call(function, params)


class WatchedClients:
    """Makes watched clients; told afterwards which database to watch, as the services make both."""

    def __init__(self) -> None:
        self.db: Database | None = None

    def __call__(self, base_url: str, token: str) -> MoodleClient:
        return MoodleClient(WatchedTransport(base_url, token, lambda: self.db))
