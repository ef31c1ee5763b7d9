"""`python -m demo`: do the main job, print its account, then serve both sites until Ctrl-C."""

import argparse
import json
import signal
import sys
import time
from threading import Event

from companion import logs
from companion.app import create_app
from companion.errors import CompanionError
from companion.jobs.queue import HueyQueue
from companion.jobs.worker import Worker
from companion.terminal import TerminalProgress
from demo.account import figures, tell
from demo.history import WEEKS
from demo.installation import Installation, open_installation
from demo.servers import PortInUseError, check_port, serving
from demo.steps import run
from sandbox import create_sandbox_app
from sandbox.mischief import WISHES, wishes


def main() -> int:
    """Run the demo; gives the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--lms-port", type=int, default=8081)
    parser.add_argument("--no-serve", action="store_true", help="end after the account")
    parser.add_argument(
        "--misbehave",
        default="",
        type=wishes,
        metavar=WISHES,
        help="how the LMS lets Cairn down after the main job: see python -m sandbox --help",
    )
    parser.add_argument("--people", type=int, default=240, help="invented people of the LMS, where it is new")
    parser.add_argument("--weeks", type=int, default=WEEKS, help="weeks lived through before today")
    given = parser.parse_args()
    logs.set_up(as_json=False, quiet=True)
    try:
        check_port(given.port, "PORT")
        check_port(given.lms_port, "LMS_PORT")
        demo = open_installation(given.port, given.lms_port, people=given.people, weeks=given.weeks)
        return _demo(demo, given.port, given.lms_port, serve=not given.no_serve, misbehave=given.misbehave)
    except (CompanionError, PortInUseError) as problem:
        print(problem, file=sys.stderr)
        return 1


def _demo(demo: Installation, port: int, lms_port: int, *, serve: bool, misbehave: str) -> int:
    began = time.monotonic()
    app = create_app(demo.settings, demo.services)
    with serving(create_sandbox_app(demo.sandbox), lms_port), serving(app, port):
        with TerminalProgress() as progress:
            programme_ids = run(demo, app, progress)
        numbers = figures(demo, programme_ids, time.monotonic() - began)
        tell(demo, programme_ids, numbers)
        demo.sandbox.site.mischief.add_all(misbehave)
        if serve:
            _until_interrupted(demo)
        else:
            print(json.dumps(numbers))
    return 0


def _until_interrupted(demo: Installation) -> None:
    queue = demo.services.queue
    assert isinstance(queue, HueyQueue)
    worker = Worker(queue, threads=1, own_process=False)
    worker.start()  # here, not in a thread: what has not started yet cannot be stopped
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print("\nBoth sites are served. Stop with Ctrl-C.", flush=True)
    stop.wait()
    print("\nStopping.")
    worker.stop(graceful=True)


if __name__ == "__main__":
    sys.exit(main())
