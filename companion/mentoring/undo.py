"""Taking back what was just sent; pure."""

from datetime import datetime, timedelta

UNDO_FOR = timedelta(minutes=10)
"""So long something that was sent can be taken back. What it does to others waits as long, where it must not be undone:
a coordinator sees a concern, and an exit or what all agreed to takes effect, only then."""

TOO_LATE = "This cannot be taken back any more: ten minutes have passed, or something came of it since."


def can_be_undone(sent_at: datetime, now: datetime) -> bool:
    """Whether something sent then can still be taken back."""
    return now - sent_at < UNDO_FOR
