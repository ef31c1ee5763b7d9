"""A sandbox of many people, served until it is stopped: `python -m benchmarks.sync_site PORT PEOPLE [block]`.

It says its token and how many enrolments it holds on standard output, and for each line on standard input changes one
learner in a hundred.
"""

import sys
from datetime import UTC, datetime
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox import Sandbox, create_sandbox_app


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until the parent ends."""
    port, people = int(sys.argv[1]), int(sys.argv[2])
    sandbox = Sandbox.open(
        None, base_url=f"http://127.0.0.1:{port}", now=lambda: datetime.now(UTC), people=people
    )
    sandbox.make_report_anew()
    if sys.argv[3:] == ["block"]:
        sandbox.install_block()
    app = create_sandbox_app(sandbox)
    # Not app.run, which writes lines of its own where the parent waits for the token.
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    print(sandbox.token, len(sandbox.world.enrolments), flush=True)
    for _ in sys.stdin:
        print(change(sandbox), flush=True)


def change(sandbox: Sandbox) -> int:
    """One learner in a hundred completes a course, or is given another department; gives how many."""
    now = int(sandbox.site.clock().timestamp())
    with sandbox.change() as world:
        chosen = [row for row in world.enrolments.values() if row.role == "student"][::100]
        for number, row in enumerate(chosen):
            person = world.people[row.person]
            row.lastaccess = person.lastaccess = now
            if number % 2:
                row.completed = now
            else:
                person.department, person.timemodified = "Moved", now
    return len(chosen)


if __name__ == "__main__":
    main()
