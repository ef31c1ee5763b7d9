"""Reading a Moodle: time, requests, changes, memory and storing, against the least that could be done.

    python -m benchmarks.sync [--json] [--people N] [--moodle URL --token TOKEN [--change COMMAND]]

Ends with 1 where one of these misses what docs/performance.md asks for.

The sandbox is served from a process of its own; each sync runs in a fresh process on SQLite. The baseline of a full
sync is the same HTTP requests sent bare, as many at a time, by nothing but the HTTP library, in turns with it. With
--moodle a real site is read as well; --change is a shell command that changes one learner in a hundred there.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from benchmarks import sync_store
from benchmarks.report import Row, parser, show
from benchmarks.servers import free_port, kinds, wait_until_served
from config import ROOT
from lms_client import Function

AT_A_TIME = 2
MOST_RATIO = 1.15
MOST_CHANGES = 0.05
MOST_GROWTH_MB = 50.0
MOST_REQUESTS = {"report": 60.0}
"""For 10,000 enrolments, by route."""
LEAST_ROWS = 20_000.0
ROUTES: dict[str, tuple[str, ...]] = {
    "block": (),
    "batch": (Function.BULK_COMPLETIONS, Function.REPORTS),
    "single": (Function.BULK_COMPLETIONS, Function.REPORTS, Function.BATCH),
}
"""Beside the report, which is measured with the full sync: what a site with the block lacks that takes the route."""


@dataclass(frozen=True)
class Site:
    """A site to read; `change` changes one learner in a hundred, where that can be done.

    `enrolments` is how many it holds, where that is known: a sync that reads fewer is no sync to be measured.
    """

    name: str
    url: str
    token: str
    change: Callable[[], object] | None
    real: bool = False
    enrolments: int | None = None


@dataclass
class Judge:
    """Prints figures, and notes what misses what is asked of it."""

    as_json: bool
    missed: list[str] = field(default_factory=list)

    def show(self, row: Row, *, fits: bool = True) -> None:
        """Print a figure; `fits` where it is as asked."""
        show(row, as_json=self.as_json)
        if not fits:
            self.missed.append(row.name)


def main() -> int:
    """Measure and report; gives 1 where something misses what is asked."""
    made = parser("sync", __doc__)
    made.add_argument("--people", type=int, default=100_000, help="in the large sandbox")
    made.add_argument("--rounds", type=int, default=3, help="pairs of a full sync and its bare requests")
    made.add_argument("--moodle", help="address of a real Moodle")
    made.add_argument("--token", default=os.environ.get("CAIRN_LIVE_TOKEN", ""))
    made.add_argument("--change", help="shell command that changes one learner in a hundred of that Moodle")
    made.add_argument("--moodle-rounds", type=int, default=1, help="the same for the real Moodle")
    made.add_argument("--rows", type=int, default=100_000, help="to store")
    made.add_argument("--only", choices=PARTS, action="append", help="leave out the other parts")
    given = made.parse_args()
    parts, judge = given.only or PARTS, Judge(given.json)
    if "storing" in parts:
        _storing(judge, given.rows)
    if "sandbox" in parts:
        with sandbox(given.people // 10) as small:
            peak = _read(judge, small, 1, judged=False)
        with sandbox(given.people) as large:
            growth = _read(judge, large, given.rounds) - peak
        row = Row("sync_memory_growth", growth, "MB", MOST_GROWTH_MB, growth / MOST_GROWTH_MB)
        judge.show(row, fits=growth < MOST_GROWTH_MB)
    if "routes" in parts:
        _routes(judge, max(given.people * 3 // 100, 100))
    if "moodle" in parts and given.moodle:
        command = given.change
        change = (lambda: subprocess.run(command, shell=True, check=True)) if command else None  # noqa: S602
        _read(judge, Site("moodle", given.moodle, given.token, change, real=True), given.moodle_rounds)
    if judge.missed:
        print(f"Missed: {', '.join(judge.missed)}", file=sys.stderr)
    return int(bool(judge.missed))


PARTS = ("storing", "sandbox", "routes", "moodle")


@contextmanager
def _prepared(site: Site) -> Iterator[dict[str, Any]]:
    """An order for syncs of one installation, where the report was set up by a sync of one course."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'store.sqlite3'}"
        forms = str(Path(folder) / "forms.json")
        order = {"database": database, "url": site.url, "token": site.token, "kind": "full", "follow": None}
        _sync({**order, "follow": 1})
        yield {**order, "forms": forms}


