"""A reason put into words: for whom, and in which tongue. Pure; other tongues than English are the web's."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from companion.matching.grounds import NOTHING, SENTENCES, SPAN, WAYS, Clocks, Ground, Said
from companion.matching.proposal import Reason
from companion.matching.words import counted, language_name, listed


class Listener(StrEnum):
    """Who is told."""

    LEARNER = "learner"
    ADVISER = "adviser"
    ADMIN = "admin"


class Tongue(Protocol):
    """How sentences of ours, and what is filled in, are said in one language."""

    def sentence(self, english: str) -> str:
        """Return a sentence or a word of ours, its places still open."""

    def told(self, english: str) -> str:
        """Return what was told in English and is kept as it was."""

    def listed(self, names: Iterable[str]) -> str:
        """Return "a, b and c"."""

    def language(self, code: str) -> str:
        """Return what a language is called."""

    def ago(self, days: int) -> str:
        """Return "today" or "23 days ago"."""


class English:
    """As administrators read it."""

    def sentence(self, english: str) -> str:
        """Return it as it is."""
        return english

    def told(self, english: str) -> str:
        """Return it as it is."""
        return english

    def listed(self, names: Iterable[str]) -> str:
        """Return "a, b and c"."""
        return listed(names)

    def language(self, code: str) -> str:
        """Return the English name."""
        return language_name(code)

    def ago(self, days: int) -> str:
        """Return "today" or "23 days ago"."""
        return f"{counted(days, 'day')} ago" if days > 0 else "today"


ENGLISH: Tongue = English()


def tell(reason: Reason, to: Listener, today: date, tongue: Tongue = ENGLISH) -> str:
    """Return the sentence of a reason for one reader. That nothing speaks for a pair is said to administrators only.

    Args:
        today: from which it is told how long ago something was.
    """
    said = reason.said
    if said is None:
        return tongue.sentence(NOTHING[reason.rule])
    if said.ground is Ground.AS_TOLD:
        return tongue.told(said.names[list(Listener).index(to)])
    sentence: str = getattr(SENTENCES[said.ground], to)
    return tongue.sentence(sentence) % _values(said, to, today, tongue)


def _values(said: Said, to: Listener, today: date, tongue: Tongue) -> dict[str, str]:
    values = {}
    if said.finished:
        values["ago"] = tongue.ago((today - said.finished).days)
    if said.names:
        values["names"] = tongue.listed(_names(said, tongue))
    if said.hours:
        span = tongue.sentence(SPAN)
        clock = getattr(said.hours, to)
        values["hours"] = tongue.listed(span % {"first": first, "last": last} for first, last in clock)
    return values


def _names(said: Said, tongue: Tongue) -> list[str]:
    if said.ground is Ground.LANGUAGES:
        return sorted(map(tongue.language, said.names))
    if said.ground is Ground.STYLE_CLOSE:
        return [tongue.sentence(WAYS[name]) if name in WAYS else name for name in said.names]
    return list(said.names)


def stored(reason: Reason) -> dict[str, Any]:
    """Return a reason as it is stored, fit for JSON: what is empty is left out."""
    said = reason.said
    values = said._asdict() if said else {}
    if said and said.hours:
        values["hours"] = said.hours._asdict()
    if said and said.finished:
        values["finished"] = said.finished.isoformat()
    given = {name: value for name, value in values.items() if value}
    return {"rule": reason.rule, "points": reason.points, "said": given}


def kept(row: Mapping[str, Any]) -> Reason:
    """Return a reason as it was, from what `stored` made of it."""
    said = row["said"]
    return Reason(row["rule"], row["points"], _said(**said) if said else None)


def _said(
    ground: str,
    names: Iterable[str] = (),
    finished: str | None = None,
    hours: Mapping[str, Any] | None = None,
) -> Said:
    day = date.fromisoformat(finished) if finished else None
    clocks = Clocks(**{who: tuple(map(tuple, spans)) for who, spans in hours.items()}) if hours else None
    return Said(Ground(ground), tuple(names), day, clocks)
