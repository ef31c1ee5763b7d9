"""What people are told when their engagement moves on, in three languages."""

import re
import tomllib

import pytest

from companion.mentoring.messages import CONTENT, Occasion, said
from companion.mentoring.nudge_words import LANGUAGES

PEOPLE = ["Ana Kov", "Bo Lind", "Cleo Martin"]


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_occasion_is_told_of_with_the_same_places_as_in_english(language: str) -> None:
    content = tomllib.loads((CONTENT / f"messages.{language}.toml").read_text())
    english = tomllib.loads((CONTENT / "messages.en.toml").read_text())
    assert content.keys() == english.keys() == {"hello", "and", "link", *Occasion}
    for occasion in Occasion:
        words = said(occasion, language, person="Nia", names=PEOPLE, programme="Sales")
        assert "%" not in words.subject + words.text + words.link
        assert "Nia" in words.text
        assert words.link
        for part in ("subject", "text"):
            assert _places(content[occasion][part]) == _places(english[occasion][part]), (occasion, part)
            if language != "en":
                assert content[occasion][part] != english[occasion][part]


@pytest.mark.parametrize(
    ("language", "hello", "listed"),
    [
        ("en", "Hello Nia,", "Ana Kov, Bo Lind and Cleo Martin"),
        ("de_at", "Hallo Nia,", "Ana Kov, Bo Lind und Cleo Martin"),
        ("es-MX", "Hola, Nia:", "Ana Kov, Bo Lind y Cleo Martin"),
        ("xx", "Hello Nia,", "Ana Kov, Bo Lind and Cleo Martin"),
        (None, "Hello Nia,", "Ana Kov, Bo Lind and Cleo Martin"),
    ],
)
def test_it_is_said_in_the_language_of_the_person_or_else_in_english(
    language: str | None, hello: str, listed: str
) -> None:
    words = said(Occasion.CLOSED, language, person="Nia", names=PEOPLE, programme="Sales")
    assert words.text.startswith(f"{hello}\n\n")
    assert listed in words.text


def test_marks_within_names_are_left_as_they_are() -> None:
    words = said(Occasion.LEFT, "de", person="%(names)s 100 %", names=["%s {0}"], programme="%(person)s")
    assert words.text.startswith("Hallo %(names)s 100 %,")
    assert "%s {0}" in words.text
    assert "„%(person)s“" in words.subject
