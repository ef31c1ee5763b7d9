"""`python -m tests.killed`: syncs that kill themselves. Reads orders, forks a child for each, tells how it ended.

A child counts every statement, commit and request, and ends by SIGKILL at the point that the order names.
"""

import json
import os
import signal
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from companion.services.registry import build_services
from lms_client import MoodleClient
from lms_client.params import Params
from lms_client.transport import RequestsTransport
from tests.clock import Clock
from tests.conftest import settings_of


class Points:
    """Counts points, and kills the process at one of them."""

    def __init__(self, deadly: int | None) -> None:
        self.passed = 0
        self._deadly = deadly

    def __call__(self, *_: object, **__: object) -> None:
        self.passed += 1
        if self.passed == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)


class CountedTransport(RequestsTransport):
    """Counts requests, before and after each."""

    points: Points

    def call(self, function: str, params: Params) -> object:
        self.points()
        answer = super().call(function, params)
        self.points()
        return answer


def sync(database: str, now: datetime, deadly: int | None) -> int:
    """Run one sync; gives how many points it passed."""
    points = Points(deadly)
    CountedTransport.points = points
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(
            settings_of(Path(folder), database_url=database),
            clock=Clock(now),
            new_client=lambda url, token: MoodleClient(CountedTransport(url, token)),
        )
        for event in ("before_cursor_execute", "commit"):
            sa.event.listen(services.db.engine, event, points)
        services.sync.run()
        services.db.dispose()
    return points.passed


def main() -> None:
    """Do the orders until there are no more."""
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            passed = sync(order["database"], datetime.fromisoformat(order["now"]), order["deadly"])
            os.write(writing, str(passed).encode())
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        told = os.read(reading, 100).decode()
        os.close(reading)
        sys.stdout.write(json.dumps({"signal": os.WTERMSIG(status), "passed": int(told or 0)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
