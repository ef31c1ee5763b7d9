"""A past that leads to what was seeded."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from sandbox import Sandbox
from tests.unit.sandbox.conftest import Clock


def _seeded(sandbox: Sandbox) -> dict[str, object]:
    document = sandbox.world.to_json()
    tables = {name: document[name] for name in ("people", "enrolments", "cohorts")}
    return {name: sorted(rows, key=lambda row: row["id"]) for name, rows in tables.items()}


def test_who_was_hired_later_is_not_there_and_what_was_finished_later_is_open(
    clock: Clock, sandbox: Sandbox
) -> None:
    now, before = clock(), clock() - timedelta(weeks=12)
    everybody = {row.id: asdict(row) for row in sandbox.world.people.values()}
    sandbox.stand_as_of(before)
    there = sandbox.world.people
    assert all((row.hired or 0) <= before.timestamp() for row in there.values())
    assert any((row["hired"] or 0) > before.timestamp() for row in everybody.values())
    rows = sandbox.world.enrolments.values()
    assert {row.person for row in rows} <= set(there)
    assert all((row.completed or 0) <= before.timestamp() for row in rows)
    assert any(row.completed for row in rows), "those who finished before could advise then"
    [cohort] = sandbox.world.cohorts.values()
    assert cohort.members == []
    sandbox.stand_as_of(now)
    assert {row.id: asdict(row) for row in sandbox.world.people.values()} == everybody


def test_it_leads_to_what_was_seeded_and_leaves_what_was_made(clock: Clock, sandbox: Sandbox) -> None:
    seeded = _seeded(sandbox)
    for weeks in (12, 6, 0):
        sandbox.stand_as_of(clock() - timedelta(weeks=weeks))
    assert _seeded(sandbox) == seeded
    made = sandbox.find_course("LEAD-1").id
    sandbox.enrol(3, made, clock())
    sandbox.stand_as_of(clock() - timedelta(weeks=1))
    assert sandbox.world.enrolment(made, 3) is not None


def test_held_changes_are_saved_at_the_end_or_when_asked(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "lms"
    sandbox = Sandbox.open(folder, base_url="http://lms.test", now=clock, people=30)
    kept = (folder / "sandbox.json").read_bytes()
    with sandbox.held():
        sandbox.suspend(5)
        assert (folder / "sandbox.json").read_bytes() == kept
        sandbox.save()
        assert (folder / "sandbox.json").read_bytes() != kept
        sandbox.suspend(6)
    again = Sandbox.open(folder, base_url="http://lms.test", now=clock)
    assert again.world.people[5].suspended
    assert again.world.people[6].suspended
