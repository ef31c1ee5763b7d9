"""The language of a widget: the platform's, else the browser's, else English."""

import json
import re
from collections.abc import Callable

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask

from companion.models.engagement import Side
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget

SENT = {"mood": "good", "contact": "call", "note": "שלום"}
GERMAN = {"Accept-Language": "fr, de-AT;q=0.8, en;q=0.5"}


@pytest.fixture
def installation(begun: Begun) -> Begun:
    """On SQLite alone: it is about words."""
    return begun


@pytest.fixture
def reader(application: Flask, installation: Begun, usernames: dict[Side, str]) -> Callable[[str], Launcher]:
    """The learner of the engagement, who reads the LMS in a language."""
    return lambda language: Launcher.of(
        installation, application.test_client(), usernames[Side.LEARNER], language
    )


def _language(widget: Widget) -> tuple[str, str]:
    root = widget.html.select_one("html")
    assert root is not None
    return str(root["lang"]), str(root["dir"])


@pytest.mark.parametrize(
    ("claimed", "language", "words", "until"),
    [
        ("de", "de", "Check-in mit", "bis 20. Dezember 2026"),
        ("de_at", "de", "Wie läuft es?", "bis 20. Dezember 2026"),
        ("de_kids", "de", "Wie läuft es?", "bis 20. Dezember 2026"),
        ("es_mx", "es", "Check-in con", "hasta el 20 de diciembre de 2026"),
        ("en", "en", "Check-in with", "until 20 December 2026"),
        ("en_us", "en", "Check-in with", "until December 20, 2026"),
        ("he", "en", "Check-in with", "until 20 December 2026"),
    ],
)
def test_it_is_the_platforms(
    reader: Callable[[str], Launcher], claimed: str, language: str, words: str, until: str
) -> None:
    widget = reader(claimed).open()
    assert _language(widget) == (language, "ltr")
    assert words in widget.words
    assert until in widget.words


def test_a_language_there_is_not_gives_way_to_the_browsers(reader: Callable[[str], Launcher]) -> None:
    widget = reader("he").open()
    widget.response = widget.client.get(widget.address, headers=GERMAN)
    assert _language(widget) == ("de", "ltr")
    mine = reader("es").open()
    mine.response = mine.client.get(mine.address, headers=GERMAN)
    assert _language(mine) == ("es", "ltr")


def test_what_people_write_keeps_its_own_direction(reader: Callable[[str], Launcher]) -> None:
    widget = reader("he").open().send(**SENT)
    html = widget.html
    assert [note["dir"] for note in html.select(".note") if note.text == SENT["note"]] == ["auto"]
    assert html.select_one("textarea")["dir"] == "auto"  # type: ignore[index]
    assert html.select_one("h1 bdi") is not None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", r"Finished .+ (\d+) days? ago, which you take\."),
        ("de", r"Hat vor (\d+) Tagen .+ abgeschlossen, den Kurs, den du gerade machst\."),
        ("es", r"Terminó hace (\d+) días .+, el curso que estás haciendo\."),
    ],
)
def test_the_reasons_of_a_match_are_told_in_it_on_the_page_and_in_the_file(
    reader: Callable[[str], Launcher], installation: Begun, language: str, said: str
) -> None:
    widget = reader(language).open()
    [reasons] = widget.html.select("details > ul")
    told = [" ".join(reason.text.split()) for reason in reasons.select("li")]
    [days] = [found[1] for words in told if (found := re.fullmatch(said, words))]
    assert not reasons.select("[lang]")
    file = json.loads(widget.client.get(widget.address.replace("/check-in", "/data/json")).data)
    assert told in [matching["reasons"] for matching in file["matchings"]]
    installation.clock.move(days=3)
    later = " ".join(reader(language).open().words.split())
    assert f" {int(days) + 3} " in later, "it is told from the day it is read"


def test_messages_and_mistakes_are_told_in_it_too(reader: Callable[[str], Launcher]) -> None:
    widget = reader("de").open()
    assert "Sag, ob ihr Kontakt hattet." in widget.send(mood="hard", note="a" * 141).words
    assert "um 1 Zeichen zu lang; 140 sind möglich." in widget.words
    assert "Gesendet. Hier ist es jetzt auch für" in widget.send(**SENT).words
    assert "Du heute · läuft gut · Kontakt per Anruf" in widget.words
    spanish = reader("es").open()
    assert "sobra 1 carácter; caben 140." in spanish.send(note="a" * 141).words
    assert "sobran 2 caracteres; caben 140." in spanish.send(note="a" * 142).words


