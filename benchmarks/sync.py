"""Reading a Moodle: time, requests, changes, memory and storing, against the least that could be done.

    python -m benchmarks.sync [--json] [--people N] [--moodle URL --token TOKEN [--change COMMAND]]

The sandbox is served from a process of its own; each sync runs in a fresh process on SQLite. The baseline of a full
sync is the same HTTP requests sent bare, as many at a time, by nothing but the HTTP library, in turns with it. With
--moodle a real site is read as well; --change is a shell command that changes one learner in a hundred there.
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
from typing import Any

import requests

from benchmarks import sync_store
from benchmarks.report import Row, parser, show
from benchmarks.servers import free_port, kinds, wait_until_served
from config import ROOT

AT_A_TIME = 2
MOST_RATIO, MOST_CHANGES, MOST_GROWTH_MB, MOST_REQUESTS, LEAST_ROWS = 1.15, 0.05, 50.0, 60.0, 20_000.0


@dataclass(frozen=True)
class Site:
    """A site to read; `change` changes one learner in a hundred, where that can be done."""

    name: str
    url: str
    token: str
    change: Any


def main() -> int:
    """Measure and report; gives 1 where something misses what is asked."""
    made = parser("sync", __doc__)
    made.add_argument("--people", type=int, default=100_000, help="in the large sandbox")
    made.add_argument("--rounds", type=int, default=3, help="pairs of a full sync and its bare requests")
    made.add_argument("--moodle", help="address of a real Moodle")
    made.add_argument("--token", default=os.environ.get("CAIRN_LIVE_TOKEN", ""))
    made.add_argument("--change", help="shell command that changes one learner in a hundred of that Moodle")
    made.add_argument("--rows", type=int, default=100_000, help="to store")
    given = made.parse_args()
    missed = [_storing(given)]
    with sandbox(given.people // 10) as small:
        peak = _read(small, given)
    with sandbox(given.people) as large:
        growth = _read(large, given) - peak
    show(Row("sync_memory_growth", growth, "MB", MOST_GROWTH_MB, growth / MOST_GROWTH_MB), as_json=given.json)
    if given.moodle:
        change = (lambda: subprocess.run(given.change, shell=True, check=True)) if given.change else None  # noqa: S602
        _read(Site("moodle", given.moodle, given.token, change), given)
    return int(any(missed) or growth > MOST_GROWTH_MB)


def _read(site: Site, given: argparse.Namespace) -> float:
    """Read a site in every way; gives the peak memory of the first full sync in MB."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'store.sqlite3'}"
        forms = Path(folder) / "forms.json"
        order = {"database": database, "url": site.url, "token": site.token, "kind": "full"}
        first = _sync({**order, "prepare": True})
        pairs = []
        for _ in range(given.rounds):
            ours = _sync({**order, "forms": str(forms)})
            bare = _bare(site, json.loads(forms.read_text(encoding="utf-8")))
            pairs.append((ours, bare))
        full = statistics.median(ours["wall"] for ours, _ in pairs)
        bare = statistics.median(bare for _, bare in pairs)
        ratio = statistics.median(ours["wall"] / bare for ours, bare in pairs)
        enrolments = first["changes"].get("enrolments", 1)
        per = 10_000 / enrolments
        last = pairs[-1][0]
        report = [
            Row(f"sync_full_{site.name}", full, "s", bare, ratio),
            Row(f"sync_full_cpu_{site.name}", last["cpu"], "s", last["wall"], last["cpu"] / last["wall"]),
            Row(
                f"sync_requests_{last['route']}_{site.name}", last["requests"] * per, "per 10,000 enrolments"
            ),
            Row(f"sync_peak_{site.name}", first["peak_mb"], "MB"),
        ]
        if site.change:
            site.change()
            changes = _sync({**order, "kind": "changes"})
            report += [
                Row(f"sync_changes_{site.name}", changes["wall"], "s", full, changes["wall"] / full),
                Row(
                    f"sync_changes_waited_{site.name}",
                    changes["waited"],
                    "s",
                    last["waited"],
                    changes["waited"] / last["waited"],
                ),
                Row(f"sync_changes_requests_{site.name}", changes["requests"], "", last["requests"]),
            ]
        for row in report:
            show(row, as_json=given.json)
        return float(first["peak_mb"])


def _sync(order: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.sync_run", json.dumps(order)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _bare(site: Site, forms: list[dict[str, str]]) -> float:
    """Seconds for the same requests, sent and read to their end, as many at a time."""
    with requests.Session() as session, ThreadPoolExecutor(AT_A_TIME) as pool:
        head = {"wstoken": site.token, "moodlewsrestformat": "json"}

        def send(form: dict[str, str]) -> int:
            endpoint = f"{site.url}/webservice/rest/server.php"
            return len(session.post(endpoint, data={**head, **form}, timeout=300).content)

        began = time.perf_counter()
        list(pool.map(send, forms))
        return time.perf_counter() - began


@contextmanager
def sandbox(people: int) -> Iterator[Site]:
    """A sandbox of so many people, served from a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.sync_site", str(port), str(people)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        writing, reading = server.stdin, server.stdout

        def change() -> None:
            writing.write("change\n")
            writing.flush()
            reading.readline()

        try:
            token = reading.readline().strip()
            wait_until_served(port)
            yield Site(f"sandbox_{people}", f"http://127.0.0.1:{port}", token, change)
        finally:
            server.terminate()


def _storing(given: argparse.Namespace) -> bool:
    """Whether a database stores fewer rows a second than asked."""
    missed = False
    for kind in kinds(None):
        for row in sync_store.measure(kind, given.rows):
            show(row, as_json=given.json)
            missed |= row.value < LEAST_ROWS
    return missed


if __name__ == "__main__":
    sys.exit(main())
