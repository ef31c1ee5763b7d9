"""How pages are drawn: what no request changes is made once.

Jinja's own way is made for templates whose globals may differ from one rendering to the next. Ours never do.
"""

from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any, Final

from flask import Flask
from flask.templating import Environment
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from companion.web.languages import language

MOST: Final = 512
"""Drawn parts in memory; a few dozen are there to be drawn, in each language."""


class Templates(Environment):
    """Templates whose globals are those of the environment: no others are looked for at each rendering and import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own; a template that comes with globals gets them on top, as everywhere."""
        return super().make_globals(d) if d else self.globals


class Drawn:
    """Draws parts of a page that little tells apart once for each language, and puts the rest in each time.

    `{{ drawn(macro, 3, name=somebody) }}` in place of `{{ macro(3, name=somebody) }}`, where the macro comes from an
    imported template and asks for nothing but its arguments. What is given by position is drawn in, and drawn anew
    for every other value: these are values of ours, never anybody's words, and nothing of a request. What is given by
    name is left open, and filled in each time: the macro may print it, and nothing else, not even ask whether it is
    there.
    """

    def __init__(self) -> None:
        self._kept = lru_cache(maxsize=MOST)(_draw)

    def __call__(self, macro: Macro, *values: Any, **filled: object) -> Markup:
        """What the macro draws of these values, in the language of the page.

        Raises ValueError where the macro does not print what was left open.
        """
        drawn = self._kept(language(), macro, values, tuple(filled))
        if filled:
            drawn %= {name: escape(value) for name, value in filled.items()}
        return Markup(drawn)  # noqa: S704 - a macro has escaped what it was given, and the rest was just now


def _draw(_language: str, macro: Macro, values: Sequence[Any], left_open: Sequence[str]) -> str:
    """What the macro draws; where something is left open, as a text to be formatted with it."""
    marks = {name: _MARK.format(name) for name in left_open}
    drawn = str(macro(*values, **marks))
    if marks:
        drawn = drawn.replace("%", "%%")
    for name, mark in marks.items():
        if mark not in drawn:
            raise ValueError(f"the part {macro.name} is given {name}, and does not print it")
        drawn = drawn.replace(mark, f"%({name})s")
    return drawn


_MARK: Final = "\ue000{}\ue000"
"""Stands for a value that is left open, in letters that no text of ours has and nothing escapes."""


def set_rendering(app: Flask) -> None:
    """Draw the templates of the application so; before anything asks for its jinja_env."""
    app.jinja_environment = Templates
    app.jinja_env.globals["drawn"] = Drawn()