@pytest.mark.parametrize(
    ("language", "day_by_day"),
    [
        ("en", ["today", "yesterday", "2 days ago", "13 days ago", "23 November 2026"]),
        ("de", ["heute", "gestern", "vor 2 Tagen", "vor 13 Tagen", "23. November 2026"]),
        ("es", ["hoy", "ayer", "hace 2 días", "hace 13 días", "23 de noviembre de 2026"]),
    ],
)
def test_how_long_ago_it_was(
    reader: Callable[[str], Launcher], installation: Begun, language: str, day_by_day: list[str]
) -> None:
    reader(language).open().send(**SENT)
    for days, words in zip((0, 1, 1, 11, 1), day_by_day, strict=True):
        installation.clock.move(days=days)
        with time_machine.travel(installation.clock()):
            assert f"{words} ·" in reader(language).open().words


def test_feedback_asks_in_it_with_the_name_of_the_other(
    reader: Callable[[str], Launcher], installation: Begun
) -> None:
    widget = reader("de").open("feedback")
    assert re.search(r"Ich kann mich darauf verlassen, dass \w+ tut, was wir ausmachen\.", widget.words)
    assert "Voll und ganz" in widget.words
    widget.send(fit="unsure", trust_score="4")
    assert "Letztes Mal hast du gesagt: Ich bin unsicher." in widget.words


def test_what_is_kept_is_named_in_it(reader: Callable[[str], Launcher]) -> None:
    widget = reader("de").open().send(**SENT)
    widget.address = widget.address.replace("/check-in", "/data")
    kept = [item.text for item in widget.reload().html.select("#kept ~ details li")]
    assert "Check-ins: 1" in kept
    assert "Anmeldungen aus Moodle: 1" in kept
    assert not [words for words in kept if "_" in words]


def test_who_waits_is_told_in_it(application: Flask, installation: Begun) -> None:
    sunna = Launcher.of(installation, application.test_client(), "sunna", "de")
    assert "Wir suchen noch eine Begleitung für dich" in sunna.open(course="WELCOME").words


def test_errors_in_a_frame_are_told_in_it(reader: Callable[[str], Launcher], installation: Begun) -> None:
    widget = reader("de").open()
    gone = widget.send(**{**SENT, "engagement": "999"})
    assert gone.response.status_code == 404
    assert "Diese gemeinsame Zeit ist zu Ende, oder es ist nicht deine." in gone.words
    stranger = widget.client.application.test_client().get(widget.address).get_data(as_text=True)
    assert "In neuem Tab öffnen" in stranger
    installation.clock.move(hours=9)  # the launch is over: only the browser's language is left
    late = widget.client.get(widget.address, headers=GERMAN).get_data(as_text=True)
    assert "Diese Seite war zu lange offen" in late
    assert '<html lang="de" dir="ltr">' in late


def test_a_launch_that_failed_is_told_in_the_browsers(reader: Callable[[str], Launcher]) -> None:
    launcher = reader("de")
    path, fields = launcher.message()
    launcher.client.post(path, data=fields)
    told = launcher.client.post(path, data=fields, headers=GERMAN).get_data(as_text=True)
    assert "Diese Seite wurde ein zweites Mal geöffnet." in told
    told = launcher.client.post("/lti/login", headers=GERMAN).get_data(as_text=True)
    assert "Deine Lernplattform hat das Feld iss nicht gesendet." in told


def test_the_admin_speaks_english(application: Flask) -> None:
    page = application.test_client().get("/account/sign-in", headers=GERMAN).get_data(as_text=True)
    assert '<html lang="en">' in page
    missing = application.test_client().get("/nowhere", headers=GERMAN).get_data(as_text=True)
    assert "There is nothing here" in missing


def test_only_the_platform_hears_how_tall_a_page_is(
    reader: Callable[[str], Launcher], installation: Begun
) -> None:
    widget = reader("en").open()
    assert widget.html.select_one("body")["data-platform"] == installation.lms.url  # type: ignore[index]
    nobody = widget.client.get(f"/w/{'x' * 43}/check-in").get_data(as_text=True)
    assert not BeautifulSoup(nobody, "html.parser").select("[data-platform]")
