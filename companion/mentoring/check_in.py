"""The rules of a check-in: one tap and at most 140 characters."""

import unicodedata

NOTE_LIMIT = 140
"""Characters, counted as Unicode code points after line breaks became blanks."""


def clean_note(text: str) -> str | None:
    """The note as it is kept: on one line, without control characters; None where nothing is left."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" or c in _JOINERS else " " for c in text)
    return " ".join(kept.split()) or None


# Emoji of several parts and several scripts need them.
_JOINERS = "\u200c\u200d"
