"""The rules of a check-in: one tap and at most 140 characters."""

import unicodedata

NOTE_LIMIT = 140
"""Characters, counted as Unicode code points after line breaks became blanks."""


def clean_note(text: str) -> str | None:
    """The note as it is kept: on one line, without what cannot be seen; None where nothing is left."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) or None  # nothing in it but letters, signs and blanks
    kept = " ".join("".join(map(_cleaned, text)).split())
    return kept if any(unicodedata.category(c) not in _UNSEEN for c in kept) else None


def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in _UNSEEN and category[0] == "C" and not _part_of_another(character) else character


# Format and control characters, halves of surrogate pairs, blanks. Not what is unassigned: newer emoji look so here.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})


def _part_of_another(character: str) -> bool:
    """Joiners, which several scripts and emoji of several parts need, and the tags that make up some flags."""
    return character in "\u200c\u200d" or "\U000e0020" <= character <= "\U000e007f"
