"""Sentences that the layers below the web say to people in frames, in the reader's language.

Those layers know no language: what they say in English is the id under which it is translated here.
"""

from collections.abc import Collection, Iterator

from flask_babel import gettext

from companion.lti.errors import LtiError, MissingParameterError
from companion.matching.grounds import SENTENCES as GROUNDS
from companion.matching.grounds import SPAN, WAYS
from companion.mentoring.audience import SAID
from companion.mentoring.charter import OURS
from companion.mentoring.thanks import SAID as BALANCE_SAID
from companion.mentoring.trust import ITEMS, SCALE
from companion.mentoring.undo import TOO_LATE
from companion.mentoring.waiting import Standing, notice
from companion.services import (
    ask_going_on,
    ask_moves,
    ask_undo,
    asks,
    choosing,
    commitments,
    concerns,
    feedback_words,
    known,
    lessons,
    own_data,
    said,
    thanks,
)
from companion.services.lifecycle import MOVED_ON, TOO_EARLY
from companion.services.lti_admin import NOT_YOURS
from companion.services.lti_deep_linking import ANSWERED, CHOOSE
from companion.services.mentoring import CHARTER_FIRST
from companion.services.mentoring import NOT_YOURS as NOT_YOURS_ENGAGEMENT
from companion.widgets import WIDGETS

_MISSING = MissingParameterError("%(name)s").sentence


def translated(sentence: str) -> str:
    """The sentence in the reader's language, if anybody translated it."""
    return str(gettext(sentence)) if sentence else ""


def of_lti(problem: LtiError) -> str:
    """What somebody whose launch went wrong can do."""
    if isinstance(problem, MissingParameterError):
        before, after = _MISSING.split("%(name)s")
        name = str(problem).removeprefix(before).removesuffix(after)
        return str(gettext(_MISSING, name=name))
    return translated(str(problem))


def sentences() -> Iterator[str]:
    """All of them, for the catalogues."""
    for standing in Standing:
        told = notice(standing)
        yield from (told.heading, told.text)
    yield from (*SAID.values(), *OURS)
    yield from (NOT_YOURS_ENGAGEMENT, CHARTER_FIRST, MOVED_ON, TOO_EARLY)
    yield from (commitments.SAY_WHAT, commitments.TOO_MANY, commitments.WRONG_DAY, commitments.LATER_DAY)
    yield from (commitments.SETTLED, commitments.NONE)
    yield from (feedback_words.TOO_SOON, feedback_words.SAY_SOMETHING, feedback_words.NO_REQUEST)
    yield from (TOO_LATE, concerns.LEAVING)
    yield from ITEMS.values()
    yield from SCALE.values()
    for widget in WIDGETS:
        yield from (widget.title, widget.activity, widget.about)
    yield from (ANSWERED, CHOOSE, NOT_YOURS)
    yield from (
        ask_undo.ANSWERED_ALREADY,
        asks.TOO_MANY,
        asks.NOTHING_SAID,
        asks.TOO_LONG,
        ask_moves.NO_ASK,
        ask_moves.MOVED_ON,
        asks.NO_PROGRAMME,
    )
    yield from (
        ask_going_on.NO_SEAT,
        thanks.NOT_TOGETHER,
        thanks.NOBODY_OF_NAME,
        thanks.TWO_OF_NAME,
        thanks.NAME_WHAT_FOR,
    )
    yield from (lessons.NAMES_GIVEN, lessons.NOT_YOURS, thanks.NOT_DONE)
    yield from BALANCE_SAID.values()
    yield from (own_data.HELD, known.NOBODY)
    yield from (
        *(said.TOO_MANY_TOPICS, said.PAUSE_WRONG, said.CAPACITY_WRONG, said.NOBODY, said.SEVERAL),
        *(
            said.ONESELF,
            said.ENOUGH,
            choosing.TAKEN,
            choosing.NOT_YOURS,
            choosing.NOTHING,
            choosing.NOBODY,
            choosing.ONE_VETO,
        ),
    )
    yield from (sentence for words in GROUNDS.values() for sentence in (words.learner, words.adviser))
    yield from (SPAN, *WAYS.values())
    yield _MISSING
    # A kind without a sentence of its own is told one: what is wrong with a registration, for an administrator.
    yield from (kind.sentence for kind in _kinds(LtiError) if "sentence" in vars(kind))


def _kinds(root: type[LtiError]) -> Iterator[type[LtiError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)


def extract(*_file: object, **_options: object) -> Iterator[tuple[int, str, str, Collection[str]]]:
    """What `pybabel extract` asks of this file, by babel.cfg."""
    for sentence in dict.fromkeys(sentences()):
        yield 1, "gettext", sentence, ()
