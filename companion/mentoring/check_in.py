"""The rules of a check-in: one tap and at most 140 characters."""

import unicodedata
from datetime import date

NOTE_LIMIT = 140
"""Characters, counted as Unicode code points after line breaks became blanks."""


DUE_AGAIN_AFTER_DAYS = 6
"""Weekly, less a day: whoever checks in every Monday finds it open on every Monday."""


def is_due(last: date | None, today: date) -> bool:
    """Whether a check-in is asked for, given the day of the person's last one."""
    return last is None or (today - last).days >= DUE_AGAIN_AFTER_DAYS


def clean_note(text: str) -> str | None:
    """The note as it is kept: on one line, without control characters; None where nothing is left."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" or c in _JOINERS else " " for c in text)
    return " ".join(kept.split()) or None


# Emoji of several parts and several scripts need them.
_JOINERS = "\u200c\u200d"
