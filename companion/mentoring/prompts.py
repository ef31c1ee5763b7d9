"""Conversation starters and ask-before-advise guides: a set of our own, which a programme may change; pure."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from companion.models.care import Occasion
from companion.models.engagement import Side

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "de", "es")
SCALE_WEEKS = 12
"""The set is laid out over the longest engagement; shorter ones are stretched to it."""
PROMPT_LIMIT = 300
"""Characters: read in a breath."""
SECTION = "%(section)s"
"""The place for a section's name in a prompt."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to talk about.

    Attributes:
        sides: whom it speaks to.
        weeks: first and last of SCALE_WEEKS; None where any.
        texts: by language; a programme's own may have one alone.
        course_id, section: where a programme tied it; None where anywhere.
    """

    key: str
    occasion: Occasion
    sides: frozenset[Side]
    weeks: tuple[int, int] | None
    texts: Mapping[str, str]
    course_id: int | None = None
    section: int | None = None

    def text(self, language: str, section_name: str | None = None) -> str:
        """The words in a language, or else in English, or else in the one there is."""
        found = self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()))
        return found.replace(SECTION, section_name or "")


@dataclass(frozen=True, slots=True)
class Moment:
    """Where somebody stands in an engagement.

    Attributes:
        week: from 1.
        weeks: the length of the engagement.
        contacted: the two were in touch.
        hard: somebody's last mood was "hard going".
        section: number and name of the course section the page is at.
    """

    side: Side
    week: int
    weeks: int
    circle: bool = False
    contacted: bool = True
    hard: bool = False
    feedback_asked: bool = False
    course_id: int | None = None
    section: tuple[int, str] | None = None


@cache
def our_own() -> tuple[Prompt, ...]:
    """The set that comes with Cairn, in the order it is laid out in."""
    laid_out = _read("en")
    words = {language: _read(language) for language in LANGUAGES if language != "en"}
    return tuple(
        Prompt(
            key=key,
            occasion=Occasion(row["occasion"]),
            sides=frozenset(Side) if row["side"] == "both" else frozenset({Side(row["side"])}),
            weeks=(row["weeks"][0], row["weeks"][1]) if "weeks" in row else None,
            texts={"en": row["text"], **{language: words[language][key] for language in words}},
        )
        for key, row in laid_out.items()
    )


def of_programme(own: Iterable[Prompt], hidden: Iterable[str] = ()) -> list[Prompt]:
    """Our set as a programme has it: what has the key of one of ours takes its place, the rest comes first.

    Args:
        hidden: keys of ours that the programme does not want.
    """
    mine = {prompt.key: prompt for prompt in own}
    unwanted = set(hidden)
    ours = [mine.pop(prompt.key, prompt) for prompt in our_own() if prompt.key not in unwanted]
    return [*mine.values(), *ours]


def suggest(prompts: Sequence[Prompt], moment: Moment, turn: int = 0) -> list[Prompt]:
    """One thing to talk about now, and for advisers one guide to advising; the same all week.

    Args:
        turn: tells engagements apart, so that not all advisers of a course read the same; any number.
    """
    fitting = [prompt for prompt in prompts if _fits(prompt, moment)]
    found = []
    for occasion in _occasions(moment):
        there = [prompt for prompt in fitting if prompt.occasion is occasion]
        if there:
            found.append(there[(moment.week - 1 + turn) % len(there)])
            break
    guides = [prompt for prompt in fitting if prompt.occasion is Occasion.ADVICE]
    if guides and moment.side is Side.ADVISER:
        found.append(guides[(moment.week - 1 + turn) % len(guides)])
    return found


def scaled_week(week: int, weeks: int) -> int:
    """The week of SCALE_WEEKS that a week of an engagement falls on: the first is the first, the last the last."""
    if weeks <= 1:
        return 1
    place = min(max(week, 1), weeks)
    return 1 + round((place - 1) * (SCALE_WEEKS - 1) / (weeks - 1))


def _occasions(moment: Moment) -> Iterable[Occasion]:
    """What fits the moment, the most pressing first."""
    if moment.hard:
        yield Occasion.HARD
    if moment.feedback_asked:
        yield Occasion.FEEDBACK
    if not moment.contacted:
        yield Occasion.OPENING
    if moment.week >= moment.weeks > 1:
        yield Occasion.CLOSE
    # By turns, or a circle would never hear of its section, nor a section of the week.
    turns = [Occasion.WEEK]
    if moment.section is not None:
        turns.append(Occasion.SECTION)
    if moment.circle:
        turns.append(Occasion.CIRCLE)
    shift = (moment.week - 1) % len(turns)
    yield from turns[shift:] + turns[:shift]


def _fits(prompt: Prompt, moment: Moment) -> bool:
    if moment.side not in prompt.sides:
        return False
    if prompt.course_id not in (None, moment.course_id):
        return False
    number = moment.section[0] if moment.section else None
    if prompt.section not in (None, number):
        return False
    if prompt.weeks is None:
        return True
    # A short engagement skips weeks of the scale; it takes the last one begun.
    return prompt.weeks[0] <= scaled_week(moment.week, moment.weeks) <= prompt.weeks[1]


def _read(language: str) -> dict[str, Any]:
    with (CONTENT / f"prompts.{language}.toml").open("rb") as file:
        return tomllib.load(file)
