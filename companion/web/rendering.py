"""How pages are drawn: what no request changes is made once.

Jinja's own way is made for templates whose globals may differ from one rendering to the next. Ours never do.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, Final

from flask import Flask
from flask.templating import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from companion.web.languages import language

MOST: Final = 512
"""Drawn parts in memory; a few dozen are there to be drawn, in each language."""


class Templates(Environment):
    """Templates whose globals are those of the environment: no others are looked for at each rendering and import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own; a template that comes with globals gets them on top, as everywhere."""
        return super().make_globals(d) if d else self.globals


class Drawn:
    """Draws parts of a page that nothing but the language tells apart, once for each language.

    `{{ drawn(macro, …) }}` in place of `{{ macro(…) }}`, where the macro comes from an imported template, asks for
    nothing but its arguments, and these are values of ours: never anybody's words, and nothing of a request.
    """

    def __init__(self) -> None:
        self._kept = lru_cache(maxsize=MOST)(_draw)

    def __call__(self, macro: Macro, *values: Any) -> Markup:
        """What the macro draws of these values, in the language of the page."""
        return self._kept(language(), macro, *values)


def _draw(_language: str, macro: Macro, *values: Any) -> Markup:
    return Markup(macro(*values))  # noqa: S704 - a macro has escaped what it was given


def set_rendering(app: Flask) -> None:
    """Draw the templates of the application so; before anything asks for its jinja_env."""
    app.jinja_environment = Templates
    app.jinja_env.globals["drawn"] = Drawn()
