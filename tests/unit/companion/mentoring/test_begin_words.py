"""The message that an engagement begins, in three languages."""

import pytest

from companion.mentoring.begin_words import begin_words


@pytest.mark.parametrize(
    ("language", "hello", "listed"),
    [
        ("en", "Hello Nia,", "Ana, Bo and Cleo"),
        ("de_at", "Hallo Nia,", "Ana, Bo und Cleo"),
        ("es-MX", "Hola, Nia:", "Ana, Bo y Cleo"),
        ("xx", "Hello Nia,", "Ana, Bo and Cleo"),
        (None, "Hello Nia,", "Ana, Bo and Cleo"),
    ],
)
def test_it_names_the_others_in_the_language_of_the_person(
    language: str | None, hello: str, listed: str
) -> None:
    words = begin_words(language, "Nia", ["Ana", "Bo", "Cleo"], "Sales", has_page=True)
    assert words.text.startswith(hello)
    assert listed in words.text
    assert "Sales" in words.subject


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_without_a_page_in_common_it_says_where_they_meet(language: str) -> None:
    with_page, without = (begin_words(language, "Nia", ["Bo"], "S", has_page=page) for page in (True, False))
    assert len(without.text) > len(with_page.text)


def test_marks_within_names_are_left_as_they_are() -> None:
    words = begin_words("en", "%(names)s 100 %", ["%s"], "%(person)s", has_page=False)
    assert "Hello %(names)s 100 %," in words.text
    assert "“%(person)s”" in words.subject
