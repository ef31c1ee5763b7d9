"""A sync that is killed at any point ends, after the next one, where an undisturbed one ends."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from random import Random

import pytest
import sqlalchemy as sa

from companion.models import Base
from companion.models.jobs import SyncState
from companion.models.staging import STAGED
from companion.services.registry import Services
from config import ROOT
from tests import mirrored
from tests.clock import Clock
from tests.sites import Lms, connect, make_programme

KILLED, ROUNDS, SEED = 9, 10, 20261124
Ended = dict[str, int]


@pytest.fixture(scope="module")
def children() -> Iterator[Callable[[dict[str, object]], Ended]]:
    """Has a sync run in a process of its own, which may kill itself; tells how it ended."""
    command = [sys.executable, "-m", "tests.killed"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout

        def run(order: dict[str, object]) -> Ended:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            found: Ended = json.loads(process.stdout.readline())
            return found

        yield run
        process.stdin.close()


def prepared(services: Services, lms: Lms) -> None:
    """An empty installation with a site and a programme, and nobody read yet."""
    with services.db.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(sa.delete(table))
    services.lti.ensure_key()
    connect(services, lms)
    make_programme(services, "ONB-SALES", "ONB-ENG", "WELCOME")


def state(services: Services) -> tuple[mirrored.Mirror, int]:
    """What is mirrored, and how many rows are left on the stage."""
    with services.db.read() as session:
        left = sum(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in STAGED)
        return mirrored.load(session, services.sites.current().id), left


def test_a_sync_killed_at_ten_points_ends_where_an_undisturbed_one_ends(
    services_on: Services,
    any_database_url: str,
    lms: Lms,
    clock: Clock,
    children: Callable[[dict[str, object]], Ended],
) -> None:
    def order(deadly: int | None) -> dict[str, object]:
        return {"database": any_database_url, "now": clock().isoformat(), "deadly": deadly}

    lms.sandbox.make_report_anew()
    for _ in range(2):  # the first sync sets the report up, which is done once
        prepared(services_on, lms)
        ended = children(order(None))
        assert ended["signal"] == 0
    undisturbed = state(services_on)
    assert undisturbed[0].people
    points = Random(SEED).sample(range(1, ended["passed"] + 1), ROUNDS)
    resumed = []
    for deadly in points:
        prepared(services_on, lms)
        assert children(order(deadly))["signal"] == KILLED
        clock.move(minutes=3)  # the dead run's lease ends
        report = services_on.sync.run()
        assert report.complete
        assert state(services_on) == undisturbed, f"killed at point {deadly} of {ended['passed']}"
        resumed.append(report.resumed)
        states = [run.state for run in services_on.sync.history()]
        assert states in ([SyncState.DONE, SyncState.FAILED], [SyncState.DONE])
    assert any(resumed)
