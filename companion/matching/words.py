"""Small pieces of English for reasons, and what languages are called."""

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale, UnknownLocaleError


def listed(names: Iterable[str]) -> str:
    """Return "a", "a and b" or "a, b and c", in the order given."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def counted(number: float, noun: str) -> str:
    """Return "1 day", "2 days", "2.5 hours": a number and its noun, in the plural where due."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


@lru_cache(maxsize=1024)
def language_name(code: str, tongue: str = "en") -> str:
    """Return the name of a language by its code, such as "Portuguese" for "pt"; the code where there is none.

    The names are those of Unicode's CLDR.

    Args:
        tongue: code of the language that the name is in.
    """
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name(tongue) or code
    except (UnknownLocaleError, ValueError):
        return code
