"""Launches a second: login, launch and widget, against a bare Flask application that does the least.

    python -m benchmarks.launch [--json] [--launches N] [--clients N] [--rounds N] [--database sqlite|postgresql ...]

Both applications run under the same gunicorn on this machine, one after the other, and are asked by the same clients,
who share its processors: signing a token, the platform's work, is about the dearest part of what they do. The bare
one makes the same three answers: it redirects, verifies one RS256 token with a key it holds, and renders the very
bytes of the widget from a template. It keeps nothing and checks nothing else.

The ratio of `launches_*` is launches a second over the baseline's, and 0.5 or more is asked for; that of `_p95` and
`_cpu` is time over time. PostgreSQL is taken from CAIRN_TEST_POSTGRES_URL, where a database is made and dropped.
"""

import re
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks import report, rounds
from benchmarks.launch_site import Platform, prepare
from benchmarks.launch_visitor import Visitor
from benchmarks.rounds import Measured, Side
from benchmarks.servers import Server, free_port, kinds, serve, serve_keys, temporary_database

AT_LEAST = 0.5


def main() -> int:
    """Measure and report; gives the exit code: 1 where a ratio is below the one asked for."""
    parser = report.parser("launch", __doc__)
    parser.add_argument(
        "--launches", type=int, default=1000, help="in a round; an address may 1,200 a minute"
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5, help="of both; medians are reported")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    good = True
    for kind in kinds(given.database):
        for row in rounds.rows(
            f"launches_{kind}", _measure(kind, given.launches, given.clients, given.rounds)
        ):
            report.show(row, as_json=given.json)
            good &= row.unit != "1/s" or (row.ratio or 0) >= AT_LEAST
    return 0 if good else 1


def _measure(kind: str, launches: int, clients: int, number: int) -> list[tuple[Measured, Measured]]:
    with tempfile.TemporaryDirectory() as folder, temporary_database(kind, Path(folder)) as url:
        platform = Platform.new()
        with serve_keys(platform.jwks) as keys_url:
            port = free_port()
            prepared = prepare(url, f"http://127.0.0.1:{port}", keys_url, Path(folder))
            bare = {
                "BENCH_PAGES": folder,
                "BENCH_KEY": platform.public_pem,
                "BENCH_AUDIENCE": prepared.client_id,
            }

            def cairn() -> AbstractContextManager[Server]:
                return serve("wsgi:app", prepared.environment, port)

            def client(port: int) -> Visitor:
                return Visitor(port, platform, prepared)

            def baseline() -> AbstractContextManager[Server]:
                return serve("benchmarks.launch_bare:app", bare)

            with cairn() as server:
                page = page_of(client(server.port))
            (Path(folder) / "page.html").write_text(template_of(page))
            with baseline() as server:
                assert len(page_of(client(server.port))) == len(page), "the baseline does not render the same"
            sides = (Side(cairn, client), Side(baseline, client))
            return list(rounds.rounds(*sides, clients=clients, visits=launches, number=number))


def page_of(visitor: Visitor) -> str:
    """The page that somebody's launch opens."""
    visitor.visit(0)
    return visitor.page.decode()


def template_of(page: str) -> str:
    """The page that Cairn sent, what is random in it left open."""
    open_parts = {
        r"/w/([^/\"]+)/": "{{ launch_id }}",
        r'name="csrf_token" value="([^"]+)"': "{{ token }}",
        r'name="form_key" value="([^"]+)"': "{{ form_key }}",
    }
    for pattern, value in open_parts.items():
        for found in set(re.findall(pattern, page)):
            page = page.replace(found, value)
    return page


if __name__ == "__main__":
    sys.exit(main())
