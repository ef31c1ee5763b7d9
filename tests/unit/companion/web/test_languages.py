"""Which language a page is in, by what the platform and the browser say."""

from pathlib import Path

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from companion.web.languages import ENGLISH, Catalogues, choose, set_languages

LANGUAGES = ["en", "de", "es"]
HEBREW = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Mentoring"
msgstr "חונכות"
"""


@pytest.mark.parametrize(
    ("tags", "locale"),
    [
        (["de"], "de"),
        (["de_at"], "de_AT"),
        (["DE-at"], "de_AT"),
        (["es_mx", "de"], "es_MX"),
        (["de_comm"], "de"),
        (["de_kids"], "de"),
        (["en"], "en_GB"),
        (["en_us"], "en_US"),
        (["he", "es"], "es"),
        (["", "fr", "de-CH", "en"], "de_CH"),
        (["*"], "en_GB"),
        ([], "en_GB"),
    ],
)
def test_the_first_there_is(tags: list[str], locale: str) -> None:
    assert str(choose(tags, LANGUAGES)) == locale


@given(st.lists(st.text(max_size=40)))
def test_whatever_is_said_there_is_a_language(tags: list[str]) -> None:
    assert choose(tags, LANGUAGES).language in LANGUAGES
    assert choose(tags, ["en"]).language == ENGLISH.language


def test_a_language_written_from_the_right_turns_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "he" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(HEBREW)
    assert Catalogues(tmp_path).languages == ["en", "he"]
    app = Flask(__name__)
    set_languages(app, tmp_path)
    page = "{{ get_locale().language }} {{ get_locale().text_direction }} {{ _('Mentoring') }}"
    with app.test_request_context("/w/x/check-in", headers={"Accept-Language": "he"}):
        assert render_template_string(page) == "he rtl חונכות"
    with app.test_request_context("/w/x/check-in", headers={"Accept-Language": "ar"}):
        assert render_template_string(page) == "en ltr Mentoring"
    with app.test_request_context("/admin/", headers={"Accept-Language": "he"}):
        assert render_template_string(page) == "en ltr Mentoring"
