"""What the message says that an engagement begins, in the person's language; pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from companion.mentoring.nudge_words import LANGUAGES, listed

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class BeginWords:
    """A message: plain text, and what its link is called."""

    subject: str
    text: str
    link: str


def begin_words(
    language: str | None, person: str, names: Sequence[str], programme: str, *, has_page: bool
) -> BeginWords:
    """The words of the message.

    Args:
        language: as the LMS tells it, such as "de" or "es_mx"; one there is not reads as English.
        names: full names of the others.
        has_page: whether they share a course page, to which the message links.
    """
    code = (language or "").replace("-", "_").split("_")[0].lower()
    words = _read(code if code in LANGUAGES else "en")
    text = words["text"].strip() if has_page else f"{words['text'].strip()} {words['elsewhere']}"
    # One pass: a name that holds such a mark stays as it is.
    values = {"person": person, "names": listed(names, words["and"]), "programme": programme}
    return BeginWords(words["subject"] % values, text % values, words["link"])


@cache
def _read(language: str) -> dict[str, str]:
    with (CONTENT / f"begins.{language}.toml").open("rb") as file:
        return tomllib.load(file)
