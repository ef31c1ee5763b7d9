"""`python -m sandbox`: the sandbox on its own, on loopback alone."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from sandbox.app import create_sandbox_app
from sandbox.mischief import WISHES, Mode, wishes
from sandbox.sandbox import DEMO_PASSWORD, Sandbox

LOOPBACK = "127.0.0.1"


def main() -> None:
    """Open (or go on with) a sandbox and serve it until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A small LMS with invented people."
    )
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument(
        "--state", type=Path, default=None, help="folder to keep it in; without one, in memory"
    )
    parser.add_argument(
        "--misbehave",
        default="",
        metavar=WISHES,
        type=wishes,
        help=f"spoil web-service requests; several are parted by commas. Modes: {', '.join(get_args(Mode))}",
    )
    given = parser.parse_args()
    base_url = f"http://{LOOPBACK}:{given.port}"
    sandbox = Sandbox.open(given.state, base_url=base_url, now=lambda: datetime.now(UTC))
    sandbox.site.mischief.add_all(given.misbehave)
    names = ", ".join(name for name, _ in sandbox.sign_in_names)
    print(f"Sandbox LMS at {base_url} - sign in as {names}; password {DEMO_PASSWORD}")
    create_sandbox_app(sandbox).run(host=LOOPBACK, port=given.port, threaded=True)


if __name__ == "__main__":
    main()
