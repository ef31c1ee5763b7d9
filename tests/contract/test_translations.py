"""The catalogues: every text that people read in frames is in each of them, whole, and nothing else is."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.checkers import python_format
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from config import ROOT

LANGUAGES = ("de", "es")
MEND = "Run make translations, then translate what is new."


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the sources ask for, extracted as `make translations` does it."""
    found = tmp_path_factory.mktemp("texts") / "messages.pot"
    [command] = re.findall(r"-q extract (.*?)-o ", (ROOT / "Makefile").read_text().replace("\\\n", " "))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        run = ["pybabel", "-q", "extract", *command.split(), "-o", str(found), "."]
        CommandLineInterface().run(run)  # type: ignore[no-untyped-call]
    with found.open("rb") as file:
        return read_po(file)


@cache
def _catalogue(language: str) -> Catalog:
    with _path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _path(language: str) -> Path:
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def test_there_is_a_catalogue_for_each_language_and_no_other() -> None:
    assert sorted(p.name for p in (ROOT / "translations").iterdir()) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_holds_every_text_and_nothing_that_is_no_longer_said(asked: Catalog, language: str) -> None:
    ids = {message.id for message in asked if message.id}
    kept = {message.id for message in _catalogue(language) if message.id}
    assert len(ids) > 100
    assert kept == ids, MEND
    assert not _catalogue(language).obsolete
    assert "#~" not in _path(language).read_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_its_placeholders_and_sure_of_it(language: str) -> None:
    catalogue = _catalogue(language)
    for message in catalogue:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(told), f"{message.id!r} is not translated. {MEND}"
        assert len(told) == (catalogue.num_plurals if message.pluralizable else 1)
        if "python-format" in message.flags:
            python_format(catalogue, message)
        [asked] = {_places(text) for text in _texts(message.id)}
        assert {_places(text) for text in _texts(message.string)} == {asked}, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_ends_as_the_english_does(language: str) -> None:
    """A full stop or a question mark more or less is a slip."""
    for message in _catalogue(language):
        for english, told in zip(_texts(message.id), _texts(message.string), strict=False):
            if english:
                assert (english[-1] in ".?") == (told[-1] in ".?"), (english, told)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (str(value),)


def _places(text: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"%\(\w+\)[a-z]|\{\w*\}|%(?!\()", text)))
