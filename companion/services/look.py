"""How an installation looks and what it asks of its administrators: name, colour, logo, second factor."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from companion.errors import InputError
from companion.models.installation import ONLY, Look
from companion.store import Database, audit, installation

NAME: Final = "Cairn"
LONGEST_NAME: Final = 60
LARGEST_LOGO: Final = 100 * 1024
"""Bytes."""
LEAST_CONTRAST: Final = 4.5
"""Of text to its ground (WCAG 2.2, 1.4.3)."""
TYPES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""Media type by how a file begins. SVG is a document that can hold scripts: it is not taken."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What every page is dressed in.

    Attributes:
        colour: #rrggbb, None for the colour of Cairn.
        version: changes with the look, so that browsers fetch it anew.
    """

    name: str = NAME
    colour: str | None = None
    logo: bool = False
    second_factor: bool = False
    version: str = "0"


class LookService:
    """Keeps the look."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def current(self) -> Shown:
        """The look as it is."""
        with self._db.read() as session:
            row = installation.look(session)
        if row is None:
            return Shown()
        version = hashlib.sha256((row.colour or "").encode() + (row.logo or b"")).hexdigest()[:12]
        return Shown(row.name, row.colour, row.logo is not None, row.second_factor, version)

    def logo(self) -> tuple[bytes, str] | None:
        """The logo and its media type."""
        with self._db.read() as session:
            row = installation.look(session)
        return (row.logo, row.logo_type or "") if row and row.logo else None

    def dress(self, name: str, colour: str) -> None:
        """Change the name and the colour; an empty colour is that of Cairn.

        Raises:
            InputError: the name is too long, or white on the colour could not be read.
        """
        name, colour = name.strip(), colour.strip().lower()
        wrong = {}
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            wrong["name"] = f"Choose a name of 1 to {LONGEST_NAME} characters."
        if colour and (sentence := _unusable(colour)):
            wrong["colour"] = sentence
        if wrong:
            raise InputError("The look was not changed.", wrong)
        with self._db.begin() as session:
            row = installation.held_look(session, first_look())
            row.name, row.colour = name, colour or None
            audit.note(session, "look.change", details={"name": name, "colour": colour}, at=self._clock())

    def set_logo(self, data: bytes) -> None:
        """Keep a logo; raises InputError where it is too large or no PNG or JPEG."""
        kind = next((kind for sign, kind in TYPES.items() if data.startswith(sign)), None)
        if len(data) > LARGEST_LOGO:
            sentence = f"The file has {len(data) // 1024} kB; a logo has at most {LARGEST_LOGO // 1024}."
            raise InputError(sentence, {"logo": sentence})
        if kind is None:
            sentence = "Choose a PNG or JPEG file. SVG can hold scripts and is not taken."
            raise InputError(sentence, {"logo": sentence})
        with self._db.begin() as session:
            row = installation.held_look(session, first_look())
            row.logo, row.logo_type = data, kind
            audit.note(session, "look.logo", details={"bytes": len(data), "type": kind}, at=self._clock())

    def remove_logo(self) -> None:
        """Show the mark of Cairn again."""
        with self._db.begin() as session:
            row = installation.held_look(session, first_look())
            row.logo = row.logo_type = None
            audit.note(session, "look.logo", details={"bytes": 0}, at=self._clock())

    def require_second_factor(self, required: bool) -> None:
        """Whether everybody needs a second factor: who has none is asked to set one up at the next page."""
        with self._db.begin() as session:
            installation.held_look(session, first_look()).second_factor = required
            audit.note(session, "second_factor.require", details={"required": required}, at=self._clock())


def contrast(one: str, other: str) -> float:
    """The contrast of two colours written #rrggbb, from 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tint(colour: str, towards: str, share: float) -> str:
    """A colour mixed with another one, both #rrggbb: `share` of it, from 0 to 1."""
    pairs = [(int(colour[i : i + 2], 16), int(towards[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _unusable(colour: str) -> str:
    """Why a colour cannot be used; empty where it can."""
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        return "Write the colour as # and six digits, such as #1c6554."
    found = contrast(colour, "#ffffff")
    if found >= LEAST_CONTRAST:
        return ""
    return (
        f"White text on this colour has a contrast of {found:.1f} to 1, and {LEAST_CONTRAST} is the least that"
        " can be read. Choose a darker one."
    )


def first_look() -> Look:
    return Look(id=ONLY, name=NAME, second_factor=False)
