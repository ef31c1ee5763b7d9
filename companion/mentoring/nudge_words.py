"""What a nudge says, in the person's language; pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from companion.models.care import NudgeKind

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "de", "es")


@dataclass(frozen=True, slots=True)
class NudgeWords:
    """A message: plain text, and what its two links are called."""

    subject: str
    text: str
    link: str
    stop: str


def nudge_words(kind: NudgeKind, language: str | None, names: Sequence[str] = ()) -> NudgeWords:
    """The words of a nudge.

    Args:
        language: as the LMS tells it, such as "de" or "es_mx"; one there is not reads as English.
        names: full names of the others it is about.
    """
    return words_of(kind.value, language, names)


def words_of(name: str, language: str | None, names: Sequence[str] = ()) -> NudgeWords:
    """The words of a message by its name in the content; else as `nudge_words`."""
    code = (language or "").replace("-", "_").split("_")[0].lower()
    words = _read(code if code in LANGUAGES else "en")
    message = words[name]
    text = message["text"].replace("%(names)s", listed(names, words["and"]))
    return NudgeWords(message["subject"], text, words["link"], words["stop"])


def listed(names: Sequence[str], conjunction: str) -> str:
    """Names for a sentence: "Ana, Bo and Cleo"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}"


@cache
def _read(language: str) -> dict[str, Any]:
    with (CONTENT / f"nudges.{language}.toml").open("rb") as file:
        return tomllib.load(file)
