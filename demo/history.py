"""The clock of the demo: it stands in the weeks before today until these were lived through, then it is right."""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

WEEKS = 12
HOUR = 7
"""UTC; offices in Europe open, and it is not yet evening in Australia."""
DAY = timedelta(days=1)


class History:
    """Called like any clock. How far it came is kept in a file: a demo that was stopped goes on with its day."""

    def __init__(self, path: Path, now: Callable[[], datetime], weeks: int = WEEKS) -> None:
        self._path, self._now = path, now
        self._begins, self.days, self.day = self._found() or self._first(weeks)
        self._at: datetime | None = None

    def __call__(self) -> datetime:
        """The moment that both sites are at."""
        return self._at or self._now()

    @property
    def over(self) -> bool:
        """Whether all its days were lived through."""
        return self.day >= self.days

    @property
    def on_last_day(self) -> bool:
        """Whether the evening of the day at hand may be still to come."""
        return self.day == self.days - 1

    @property
    def ends(self) -> datetime:
        """Where its last day stands: today, where it is that hour already, else yesterday."""
        return self._begins + (self.days - 1) * DAY

    def go_back(self) -> None:
        """Stand at the day it came to, unless it is over."""
        self._at = None if self.over else self._begins + self.day * DAY

    def move(self, by: timedelta) -> None:
        """Move on within a day."""
        self._at = self() + by

    def next_day(self) -> None:
        """Keep that a day was lived through."""
        self.day += 1
        kept = {"begins": self._begins.isoformat(), "days": self.days, "day": self.day}
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(kept))
        beside.replace(self._path)
        self.go_back()

    def _first(self, weeks: int) -> tuple[datetime, int, int]:
        """From a Monday at least so many weeks ago."""
        now = self._now()
        day = now.date() - timedelta(weeks=weeks)
        begins = datetime.combine(day - timedelta(days=day.weekday()), time(HOUR), now.tzinfo)
        return begins, (now - begins) // DAY + 1, 0

    def _found(self) -> tuple[datetime, int, int] | None:
        if not self._path.exists():
            return None
        kept = json.loads(self._path.read_text())
        return datetime.fromisoformat(kept["begins"]), kept["days"], kept["day"]
