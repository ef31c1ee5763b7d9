"""The trust pulse: five items of our own, one at a time in turn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from companion.models.engagement import TrustItem

ITEMS: dict[TrustItem, str] = {
    TrustItem.RELIANCE: "I can rely on %(name)s to do what we agree on.",
    TrustItem.DISCLOSURE: "I can tell %(name)s what I do not know yet.",
    TrustItem.INTEGRITY: "%(name)s is straight with me.",
    TrustItem.BENEVOLENCE: "%(name)s wants this to go well for me.",
    TrustItem.ABILITY: "%(name)s is good at what we work on together.",
}
"""A sentence to agree with on a scale of 1 to 5, with a place for the name of the other. The items are named after the
usual models of trust: ability, benevolence and integrity (Mayer, Davis and Schoorman 1995), reliance and disclosure
(Gillespie 2003)."""

SCALE = {1: "Not at all", 2: "A little", 3: "Partly", 4: "Mostly", 5: "Fully"}


def next_item(answered: Sequence[TrustItem]) -> TrustItem:
    """The item to ask next: the one answered least often, in the fixed order of the items.

    Args:
        answered: what the person answered so far in this engagement.
    """
    return min(TrustItem, key=answered.count)


STEP = 0.25
"""One step of the scale of five, stretched to 0 to 1: by so much one answer is taken to stray from what is meant."""
LEAST_ANSWERS = 3
"""Fewer answers make no index."""
WIDTH = 1.2816
"""Standard deviations to either side that hold 80 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of somebody in an engagement.

    Attributes:
        score: 1 to 5.
    """

    person_id: int
    item: TrustItem
    score: int
    on: date


@dataclass(frozen=True, slots=True)
class Index:
    """Trust as one number from 0 to 100, with the bounds that hold it four times out of five."""

    on: date
    value: float
    low: float
    high: float


def index(answers: Iterable[Answer], on: date) -> Index | None:
    """One index of the newest answer of each person to each item; None where there are too few, or one side is silent.

    The mean of a normal distribution with a known spread of one step, and a prior of the same weight as one answer in
    the middle of the scale: with n answers of mean m the index is (0.5 + n m) / (1 + n), and its standard deviation
    STEP / sqrt(1 + n) (conjugate prior; Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.5). The items
    load on one general factor, so there is one index and no score for each item (Frontiers in Psychology 2022,
    doi 10.3389/fpsyg.2022.797443).
    """
    newest = {(a.person_id, a.item): a for a in sorted(answers, key=lambda a: a.on) if a.on <= on}
    if len(newest) < LEAST_ANSWERS or len({person_id for person_id, _ in newest}) < 2:
        return None
    scores = [(answer.score - 1) / 4 for answer in newest.values()]
    value = (0.5 + sum(scores)) / (1 + len(scores))
    reach = WIDTH * STEP / sqrt(1 + len(scores))
    return Index(on, 100 * value, 100 * max(0.0, value - reach), 100 * min(1.0, value + reach))


def trend(answers: Sequence[Answer], most: int = 12) -> list[Index]:
    """The index on each day somebody answered, the oldest first, at most so many of the newest."""
    days = sorted({answer.on for answer in answers})
    found = (index(answers, day) for day in days)
    return [one for one in found if one is not None][-most:]
