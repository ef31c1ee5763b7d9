"""A worker that dies: does the outbox in a process of its own, and is killed right after Moodle answered a call.

    python -m tests.killed_worker DATABASE_URL CALLS MOMENT

CALLS: how many calls of Moodle are answered before it dies. MOMENT: what its clock shows, in ISO 8601.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from companion.services.registry import build_services
from config import Settings
from lms_client import MoodleClient
from lms_client.params import Params
from lms_client.transport import RequestsTransport


class DyingTransport:
    """Sends so many calls; the last one's answer is never told to anybody."""

    def __init__(self, base_url: str, token: str, calls: int) -> None:
        self._onward = RequestsTransport(base_url, token)
        self._left = calls

    def call(self, function: str, params: Params) -> object:
        answer = self._onward.call(function, params)
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def main(database_url: str, calls: str, moment: str) -> None:
    """Work until it is killed."""
    settings = Settings(
        base_url="http://127.0.0.1:8080",
        secret_key="k" * 48,
        encryption_key="ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE=",
        text_key="dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE=",
        database_url=database_url,
        data_dir=Path("unused"),
    )
    now = datetime.fromisoformat(moment)
    services = build_services(
        settings,
        clock=lambda: now,
        new_client=lambda url, token: MoodleClient(DyingTransport(url, token, int(calls))),
    )
    services.outbox.work()


if __name__ == "__main__":
    main(*sys.argv[1:])
