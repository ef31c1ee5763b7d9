"""How a rule is handed to the engine: as a table over keys of two people, or as whole numbers shared item by item."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from companion.matching.pool import Pool, Test, Truths
from companion.matching.profiles import Profile

Key = Callable[[Pool], Callable[[Profile], Hashable]]
Codes = NDArray[np.int32]
Reals = NDArray[np.float32]
MOST_PARTS = 700
"""A share of more parts could be rounded wrongly in single precision, in which millions of pairs are scored."""
Wanted = TypeVar("Wanted", bound=Hashable)


class Items(NamedTuple):
    """Who asks for which item, and what each adviser has to give for it, as parallel arrays."""

    number: int
    """Items are numbered from 0 to one less."""
    learner: Codes
    wanted: Codes
    adviser: Codes
    given: Codes
    value: Codes


@dataclass(frozen=True, slots=True)
class Keyed:
    """Points that depend on one key of the learner and one of the adviser, such as their working hours."""

    key: Key


@dataclass(frozen=True, slots=True)
class Added:
    """Points that are the sum of the values of the shared items."""

    items: Items


@dataclass(frozen=True, slots=True)
class Largest:
    """Points that are the largest value among the shared items and the adviser's floor."""

    items: Items
    floor: Codes


@dataclass(frozen=True, slots=True)
class Counted:
    """A share: the sum of the values of the shared items out of `whole`, times the weight, rounded half up."""

    items: Items
    whole: Codes
    """By learner, at least 1."""
    weight: int


Term = Keyed | Added | Largest | Counted


@dataclass(frozen=True, slots=True)
class OfPeople:
    """Forbids whatever the other side is: a test of the learner, or of the adviser."""

    learner: Test | None = None
    adviser: Test | None = None

    def forbids(self, pool: Pool) -> Truths:
        """Return where the rule forbids, learners by advisers."""
        return pool.where(self.learner, self.adviser)


@dataclass(frozen=True, slots=True)
class OfPairs:
    """Forbids pairs (learner id, adviser id) that are named; ids of others are ignored."""

    named: Callable[[Pool], Iterable[tuple[int, int]]]

    def forbids(self, pool: Pool) -> Truths:
        """Return where the rule forbids, learners by advisers."""
        return pool.marked(self.named(pool))


@dataclass(frozen=True, slots=True)
class OfKeys:
    """Forbids by one key of the learner and one of the adviser."""

    key: Key
    between: Callable[[Pool], Truths]

    def forbids(self, pool: Pool) -> Truths:
        """Return where the rule forbids, learners by advisers."""
        return self.between(pool)


@dataclass(frozen=True, slots=True)
class UnlessShared:
    """Where asked for, forbids pairs that share no item."""

    asked: Callable[[Pool], bool]
    of_learner: Callable[[Profile], Collection[int]]
    of_adviser: Callable[[Profile], Collection[int]]

    def forbids(self, pool: Pool) -> Truths:
        """Return where the rule forbids, learners by advisers."""
        if not self.asked(pool):
            return pool.where()
        return np.equal(pool.shared(self.of_learner, self.of_adviser), 0)

    def items(self, pool: Pool) -> Items:
        """Return what can be shared, each worth 1."""
        given = [dict.fromkeys(self.of_adviser(person), 1) for person in pool.advisers]
        return shared_items([self.of_learner(person) for person in pool.learners], given)


Scope = OfPeople | OfPairs | OfKeys | UnlessShared


def shared_items(wanted: Sequence[Collection[Wanted]], given: Sequence[Mapping[Wanted, int]]) -> Items:
    """Number the items that learners ask for; what nobody asks for is left out."""
    codes: dict[Wanted, int] = {}
    asked = [codes.setdefault(item, len(codes)) for item in chain.from_iterable(wanted)]
    numbers = [codes.get(item, -1) for item in chain.from_iterable(given)]
    values = _array(list(chain.from_iterable(each.values() for each in given)))
    owner, number = owners(given), _array(numbers)
    known = (number >= 0) & (values != 0)
    return Items(len(codes), owners(wanted), _array(asked), owner[known], number[known], values[known])


def owners(groups: Sequence[Collection[Any]]) -> Codes:
    """Return the index of the group of each item, in order."""
    return np.repeat(np.arange(len(groups), dtype=np.int32), [len(group) for group in groups])


def rounded(weight: int, parts: Codes, whole: Codes | int) -> Codes:
    """Return the share of the weight in whole points, rounded half up."""
    points: Codes = (2 * weight * parts + whole) // (2 * whole)
    return points


def share_in_points(weight: int, whole: Codes) -> tuple[Reals, Reals]:
    """Return factor and offset so that the whole part of parts x factor + offset is `rounded` in single precision.

    The next smaller value that is not rounded up lies 1 / (2 x whole) below; half of that is added against the error
    of single precision, which stays below it for weights up to 1,000 and up to MOST_PARTS parts.
    """
    return (weight / whole).astype(np.float32), (0.5 + 0.25 / whole).astype(np.float32)


def _array(numbers: list[int]) -> Codes:
    return np.array(numbers, np.int32)
