"""The clock of the demo: in the past until that was lived through, then right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.history import DAY, HOUR, History

THURSDAY = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)


def _now() -> datetime:
    return THURSDAY


def test_it_begins_on_a_monday_and_ends_today_and_never_goes_back_while_it_runs(tmp_path: Path) -> None:
    history = History(tmp_path / "history.json", _now, weeks=2)
    assert history() == THURSDAY, "until it goes back, for the seeding"
    history.go_back()
    assert history() == datetime(2026, 11, 9, HOUR, tzinfo=UTC)
    seen = [history()]
    while not history.over:
        if not history.on_last_day:
            history.move(timedelta(hours=9))
            seen.append(history())
        history.next_day()
        seen.append(history())
    assert seen == sorted(seen)
    assert history.ends == datetime(2026, 11, 26, HOUR, tzinfo=UTC)
    assert history() == THURSDAY


def test_before_its_hour_today_is_still_to_come(tmp_path: Path) -> None:
    early = THURSDAY.replace(hour=HOUR - 1)
    history = History(tmp_path / "history.json", lambda: early, weeks=1)
    assert history.ends <= early


def test_another_demo_goes_on_with_the_day_even_on_another_one(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    first = History(path, _now, weeks=1)
    first.go_back()
    for _ in range(3):
        first.next_day()
    again = History(path, lambda: THURSDAY + DAY, weeks=1)
    again.go_back()
    assert again() == first()
    assert (again.day, again.days) == (3, first.days)
