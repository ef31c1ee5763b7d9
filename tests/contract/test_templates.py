"""Conventions of the templates: each compiles, uses only macros it imports, and is safe under the CSP."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

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
        assert answers_platform or re.search(r"token\(\)|parts\.(hidden|about)\(", form), form[:120]
