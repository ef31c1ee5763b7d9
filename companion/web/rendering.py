"""How pages are drawn: what no request changes is made once.

Jinja's own way is made for templates whose globals may differ from one rendering to the next. Ours never do.
"""

from functools import lru_cache
from typing import Any, Final

from flask import Flask
from jinja2 import Template
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from companion.web.languages import language

MOST: Final = 512
"""Drawn parts in memory; a few dozen are there to be drawn, in each language."""


class _Once(Template):
    """A template that is imported without looking through all globals for new ones, each time."""

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        return super()._get_default_module()


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
    """Draw the templates of the application so."""
    app.jinja_env.template_class = _Once
    app.jinja_env.globals["drawn"] = Drawn()
