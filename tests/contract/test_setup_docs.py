"""What the client calls and needs of Moodle is what docs/moodle-setup.md has its administrator allow."""

import re

from config import ROOT
from lms_client import CAPABILITIES, Function

BY_THE_BLOCK = {Function.PLACE_BLOCK, Function.BULK_COMPLETIONS}
"""Told in docs/moodle-block.md."""
NOT_NEEDED = {"moodle/category:viewhiddencategories"}
"""Hidden categories are followed by their courses."""


def part(number: int) -> str:
    """The text of a numbered step."""
    setup = (ROOT / "docs" / "moodle-setup.md").read_text(encoding="utf-8")
    return setup.split(f"\n## {number}. ")[1].split("\n## ")[0]


def test_the_service_has_every_function_and_no_other() -> None:
    assert set(re.findall(r"\b(?:core|mod|tool)_\w+", part(4))) == {
        str(one) for one in set(Function) - BY_THE_BLOCK
    }


def test_the_role_has_every_capability() -> None:
    named = (name for one, names in CAPABILITIES.items() if one not in BY_THE_BLOCK for name in names)
    needed = {name.split(" in ")[0] for name in named} - NOT_NEEDED
    assert needed - set(re.findall(r"`([a-z]+/[a-z]+:[a-z]+)`", part(3))) == set()
