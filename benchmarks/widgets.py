"""Requests a second of the check-in page and its form, with 10,000 engagements in the store, against a bare Flask view.

    python -m benchmarks.widgets [--json] [--visits N] [--clients N] [--rounds N] [--database sqlite|postgresql ...]

A visit is the page and the form sent, by somebody whose launch was kept before the measuring begins, and who is another
each time. The baseline is a Flask application of the same gunicorn with the same database behind it: its
page is one indexed query and the same bytes from a template, its form one insert and a redirect, both by SQLAlchemy
Core. It knows nobody, checks nothing and encrypts nothing.

The ratio of `checkins_*` is requests a second over the baseline's, and 0.4 or more is asked for; that of `_p95` (of a
visit, two requests) and `_cpu` is time over time. PostgreSQL is taken from CAIRN_TEST_POSTGRES_URL, where a database is
made and dropped.
"""

import sys
import tempfile
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from benchmarks import report, rounds, widgets_table
from benchmarks.launch import page_of, template_of
from benchmarks.launch_site import Platform, prepare
from benchmarks.launch_visitor import Visitor
from benchmarks.rounds import Measured, Side
from benchmarks.servers import Server, free_port, kinds, serve, serve_keys, temporary_database
from benchmarks.widgets_visitor import Opened, Writer, launches

AT_LEAST = 0.4
ENGAGEMENTS = 10_000
REQUESTS = 2
"""Of a visit."""


def main() -> int:
    """Measure and report; gives the exit code: 1 where a ratio is below the one asked for."""
    parser = report.parser("widgets", __doc__)
    parser.add_argument("--visits", type=int, default=1000, help="in a round; all rounds at most 9,000")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5, help="of both; medians are reported")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    good = True
    for kind in kinds(given.database):
        pairs = _measure(kind, given.visits, given.clients, given.rounds)
        rate, *times = rounds.rows(f"checkins_{kind}", pairs)
        good &= (rate.ratio or 0) >= AT_LEAST
        requests = replace(rate, value=rate.value * REQUESTS, baseline=(rate.baseline or 0) * REQUESTS)
        for row in (requests, *times):
            report.show(row, as_json=given.json)
    return 0 if good else 1


def _measure(kind: str, visits: int, clients: int, number: int) -> list[tuple[Measured, Measured]]:
    with tempfile.TemporaryDirectory() as folder, temporary_database(kind, Path(folder)) as url:
        platform = Platform.new()
        with serve_keys(platform.jwks) as keys_url:
            port = free_port()
            prepared = prepare(url, f"http://127.0.0.1:{port}", keys_url, Path(folder), pairs=ENGAGEMENTS)
            bare = {"BENCH_PAGES": folder, "BENCH_DATABASE": url}
            widgets_table.fill(url, ENGAGEMENTS)

            def cairn() -> AbstractContextManager[Server]:
                return serve("wsgi:app", prepared.environment, port)

            def baseline() -> AbstractContextManager[Server]:
                return serve("benchmarks.widgets_bare:app", bare)

            with cairn() as server:
                page = page_of(Visitor(server.port, platform, prepared))
            (Path(folder) / "page.html").write_text(template_of(page))
            known = iter(launches(prepared))
            anybody = cycle([Opened(f"/w/{i}/check-in", "") for i in range(1, 1000)])
            length = len(page.encode())
            sides = (
                Side(cairn, lambda port: Writer(port, known)),
                Side(baseline, lambda port: Writer(port, anybody, length)),
            )
            return list(rounds.rounds(*sides, clients=clients, visits=visits, number=number))


if __name__ == "__main__":
    sys.exit(main())
