"""Texts of several lines as they are kept; pure."""

import re

from companion.mentoring.check_in import clean_note


def clean_text(text: str) -> str | None:
    """The text without what cannot be seen, its lines kept but for empty ones in a row; None where nothing is left."""
    lines = [clean_note(line) or "" for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") or None
