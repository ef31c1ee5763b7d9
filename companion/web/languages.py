"""The language of a page: the platform's inside its frames, English everywhere else.

Catalogues are read from their .po files when the application starts, so that no compiled file can be missing or stale.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages import mofile, pofile
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain
from flask_babel import get_locale as found_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

ENGLISH: Final = Locale("en", "GB")
"""What the texts are written in. Moodle's plain "en" writes dates as this English does."""
_PLAIN_ENGLISH: Final = Locale(ENGLISH.language)
IN_FRAMES: Final = ("/w/", "/lti/")


class Catalogues(Domain):  # type: ignore[misc]  # it carries no types
    """The translations of a folder, in memory."""

    def __init__(self, folder: Path) -> None:
        """Args: folder: holds <language>/LC_MESSAGES/messages.po."""
        super().__init__()
        self._said: dict[tuple[str, str], Markup] = {}
        self._read = {path.parts[-3]: _read(path) for path in folder.glob("*/LC_MESSAGES/messages.po")}
        self.languages = [ENGLISH.language, *sorted(self._read)]
        """The languages a page can be in: English first, the others by their code."""

    @pass_eval_context
    def in_template(self, context: EvalContext, sentence: str, **values: object) -> str:
        """A sentence of a template in the language of the page, with its values.

        Jinja's own way, by the library's, finds out the language and makes the sentence safe each time anew, and a
        page says some dozens.
        """
        said = self.say(sentence)
        filled = said if context.autoescape else str(said)
        return filled % values if "%" in said else filled

    def say(self, sentence: str) -> Markup:
        """A sentence of ours in the language of this page."""
        spoken = language()
        said = self._said.get((spoken, sentence))
        if said is None:
            said = Markup(self.get_translations().gettext(sentence))  # noqa: S704 - ours, or of our translators
            self._said[spoken, sentence] = said
        return said

    def get_translations(self) -> NullTranslations:
        """Those of the language of this page."""
        return self._read.get(language(), _UNTRANSLATED)


_UNTRANSLATED = NullTranslations()


class Sentence:
    """A sentence of ours, said in the language of whichever page it stands on; one is like no other."""

    def __init__(self, english: str) -> None:
        self._english = english

    def __str__(self) -> str:
        return str(catalogues().say(self._english))

    def __html__(self) -> Markup:
        return catalogues().say(self._english)

    def __mod__(self, values: Mapping[str, object]) -> Markup:
        """The sentence with its values, which are escaped."""
        return catalogues().say(self._english) % values


def _read(path: Path) -> Translations:
    compiled = BytesIO()
    with path.open("rb") as file:
        mofile.write_mo(compiled, pofile.read_po(file))
    compiled.seek(0)
    return Translations(compiled)


def choose(tags: Iterable[str], languages: Collection[str]) -> Locale:
    """The first locale whose language there is, in its variety where that is known; English where there is none.

    Args:
        tags: such as "de", "es_mx", "de-AT"; also Moodle's packs of its own, such as "de_kids".
        languages: codes of those there are.
    """
    for tag in tags:
        locale = _locale(tag.replace("-", "_"))
        if locale is not None and locale.language in languages:
            return ENGLISH if locale == _PLAIN_ENGLISH else locale
    return ENGLISH


@lru_cache(maxsize=512)
def _locale(tag: str) -> Locale | None:
    for known in (tag, tag.split("_", 1)[0]):
        try:
            return Locale.parse(known)
        except (ValueError, UnknownLocaleError):
            continue
    return None


def get_locale() -> Locale | None:
    """The locale of this page; None outside of a request.

    The library's own looks for the place where it kept it, which takes longer than to say the sentence it is for.
    """
    try:
        return g.cairn_locale  # type: ignore[no-any-return]
    except (AttributeError, RuntimeError):
        locale: Locale | None = found_locale()
    if has_request_context():
        g.cairn_locale = locale
    return locale


def language() -> str:
    """The code of the language of this page; "" outside of a request."""
    locale = get_locale()
    return locale.language if locale else ""


def _of_request() -> Locale:
    # Who registers a platform is an administrator, and the admin speaks English.
    if not has_request_context() or not _for_people() or request.endpoint == "lti.register":
        return ENGLISH
    launch = g.get("launch")
    claim = launch.locale if launch else None
    return choose([claim or "", *request.accept_languages.values()], catalogues().languages)


def in_frame() -> bool:
    """Whether this request is for a page that stands in a frame of the platform."""
    return request.path.startswith(IN_FRAMES)


def _for_people() -> bool:
    """Whether the page is one that learners and advisers see."""
    return in_frame() or request.path.startswith("/stop/")


def catalogues() -> Catalogues:
    """The translations of the running application."""
    return current_app.extensions["babel"].instance.domain_instance  # type: ignore[no-any-return]


def set_languages(app: Flask, folder: Path) -> None:
    """Let pages be written in the languages of the folder."""
    babel = Babel(app, locale_selector=_of_request)
    babel.domain_instance = read = Catalogues(folder)
    app.jinja_env.globals.update(get_locale=get_locale, _=read.in_template, gettext=read.in_template)
