"""Completions read in bulk by Cairn's own block; the other routes are tried in the tests of `pull`."""

from datetime import timedelta

import pytest

from companion.store.mirror import EnrolmentRow
from companion.sync.progress import Silent
from companion.sync.pull import pull
from companion.sync.snapshot import Snapshot
from lms_client import Function, Maintenance, MoodleClient
from sandbox.mischief import Mode
from tests.clock import Clock
from tests.sites import Lms


@pytest.fixture
def client(lms: Lms) -> MoodleClient:
    """A client of a site with the block."""
    lms.sandbox.install_block()
    return MoodleClient.connect(lms.url, lms.sandbox.token)


def reading(lms: Lms, client: MoodleClient) -> Snapshot:
    followed = [lms.sandbox.find_course(name).id for name in ("ONB-SALES", "ONB-ENG")]
    lms.sandbox.calls.clear()
    return pull(client, followed=followed, profile_fields=frozenset(), progress=Silent())


def asked(lms: Lms) -> set[str]:
    return {name for name, _ in lms.sandbox.calls}


def times(snapshot: Snapshot) -> dict[tuple[int, int], tuple[object, object]]:
    return {key: (row.enrolled_at, row.completed_at) for key, row in snapshot.enrolments.items()}


def test_times_come_from_the_block_first_and_to_the_second(
    lms: Lms, client: MoodleClient, clock: Clock
) -> None:
    sandbox = lms.sandbox
    sales = sandbox.find_course("ONB-SALES").id
    learner = next(row.person for row in sandbox.world.enrolments_in(sales) if row.role == "student")
    finished = clock() - timedelta(days=3, seconds=17)
    sandbox.complete(learner, sales, finished)
    snapshot = reading(lms, client)
    assert Function.BULK_COMPLETIONS in asked(lms)
    assert not {Function.REPORT, Function.BATCH, Function.COMPLETION} & asked(lms)
    row: EnrolmentRow = snapshot.enrolments[learner, sales]
    assert row.completed_at == finished
    assert row.enrolled_at is not None
    assert (snapshot.problems, snapshot.unknown_completions, snapshot.complete) == ((), frozenset(), True)


def test_it_tells_what_the_report_tells_and_more_exactly(lms: Lms, client: MoodleClient) -> None:
    by_block = times(reading(lms, client))
    lms.sandbox.misbehave("missing_function", function=Function.BULK_COMPLETIONS)
    by_report = times(reading(lms, client))
    assert Function.REPORT in asked(lms)
    assert by_block.keys() == by_report.keys()
    for key, told in by_report.items():
        for exact, to_the_minute in zip(by_block[key], told, strict=True):
            assert (exact is None) == (to_the_minute is None)
            if exact is not None and to_the_minute is not None:
                assert timedelta() <= exact - to_the_minute < timedelta(minutes=1)  # type: ignore[operator]


@pytest.mark.parametrize("mode", ["missing_capability", "truncated"])
def test_where_the_block_fails_the_report_takes_its_place(lms: Lms, client: MoodleClient, mode: Mode) -> None:
    lms.sandbox.misbehave(mode, function=Function.BULK_COMPLETIONS)
    snapshot = reading(lms, client)
    assert Function.REPORT in asked(lms)
    assert any(row.completed_at for row in snapshot.enrolments.values())
    (problem,) = snapshot.problems
    assert problem.startswith("The block's bulk completions were not used: ")


def test_a_site_that_goes_down_meanwhile_ends_the_reading(lms: Lms, client: MoodleClient) -> None:
    lms.sandbox.misbehave("maintenance", function=Function.BULK_COMPLETIONS)
    with pytest.raises(Maintenance):
        reading(lms, client)


def test_a_site_without_the_block_is_not_asked(lms: Lms) -> None:
    snapshot = reading(lms, MoodleClient.connect(lms.url, lms.sandbox.token))
    assert Function.BULK_COMPLETIONS not in asked(lms)
    assert snapshot.problems == ()
