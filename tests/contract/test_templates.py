"""Conventions of the templates: each compiles, uses only macros it imports, and is safe under the CSP."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

from config import ROOT

TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_it_compiles_and_what_it_names_exists(app: Flask, name: Path) -> None:
    app.jinja_env.get_template(name.as_posix())
    tree = app.jinja_env.parse((ROOT / "templates" / name).read_text())
    for other in meta.find_referenced_templates(tree):
        if other is not None:
            app.jinja_env.get_template(other)


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_it_holds_nothing_that_the_content_security_policy_forbids(name: Path) -> None:
    text = (ROOT / "templates" / name).read_text()
    assert not re.search(r"\son[a-z]+=", text), "no handlers in attributes"
    assert not re.search(r"\sstyle=", text), "no styles in attributes"
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|javascript:", text), (
        "no scripts or styles of its own"
    )
    assert "|safe" not in text
    assert "autoescape false" not in text


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_each_form_that_posts_carries_its_token(name: Path) -> None:
    text = (ROOT / "templates" / name).read_text()
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        answers_platform = "data-send" in form  # it goes to another site, which knows us by our signature
        assert answers_platform or re.search(r"token\(\)|parts\.(hidden|keys|about)\(", form), form[:120]


SHOWN = "admin/components.html"
OF_THE_FRAME = {"tabs", "messages"}
"""Components that stand around every page of the admin, this one among them."""


def test_the_page_of_components_shows_every_component(app: Flask) -> None:
    """A new macro is shown on the page, by itself or within another that is."""
    files = ["components/ui.html", "components/tables.html", "components/setup.html", "admin/parts.html"]
    assert {*files[:3]} == {f"components/{path.name}" for path in (ROOT / "templates/components").iterdir()}
    calls = {
        macro.name: set(_called(macro))
        for name in files
        for macro in _parsed(app, name).find_all(nodes.Macro)
    }
    shown: set[str] = set()
    waiting = set(_called(_parsed(app, SHOWN))) | OF_THE_FRAME
    while waiting := {name for name in waiting if name in calls} - shown:
        shown |= waiting
        waiting = set().union(*(calls[name] for name in waiting))
    assert sorted(calls.keys() - shown) == []


def _parsed(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((ROOT / "templates" / name).read_text())


def _called(part: nodes.Node) -> Iterator[str]:
    for call in part.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr):
            yield call.node.attr
        elif isinstance(call.node, nodes.Name):
            yield call.node.name