def _read(judge: Judge, site: Site, rounds: int, *, judged: bool = True) -> float:
    """Read a site in every way; gives the peak memory of the first full sync in MB.

    Args: judged: where not, its time is told alone: a small sandbox has no time in which ours could hide.
    """
    with _prepared(site) as order:
        pairs = []
        for number in range(rounds):
            ours = _sync({**order, "follow": None if number else 0})
            if site.enrolments not in (None, ours["enrolments"]):
                raise SystemExit(f"{ours['enrolments']} of {site.enrolments} enrolments were read.")
            sent = json.loads(Path(order["forms"]).read_text(encoding="utf-8"))
            pairs.append((ours, _bare(site, sent)))
        first, last = pairs[0][0], pairs[-1][0]
        full = statistics.median(ours["wall"] for ours, _ in pairs)
        bare = statistics.median(bare for _, bare in pairs)
        ratio = statistics.median(ours["wall"] / bare for ours, bare in pairs)
        judge.show(
            Row(f"sync_full_{site.name}", full, "s", bare, ratio), fits=not judged or ratio <= MOST_RATIO
        )
        cpu = Row(f"sync_full_cpu_{site.name}", last["cpu"], "s", last["wall"], last["cpu"] / last["wall"])
        judge.show(cpu)
        _show_requests(judge, site.name, first)
        judge.show(Row(f"sync_peak_{site.name}", first["peak_mb"], "MB"))
        if site.change:
            site.change()
            _show_changes(judge, site, _sync({**order, "kind": "changes"}), last)
        return float(first["peak_mb"])


def _show_requests(judge: Judge, name: str, told: dict[str, Any]) -> None:
    """Requests for 10,000 enrolments, on the route that was taken."""
    number, most = told["requests"] * 10_000 / told["enrolments"], MOST_REQUESTS.get(told["route"])
    ratio = None if most is None else number / most
    row = Row(f"sync_requests_{told['route']}_{name}", number, "per 10,000 enrolments", most, ratio)
    judge.show(row, fits=most is None or number <= most)


def _show_changes(judge: Judge, site: Site, changes: dict[str, Any], full: dict[str, Any]) -> None:
    """What a sync of changes cost, of a full one: rows asked for, time of the LMS, and requests.

    Rows are judged, and the time where it is Moodle's: the sandbox looks at everybody for each page of a report.
    Of a small site the requests are few either way.
    """
    for what, unit, judged in (("rows", "", True), ("waited", "s", site.real), ("requests", "", False)):
        ratio = changes[what] / full[what]
        row = Row(f"sync_changes_{what}_{site.name}", changes[what], unit, full[what], ratio)
        judge.show(row, fits=not judged or ratio <= MOST_CHANGES)


def _routes(judge: Judge, people: int) -> None:
    """The routes of sites that offer less."""
    for route, lacking in ROUTES.items():
        with sandbox(people, "block") as site, _prepared(site) as order:
            told = _sync({**order, "follow": 0, "without": lacking})
            if told["route"] != route:
                raise SystemExit(f"The route {told['route']} was taken instead of {route}.")
            _show_requests(judge, site.name, told)


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
def sandbox(people: int, *more: str) -> Iterator[Site]:
    """A sandbox of so many people, served from a process of its own; with the block where `more` says so."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.sync_site", str(port), str(people), *more]
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
            token, enrolments = reading.readline().split()
            wait_until_served(port)
            address = f"http://127.0.0.1:{port}"
            yield Site(f"sandbox_{people}", address, token, change, enrolments=int(enrolments))
        finally:
            server.terminate()


def _storing(judge: Judge, rows: int) -> None:
    """How many rows a second each database at hand stores."""
    for kind in kinds(None):
        for row in sync_store.measure(kind, rows):
            judge.show(row, fits=row.value >= LEAST_ROWS)


if __name__ == "__main__":
    sys.exit(main())
