"""Parts of pages that are drawn once: for each language, and for each set of values."""

from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader

from companion.web.languages import set_languages
from companion.web.rendering import set_rendering
from config import ROOT

PARTS = """
{% macro button(id, most) %}{{ counted() }}<i id="{{ id }}">{{ _("Ask") }} {{ most }}</i>{% endmacro %}
{% macro line(most, name) %}{{ counted() }}{{ most }} % {{ _("A line for %(names)s", names=name) }}{% endmacro %}
{% macro mute(name) %}nothing{% endmacro %}
"""
PAGE = """{% import "parts.html" as parts %}{{ drawn(parts.button, id, 3) }}"""
LINE = """{% import "parts.html" as parts %}{{ drawn(parts.line, 3, name=id) }}"""
MUTE = """{% import "parts.html" as parts %}{{ drawn(parts.mute, name=id) }}"""


class Site:
    """A little site that counts how often it draws."""

    def __init__(self) -> None:
        self.app = Flask(__name__)
        self.app.jinja_loader = DictLoader({"parts.html": PARTS})
        set_rendering(self.app)
        set_languages(self.app, Path(ROOT / "translations"))
        self.drawn = 0
        self.app.jinja_env.globals["counted"] = self._count

    def _count(self) -> str:
        self.drawn += 1
        return ""

    def page(self, page: str, language: str, name: str) -> str:
        with self.app.test_request_context("/w/x/check-in", headers={"Accept-Language": language}):
            return render_template_string(page, id=name)


def test_a_part_is_drawn_once_for_each_language_and_each_value() -> None:
    site = Site()
    assert site.page(PAGE, "en", "a") == site.page(PAGE, "en", "a") == '<i id="a">Ask 3</i>'
    assert site.page(PAGE, "de", "a") == site.page(PAGE, "de", "a") != site.page(PAGE, "en", "a")
    assert site.page(PAGE, "en", "<b>") == '<i id="&lt;b&gt;">Ask 3</i>'
    assert site.drawn == 3, "once each"


def test_what_is_left_open_is_put_in_each_time_and_escaped() -> None:
    site = Site()
    assert site.page(LINE, "en", "Nia") == "3 % A line for Nia"
    assert site.page(LINE, "en", "<b>%(name)s {{ 7 }}\ue000name\ue000") == (
        "3 % A line for &lt;b&gt;%(name)s {{ 7 }}\ue000name\ue000"
    )
    assert site.page(LINE, "de", "Nia") == "3 % Eine Zeile für Nia"
    assert site.drawn == 2, "once in each language"


def test_a_part_that_does_not_print_what_is_left_open_is_refused() -> None:
    with pytest.raises(ValueError, match="mute is given name"):
        Site().page(MUTE, "en", "Nia")
