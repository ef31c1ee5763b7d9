"""What the widgets' forms take, and the sentence beside a field that cannot be used."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from companion.mentoring.check_in import NOTE_LIMIT
from companion.web.forms import read
from companion.web.widgets.forms import CheckInForm, FeedbackForm

KEY = "k" * 32
CHECK_IN = {"engagement": "7", "form_key": KEY, "mood": "good", "contact": "call"}
FEEDBACK = {"engagement": "7", "form_key": KEY, "fit": "good", "trust_item": "reliance", "trust_score": "3"}


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("", {}),
        ("a" * NOTE_LIMIT, {}),
        (" a\n" * 70, {}),
        ("a" * (NOTE_LIMIT + 1), {"note": "Your note is 1 character too long; 140 are possible."}),
        ("a" * (NOTE_LIMIT + 2), {"note": "Your note is 2 characters too long; 140 are possible."}),
    ],
)
def test_a_note_is_measured_as_it_is_kept(app: Flask, note: str, told: dict[str, str]) -> None:
    with app.test_request_context("/w/x/check-in"):
        assert read(CheckInForm(), MultiDict({**CHECK_IN, "note": note})).errors == told


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("mood", "splendid", "Wähle aus, wie es läuft."),
        ("contact", None, "Sag, ob ihr Kontakt hattet."),
        ("engagement", "0", "Lade die Seite neu."),
        ("engagement", "seven", "Lade die Seite neu."),
        ("form_key", None, "Lade die Seite neu."),
        ("form_key", "short", "Lade die Seite neu."),
    ],
)
def test_mistakes_are_told_in_the_language_of_the_page(
    app: Flask, field: str, value: str | None, sentence: str
) -> None:
    sent = {name: text for name, text in {**CHECK_IN, field: value}.items() if text is not None}
    with app.test_request_context("/w/x/check-in", headers={"Accept-Language": "de"}):
        assert read(CheckInForm(), MultiDict(sent)).errors == {field: sentence}


@pytest.mark.parametrize("score", ["0", "6", "many", ""])
def test_the_scale_ends_at_five(app: Flask, score: str) -> None:
    with app.test_request_context("/w/x/feedback"):
        form = read(FeedbackForm(), MultiDict({**FEEDBACK, "trust_score": score}))
        assert form.errors == {"trust_score": "Choose one of the five."}
