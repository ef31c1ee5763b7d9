"""Text that comes from outside: what no database or address can hold is refused at the edge."""

import re

# A NUL or half of a surrogate pair is valid JSON, and no database takes it.
_UNWANTED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def is_sound(text: str) -> bool:
    """Whether the text holds neither control characters nor halves of surrogate pairs."""
    return _UNWANTED.search(text) is None
