"""A clock for tests."""

from datetime import datetime, timedelta


class Clock:
    """Stands still until it is moved; called like the clock of the services."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        """Move on by days, hours, minutes or seconds; gives the new moment."""
        self.now += timedelta(**by)
        return self.now
