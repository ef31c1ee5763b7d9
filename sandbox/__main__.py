"""`python -m sandbox`: the sandbox on its own, on loopback alone."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from sandbox.app import create_sandbox_app
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
    given = parser.parse_args()
    base_url = f"http://{LOOPBACK}:{given.port}"
    sandbox = Sandbox.open(given.state, base_url=base_url, now=lambda: datetime.now(UTC))
    names = ", ".join(name for name, _ in sandbox.sign_in_names)
    print(f"Sandbox LMS at {base_url} - sign in as {names}; password {DEMO_PASSWORD}")
    create_sandbox_app(sandbox).run(host=LOOPBACK, port=given.port, threaded=True)


if __name__ == "__main__":
    main()
