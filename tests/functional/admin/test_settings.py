"""Settings: the look with what cannot be read or run refused, the mail server, the languages."""

import io

import pytest
from flask import Flask

from companion.services.registry import Services
from tests.functional.admin.visitor import ADDRESS, Visitor
from tests.unit.companion.services.test_look import PNG


def test_the_name_and_the_colour_stand_on_every_page(newcomer: Visitor) -> None:
    page = newcomer.press(newcomer.get("/admin/settings"), "Keep", name="Acme Mentoring", colour="#2b4c9b")
    assert "Acme Mentoring" in newcomer.get("/admin/audit").html.select_one(".brand").get_text()  # type: ignore[union-attr]
    sheet = next(str(link["href"]) for link in page.html.select("link") if "/brand/" in str(link["href"]))
    answer = newcomer.client.get(sheet)
    assert answer.mimetype == "text/css"
    assert "--accent: #2b4c9b;" in answer.text
    assert newcomer.client.get("/brand/000000000000/colour.css").status_code == 404


def test_a_colour_that_cannot_be_read_is_refused_with_its_figure(newcomer: Visitor) -> None:
    page = newcomer.press(newcomer.get("/admin/settings"), "Keep", 422, name="Acme", colour="#9acd32")
    assert "contrast of 1.9 to 1" in page.errors()["colour"]
    assert page.html.select_one("#colour")["value"] == "#9acd32"  # type: ignore[index]


def test_a_logo_is_served_as_the_picture_it_is_and_nothing_else_is_taken(newcomer: Visitor) -> None:
    def send(data: bytes, name: str) -> int:
        form = {"csrf_token": newcomer.token(), "logo": (io.BytesIO(data), name)}
        return newcomer.client.post("/admin/settings/logo", data=form).status_code

    assert send(b"<svg onload='alert(1)'/>", "logo.png") == 422
    assert send(b"", "logo.png") == 422
    assert send(PNG, "logo.svg") == 303
    source = str(newcomer.get("/admin/").html.select_one(".brand img")["src"])  # type: ignore[index]
    answer = newcomer.client.get(source)
    assert (answer.data, answer.mimetype) == (PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    newcomer.press(newcomer.get("/admin/settings"), "Show the mark")
    assert newcomer.get("/admin/").html.select_one(".brand img") is None


def test_mail_and_languages_are_told(
    newcomer: Visitor, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "None is set up" in newcomer.get("/admin/settings/mail").words
    answer = newcomer.client.post("/admin/settings/mail/try", data={"csrf_token": newcomer.token()})
    assert answer.status_code == 303
    assert services.outbox.counts()
    assert f"A letter to {ADDRESS} is queued" in newcomer.get("/admin/settings/mail").words
    assert "German (Deutsch)" in newcomer.get("/admin/settings/languages").words


def test_signing_in_shows_the_look_too(newcomer: Visitor, app: Flask) -> None:
    newcomer.press(newcomer.get("/admin/settings"), "Keep", name="Acme Mentoring", colour="")
    assert "Acme Mentoring" in Visitor(app.test_client()).get("/account/sign-in").words
