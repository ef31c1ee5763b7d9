"""Whether some groups of learners get less than others."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from companion.matching.profiles import Profile
from companion.matching.proposal import Proposal
from companion.matching.request import MatchRequest

LEAST = 10
"""Smaller groups are never warned about: two people more or less would change the picture."""
BEHIND = 0.2
"""A group covered by this share less than the whole is warned about."""
NOT_KNOWN = ""
Groups = Callable[[Profile], Iterable[str]]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """How one group of learners fares."""

    dimension: str
    group: str
    """Its name; empty for those of whom it is not known."""
    people: int
    covered: int
    coverage: float
    mean_points: float
    """Of a pair; 0 where nobody is covered."""
    warned: bool


BY: Mapping[str, Groups] = {
    "department": lambda person: [(person.department or NOT_KNOWN).strip()],
    "location": lambda person: [(person.location or NOT_KNOWN).strip()],
    "language": lambda person: sorted(person.languages) or [NOT_KNOWN],
}
"""Somebody who speaks several languages counts with each."""


def fairness(
    request: MatchRequest, proposal: Proposal, also: Mapping[str, Mapping[int, str]] | None = None
) -> tuple[GroupLine, ...]:
    """Return coverage and mean points by group, warned groups first, then by dimension and name.

    Args:
        request: what was matched.
        proposal: the outcome.
        also: further dimensions, such as the month of hire: person id to the name of the group.
    """
    points = {pair.learner_id: pair.points for pair in proposal.pairs}
    dimensions = {**BY, **{name: _named(groups) for name, groups in (also or {}).items()}}
    lines = [
        _line(dimension, group, members, points, proposal.coverage)
        for dimension, of in dimensions.items()
        for group, members in _members(request, of).items()
    ]
    return tuple(sorted(lines, key=lambda line: (not line.warned, line.dimension, line.group)))


def _named(groups: Mapping[int, str]) -> Groups:
    return lambda person: [groups.get(person.person_id, NOT_KNOWN)]


def _members(request: MatchRequest, of: Groups) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {}
    for person in request.learners:
        for group in of(person):
            members.setdefault(group, []).append(person.person_id)
    return members


def _line(
    dimension: str, group: str, members: list[int], points: Mapping[int, int], whole: float
) -> GroupLine:
    got = [points[person] for person in members if person in points]
    coverage = len(got) / len(members)
    return GroupLine(
        dimension=dimension,
        group=group,
        people=len(members),
        covered=len(got),
        coverage=coverage,
        mean_points=sum(got) / len(got) if got else 0.0,
        warned=len(members) >= LEAST and whole > 0 and coverage <= (1 - BEHIND) * whole,
    )
