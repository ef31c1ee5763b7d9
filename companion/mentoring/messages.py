"""What people are told by message when their engagement moves on, in their language; pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from companion.mentoring.nudge_words import LANGUAGES, listed

CONTENT = Path(__file__).parent / "content"


class Occasion(StrEnum):
    """Why somebody is told."""

    PROPOSED = "proposed"
    LEFT = "left"
    LEFT_CIRCLE = "left_circle"
    JOINED = "joined"
    CLOSED = "closed"
    EXTENDED = "extended"
    GIVEN_TIME = "given_time"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class MessageWords:
    """A message: plain text, and what its link is called."""

    subject: str
    text: str
    link: str


def said(
    occasion: Occasion, language: str | None, *, person: str, names: Sequence[str], programme: str
) -> MessageWords:
    """The words of a message.

    Args:
        language: as the LMS tells it, such as "de" or "es_mx"; one there is not reads as English.
        names: full names of the others it is about.
    """
    code = (language or "").replace("-", "_").split("_")[0].lower()
    words = _read(code if code in LANGUAGES else "en")
    message = words[occasion.value]
    # One pass: a name that holds such a mark stays as it is.
    values = {"person": person, "names": listed(names, words["and"]), "programme": programme}
    text = f"{words['hello']}\n\n{message['text']}"
    return MessageWords(message["subject"] % values, text % values, message.get("link", words["link"]))


@cache
def _read(language: str) -> dict[str, Any]:
    with (CONTENT / f"messages.{language}.toml").open("rb") as file:
        return tomllib.load(file)
