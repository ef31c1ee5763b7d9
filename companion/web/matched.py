"""Why two people were matched, in the language of the page: the tongues of `matching.telling` that the web speaks."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.lists import format_list
from flask import Flask
from markupsafe import Markup, escape

from companion.matching import Listener, Reason, kept, tell
from companion.matching.words import language_name
from companion.web import words
from companion.web.context import services
from companion.web.languages import ENGLISH, catalogues, get_locale


class Plain:
    """The language of the page, for a file."""

    def sentence(self, english: str) -> str:
        """A sentence of ours, translated."""
        return str(catalogues().say(english))

    def told(self, english: str) -> str:
        """What was told in English, as it was."""
        return english

    def listed(self, names: Iterable[str]) -> str:
        """With the comma and the "and" of the language."""
        return format_list(list(names), locale=_locale())

    def language(self, code: str) -> str:
        """What the language of the page calls another."""
        return language_name(code, str(_locale()))

    def ago(self, days: int) -> str:
        """In days, however many."""
        if days <= 0:
            return str(words.TODAY)
        return words.days_ago(days, _locale())


class Marked(Plain):
    """The same for a page: safe, and each name kept apart from the direction of the text around it."""

    def sentence(self, english: str) -> Markup:
        """A sentence of ours, translated."""
        return catalogues().say(english)

    def told(self, english: str) -> Markup:
        """What was told in English, marked as that."""
        return Markup(f'<span lang="en" dir="ltr">{escape(english)}</span>')  # noqa: S704 - escaped

    def listed(self, names: Iterable[str]) -> Markup:
        """With the comma and the "and" of the language."""
        return words.listed(names)


PLAIN = Plain()
MARKED = Marked()


def because(reason: Reason, to: str) -> Markup:
    """A reason as a learner, an adviser or an administrator reads it, for a page."""
    locale = _locale()
    return _because(reason, to, services().clock().date(), locale.language, locale.territory)


@lru_cache(maxsize=1024)
def _because(reason: Reason, to: str, today: date, _language: str, _territory: str | None) -> Markup:
    """Kept by what tells one locale from another: the locale itself takes long to compare."""
    return Markup(tell(reason, Listener(to), today, MARKED))  # noqa: S704 - MARKED has escaped what is not ours


def _locale() -> Locale:
    return get_locale() or ENGLISH


def set_matched(app: Flask) -> None:
    """Give them to the templates: `kept` makes a reason of what is stored, `because` says it."""
    app.add_template_filter(because)
    app.add_template_filter(kept)
