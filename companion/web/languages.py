"""The language of a page: the platform's inside its frames, English everywhere else.

Catalogues are read from their .po files when the application starts, so that no compiled file can be missing or stale.
"""

from collections.abc import Collection
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages import mofile, pofile
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale

ENGLISH: Final = Locale("en", "GB")
"""What the texts are written in. Moodle's plain "en" writes dates as this English does."""
IN_FRAMES: Final = ("/w/", "/lti/")


class Catalogues(Domain):  # type: ignore[misc]  # it carries no types
    """The translations of a folder, in memory."""

    def __init__(self, folder: Path) -> None:
        """Args: folder: holds <language>/LC_MESSAGES/messages.po."""
        super().__init__()
        self._read = {path.parts[-3]: _read(path) for path in folder.glob("*/LC_MESSAGES/messages.po")}

    @property
    def languages(self) -> list[str]:
        """The languages a page can be in: English first, the others by their code."""
        return [ENGLISH.language, *sorted(self._read)]

    def get_translations(self) -> NullTranslations:
        """Those of the language of this page."""
        locale = get_locale()
        return self._read.get(locale.language if locale else "", _UNTRANSLATED)


_UNTRANSLATED = NullTranslations()


def _read(path: Path) -> Translations:
    compiled = BytesIO()
    with path.open("rb") as file:
        mofile.write_mo(compiled, pofile.read_po(file))
    compiled.seek(0)
    return Translations(compiled)


def choose(claim: str | None, accepted: str | None, languages: Collection[str]) -> Locale:
    """The locale of a page: the platform's, in its variety or else its language, else the browser's, else English.

    Args:
        claim: what the platform says, such as "de", "es_mx" or "de-AT"; also packs of its own, such as "de_kids".
        accepted: the language the browser asks for among those there are.
        languages: those there are.
    """
    for tag in filter(None, (claim, accepted)):
        locale = _locale(tag.replace("-", "_"))
        if locale is not None and locale.language in languages:
            return ENGLISH if locale == Locale(ENGLISH.language) else locale
    return ENGLISH


def _locale(tag: str) -> Locale | None:
    for known in (tag, tag.split("_", 1)[0]):
        try:
            return Locale.parse(known)
        except (ValueError, UnknownLocaleError):
            continue
    return None


def _of_request() -> Locale:
    # Who registers a platform is an administrator, and the admin speaks English.
    if not has_request_context() or not in_frame() or request.endpoint == "lti.register":
        return ENGLISH
    languages = catalogues().languages
    launch = g.get("launch")
    return choose(
        launch.locale if launch else None, request.accept_languages.best_match(languages), languages
    )


def in_frame() -> bool:
    """Whether this request is for a page that stands in a frame of the platform."""
    return request.path.startswith(IN_FRAMES)


def catalogues() -> Catalogues:
    """The translations of the running application."""
    return current_app.extensions["babel"].instance.domain_instance  # type: ignore[no-any-return]


def set_languages(app: Flask, folder: Path) -> None:
    """Let pages be written in the languages of the folder."""
    babel = Babel(app, locale_selector=_of_request)
    babel.domain_instance = Catalogues(folder)
    app.jinja_env.globals["get_locale"] = get_locale
