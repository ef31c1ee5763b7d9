"""What is counted, from single doings to the figures of a report; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from companion.mentoring.reporting.cells import Tally, Week
from companion.models.reporting import Source

DAYS_TO_CONTACT = {"day_2": 2, "day_5": 5, "day_9": 9, "day_14": 14}
HOURS_TO_ANSWER = {"hour_1": 1, "hour_24": 24, "hour_72": 72}
"""Steps of waiting, each up to and including its number; whatever took longer is counted as LATER. Contact is at risk
from day 5 on (day 2 in a short engagement) and silence from day 14 on; an ask lives from the moment it arises in."""
LATER = "later"

PARTS: Mapping[Source, tuple[str, ...]] = {
    Source.CONTACT: ("due", "in_touch"),
    Source.FIRST_CONTACT: (*DAYS_TO_CONTACT, LATER),
    Source.COMMITMENTS: ("kept", "late", "dropped"),
    Source.FIT: ("good", "unsure", "not_good"),
    Source.TRUST: ("1", "2", "3", "4", "5"),
    Source.ASKS: ("asked", *HOURS_TO_ANSWER, LATER),
    Source.ADVISING: ("finished", "advising"),
}
"""What each source counts, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing somebody did.

    Attributes:
        who: the person whose doing it is; so many different people a cell must have.
        of: the person in whose reporting group it counts: the learner of the engagement it happened in.
    """

    source: Source
    part: str
    who: int
    of: int
    on: date


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def step(waited: float, steps: Mapping[str, int]) -> str:
    """The name of the step that so many days or hours of waiting fall into."""
    return next((name for name, most in steps.items() if waited <= most), LATER)


def by_group(doings: Iterable[Doing], groups: Mapping[int, int]) -> dict[int, dict[Source, list[Week]]]:
    """Doings as the weeks of reporting groups.

    Args:
        groups: number of the group by person; doings of people in no group yet are left out.
    """
    tallies: dict[tuple[int, Source, date], Counter[str]] = defaultdict(Counter)
    people: dict[tuple[int, Source, date], set[int]] = defaultdict(set)
    for doing in doings:
        if doing.of in groups:
            key = groups[doing.of], doing.source, monday(doing.on)
            tallies[key][doing.part] += 1
            people[key].add(doing.who)
    found: dict[int, dict[Source, list[Week]]] = defaultdict(lambda: defaultdict(list))
    for key in sorted(tallies, key=lambda key: (key[0], key[1], key[2])):
        group, source, week = key
        found[group][source].append(Week(week, frozenset(people[key]), dict(tallies[key])))
    return {group: dict(sources) for group, sources in found.items()}


def share(tally: Tally, part: Iterable[str], whole: Iterable[str]) -> float | None:
    """The share of some parts in a whole; None where there is nothing to have a share of."""
    of = sum(tally.get(name, 0) for name in whole)
    return sum(tally.get(name, 0) for name in part) / of if of else None


def headline(source: Source, tally: Tally) -> float | None:
    """The one share that sums a source up, from 0 to 1; None where nothing was counted.

    Contact: weeks in touch of those due. First contact: within five days. Commitments: kept, of those that came to an
    end. Fit: "good" of all answers. Trust: mean score, 1 to 5 stretched to 0 to 1. Asks: answered within a day.
    Advising: who advises of those who finished.
    """
    if source is Source.TRUST:
        answers = sum(tally.values())
        return sum((int(score) - 1) * n for score, n in tally.items()) / (4 * answers) if answers else None
    part, whole = _HEADLINES[source]
    return share(tally, part, whole)


_HEADLINES: Mapping[Source, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Source.CONTACT: (("in_touch",), ("due",)),
    Source.FIRST_CONTACT: (("day_2", "day_5"), PARTS[Source.FIRST_CONTACT]),
    Source.COMMITMENTS: (("kept",), PARTS[Source.COMMITMENTS]),
    Source.FIT: (("good",), PARTS[Source.FIT]),
    Source.ASKS: (("hour_1", "hour_24"), ("asked",)),
    Source.ADVISING: (("advising",), ("finished",)),
}
