"""Parts of pages that are drawn once: for each language, and for each set of values."""

from itertools import count
from pathlib import Path

from flask import Flask, render_template_string
from jinja2 import DictLoader

from companion.web.languages import set_languages
from companion.web.rendering import set_rendering
from config import ROOT

PARTS = """
{% macro button(id, most) %}{{ counted() }}<i id="{{ id }}">{{ _("Ask") }} {{ most }}</i>{% endmacro %}
"""
PAGE = """{% import "parts.html" as parts %}{{ drawn(parts.button, id, 3) }}"""


def test_a_part_is_drawn_once_for_each_language_and_each_value() -> None:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"parts.html": PARTS})
    set_rendering(app)
    set_languages(app, Path(ROOT / "translations"))
    times = count()
    app.jinja_env.globals["counted"] = lambda: (next(times), "")[1]

    def page(language: str, name: str) -> str:
        with app.test_request_context("/w/x/check-in", headers={"Accept-Language": language}):
            return render_template_string(PAGE, id=name)

    assert page("en", "a") == page("en", "a") == '<i id="a">Ask 3</i>'
    assert page("de", "a") == page("de", "a") != page("en", "a")
    assert page("en", "<b>") == '<i id="&lt;b&gt;">Ask 3</i>'
    assert next(times) == 3, "once each"
