"""Reasons of a match in the language of the page, and safe on it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from companion.matching import Listener, Reason, tell
from companion.matching.grounds import Clocks, Ground, Said
from companion.web.languages import set_languages
from companion.web.matched import PLAIN, because
from config import ROOT

DAY = date(2026, 6, 1)
HOURS = Clocks((("9:00", "10:00"), ("11:00", "12:30")), (("14:00", "17:30"),), (("8:00", "11:30"),))
COURSE = Said(Ground.COURSE_TAKEN, ("Sales",), DAY - timedelta(23))


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    set_languages(made, ROOT / "translations")
    made.extensions["cairn"] = SimpleNamespace(clock=lambda: datetime.combine(DAY, time(9), UTC))
    return made


@pytest.fixture(params=["de", "es"])
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context("/w/x/check-in", headers={"Accept-Language": request.param}):
        yield request.param


SPOKEN = {
    "de": (
        (Said(Ground.TOPICS_OFFERED, ("law", "prices", "offers")), "Kann bei law, prices und offers helfen."),
        (COURSE, "Hat vor 23 Tagen Sales abgeschlossen, den Kurs, den du gerade machst."),
        (Said(Ground.COURSE_FINISHED, ("Sales",), DAY), "Hat heute Sales abgeschlossen."),
        (Said(Ground.LANGUAGES, ("de", "pt")), "Ihr sprecht beide Deutsch und Portugiesisch."),
        (Said(Ground.STYLE_CLOSE, ("pace",)), "Ihr arbeitet gern auf ähnliche Weise: Tempo."),
        (
            Said(Ground.SHARED_HOURS, hours=HOURS),
            "Ihr arbeitet beide von 9:00 bis 10:00 und 11:00 bis 12:30 Uhr deiner Zeit.",
        ),
    ),
    "es": (
        (
            Said(Ground.TOPICS_OFFERED, ("law", "prices", "offers")),
            "Puede ayudarte con law, prices y offers.",
        ),
        (COURSE, "Terminó hace 23 días Sales, el curso que estás haciendo."),
        (Said(Ground.COURSE_FINISHED, ("Sales",), DAY - timedelta(1)), "Terminó hace 1 día Sales."),
        (Said(Ground.LANGUAGES, ("de", "pt")), "Los dos habláis alemán y portugués."),
    ),
}


def test_it_is_said_whole_in_the_language_of_the_page(language: str) -> None:
    for said, words in SPOKEN[language]:
        assert because(Reason("rule", 1, said), "learner").striptags() == words
        assert tell(Reason("rule", 1, said), Listener.LEARNER, DAY, PLAIN) == words


def test_the_attack_a_topic_that_is_markup_stays_text(language: str) -> None:
    topic = "<script>alert(1)</script>"
    words = because(Reason("topics", 1, Said(Ground.TOPICS_OFFERED, (topic,))), "adviser")
    assert "<script" not in words
    assert "<bdi>&lt;script&gt;" in words
    kept_english = because(Reason("topics", 1, Said(Ground.AS_TOLD, (topic, topic, topic))), "adviser")
    assert kept_english == f'<span lang="en" dir="ltr">{words.split("<bdi>")[1].split("</bdi>")[0]}</span>'


def test_the_admin_reads_english_whatever_the_browser_speaks(app: Flask) -> None:
    with app.test_request_context("/admin/runs/1", headers={"Accept-Language": "de"}):
        words = because(Reason("path", 1, COURSE), "admin").striptags()
    assert words == "The adviser finished Sales 23 days ago, which the learner takes."
