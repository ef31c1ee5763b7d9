"""Launches a second: login, launch and widget, against a bare Flask application that does the least.

    python -m benchmarks.launch [--json] [--launches N] [--clients N] [--database sqlite|postgresql ...]

Both applications run under the same gunicorn on this machine, one after the other, and are asked by the same clients.
The bare one makes the same three answers: it redirects, verifies one RS256 token with a key it holds, and sends the
very bytes of the widget. PostgreSQL is taken from CAIRN_TEST_POSTGRES_URL, where a database is made and dropped.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.launch_site import Platform, Prepared, prepare, temporary_database
from benchmarks.launch_visitor import Visit, Visitor
from benchmarks.servers import free_port, serve_keys, wait_until_served
from config import ROOT

GUNICORN = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "error"]
AT_LEAST = 0.5


@dataclass(frozen=True)
class Measured:
    """What the clients saw of one application."""

    rate: float
    """Launches a second, all clients together."""
    p95: float
    """Milliseconds for a whole login, launch and widget."""


def main() -> int:
    """Measure and report; gives the exit code: 1 where a ratio is below the one asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.launch", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--launches", type=int, default=1200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3, help="pairs of runs; the median ratio is reported")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    kinds = given.database or [
        "sqlite",
        *(["postgresql"] if os.environ.get("CAIRN_TEST_POSTGRES_URL") else []),
    ]
    ratios = [_report(kind, given) for kind in kinds]
    return 0 if min(ratios) >= AT_LEAST else 1


def _report(kind: str, given: argparse.Namespace) -> float:
    pairs = _measure(kind, given.launches, given.clients, given.rounds)
    ratio = statistics.median(cairn.rate / bare.rate for cairn, bare in pairs)
    cairn, bare = sorted(pairs, key=lambda pair: pair[0].rate)[len(pairs) // 2]
    rows = [
        ("launches", cairn.rate, "1/s", bare.rate, ratio),
        ("launch_p95", cairn.p95, "ms", bare.p95, cairn.p95 / bare.p95),
    ]
    for name, value, unit, baseline, part in rows:
        row = {
            "name": f"{name}_{kind}",
            "value": round(value, 1),
            "unit": unit,
            "baseline": round(baseline, 1),
            "ratio": round(part, 2),
        }
        if given.json:
            print(json.dumps(row))
        else:
            against = f"bare Flask {row['baseline']:>8}   ratio {row['ratio']}"
            print(f"{row['name']:<24}{row['value']:>10} {unit:<4} {against}")
    return ratio


def _measure(kind: str, launches: int, clients: int, rounds: int) -> list[tuple[Measured, Measured]]:
    with tempfile.TemporaryDirectory() as folder, temporary_database(kind, Path(folder)) as url:
        platform = Platform.new()
        with serve_keys(platform.jwks) as keys_url:
            cairn_port, bare_port = free_port(), free_port()
            prepared = prepare(url, f"http://127.0.0.1:{cairn_port}", keys_url, Path(folder))
            page = Path(folder) / "widget.html"
            with _gunicorn(cairn_port, "wsgi:app", prepared.environment):
                page.write_bytes(_visit_once(cairn_port, platform, prepared))
            bare = {
                "BENCH_PAGE": str(page),
                "BENCH_KEY": platform.public_pem,
                "BENCH_AUDIENCE": prepared.client_id,
            }
            pairs = []
            for _ in range(rounds):
                with _gunicorn(cairn_port, "wsgi:app", prepared.environment):
                    of_cairn = _ask(cairn_port, platform, prepared, launches, clients)
                with _gunicorn(bare_port, "benchmarks.launch_bare:app", bare):
                    of_bare = _ask(bare_port, platform, prepared, launches, clients)
                pairs.append((of_cairn, of_bare))
            return pairs


@contextmanager
def _gunicorn(port: int, application: str, environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", *GUNICORN, "--bind", f"127.0.0.1:{port}", application]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_until_served(port)
            yield
        finally:
            server.terminate()


def _visit_once(port: int, platform: Platform, prepared: Prepared) -> bytes:
    return Visitor(port, platform, prepared).visit(0).page


def _ask(port: int, platform: Platform, prepared: Prepared, launches: int, clients: int) -> Measured:
    visitors = [Visitor(port, platform, prepared) for _ in range(clients)]
    for visitor in visitors:
        visitor.visit(0)  # connections, key sets and templates are warm, as in a running service
    share = launches // clients
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        runs: list[list[Visit]] = list(pool.map(lambda v: [v.visit(i) for i in range(share)], visitors))
    elapsed = time.perf_counter() - began
    times = [visit.seconds * 1000 for run in runs for visit in run]
    return Measured(len(times) / elapsed, statistics.quantiles(times, n=20)[-1])


if __name__ == "__main__":
    sys.exit(main())
