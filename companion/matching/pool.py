"""Both sides of a request in a fixed order, and what they have in common as whole matrices (learners by advisers)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from companion.matching import hours
from companion.matching.profiles import Profile, normal_name
from companion.matching.request import MatchRequest

Integers = NDArray[np.int32]
Truths = NDArray[np.bool_]
Test = Callable[[Profile], bool]
Item = TypeVar("Item", str, int)


@dataclass(frozen=True)
class Pool:
    """The people of a request, each side sorted by id so that the order of the input cannot matter."""

    request: MatchRequest
    learners: tuple[Profile, ...]
    advisers: tuple[Profile, ...]

    @classmethod
    def of(cls, request: MatchRequest) -> Self:
        """Sort the people of a request."""
        return cls(request, _by_id(request.learners), _by_id(request.advisers))

    @property
    def shape(self) -> tuple[int, int]:
        """Number of learners and of advisers."""
        return len(self.learners), len(self.advisers)

    @cached_property
    def working_days(self) -> hours.WorkingDays:
        """The working days around the request's day."""
        return hours.WorkingDays(self.request.on)

    @cached_property
    def shared_minutes(self) -> tuple[Integers, Truths]:
        """Shared working minutes on the request's day, and whether both time zones are known."""
        return hours.shared_minutes(self.learners, self.advisers, self.request.on)

    @cached_property
    def shared_languages(self) -> Integers:
        """Number of languages both speak."""
        return self.shared(lambda learner: learner.languages, lambda adviser: adviser.languages)

    def shared(
        self,
        of_learner: Callable[[Profile], Collection[Item]],
        of_adviser: Callable[[Profile], Collection[Item]],
    ) -> Integers:
        """Count what the set of each learner and the set of each adviser have in common."""
        return shared_counts(
            [of_learner(each) for each in self.learners], [of_adviser(each) for each in self.advisers]
        )

    def same(self, name: Callable[[Profile], str | None]) -> Truths:
        """Where learner and adviser carry the same name; somebody without a name is like nobody."""
        codes: dict[str | None, int] = {}
        mine, theirs = (
            np.array([codes.setdefault(normal_name(name(each)), len(codes)) for each in side], np.int32)
            for side in (self.learners, self.advisers)
        )
        nameless = codes.get(None, -1)
        named: Truths = np.not_equal(mine, nameless)
        return np.logical_and(np.equal.outer(mine, theirs), named[:, np.newaxis])

    def marked(self, pairs: Iterable[tuple[int, int]]) -> Truths:
        """Where (learner id, adviser id) is among these pairs; ids of people who are not here are ignored."""
        rows = {person.person_id: row for row, person in enumerate(self.learners)}
        columns = {person.person_id: column for column, person in enumerate(self.advisers)}
        marks = np.zeros(self.shape, np.bool_)
        for learner, adviser in pairs:
            if learner in rows and adviser in columns:
                marks[rows[learner], columns[adviser]] = True
        return marks

    def where(self, learner: Test | None = None, adviser: Test | None = None) -> Truths:
        """Where a test holds for the learner or another for the adviser; nowhere without a test."""
        rows = np.array([learner is not None and learner(each) for each in self.learners], np.bool_)
        columns = np.array([adviser is not None and adviser(each) for each in self.advisers], np.bool_)
        return np.logical_or.outer(rows, columns)


def shared_counts(left: Sequence[Collection[Item]], right: Sequence[Collection[Item]]) -> Integers:
    """Return the sizes of the intersections of every set on the left with every set on the right."""
    codes: dict[Item, int] = {}
    for each in left:
        for item in each:
            codes.setdefault(item, len(codes))
    counts = _indicator(left, codes) @ _indicator(right, codes).T
    dense: Integers = counts.toarray()
    return dense


def column(counts: Sequence[int]) -> Integers:
    """Return counts as a column, one for each learner, with 1 for 0 so that it can divide."""
    return np.maximum(np.array(counts, np.int32), 1)[:, np.newaxis]


def _indicator(sets: Sequence[Collection[Item]], codes: dict[Item, int]) -> sp.csr_array:
    known: list[list[int]] = [[codes[item] for item in each if item in codes] for each in sets]
    ends = np.cumsum([0, *(len(each) for each in known)])
    columns = np.array([code for each in known for code in each], np.int32)
    return sp.csr_array(
        (np.ones(len(columns), np.int32), columns, ends), shape=(len(sets), max(len(codes), 1))
    )


def _by_id(people: Sequence[Profile]) -> tuple[Profile, ...]:
    return tuple(sorted(people, key=lambda person: person.person_id))
