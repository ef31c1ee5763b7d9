"""Points for what two people have in common: hours, languages, and names of a role, a place or a team."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from companion.matching.grounds import Clocks, Ground, Said
from companion.matching.hours import on_clock, own_minutes, shared_spans, zone_of
from companion.matching.pool import Integers, Pool, column
from companion.matching.profiles import Profile, normal_name, same_name
from companion.matching.request import MatchRequest, Weights
from companion.matching.terms import Added, Keyed, shared_items


def hours_key(pool: Pool) -> Callable[[Profile], Hashable]:
    """Key people by their working days around the request's day, in UTC."""
    return pool.working_days.of


def languages_key(_pool: Pool) -> Callable[[Profile], Hashable]:
    """Key people by the languages they speak."""
    return attrgetter("languages")


class Names:
    """Normal forms of one field, worked out once for each spelling."""

    def __init__(self, field: Callable[[Profile], str | None]) -> None:
        self._field = field
        self._normal: dict[str | None, tuple[str, ...]] = {None: ()}

    def of(self, person: Profile) -> tuple[str, ...]:
        """Return the name alone, or nothing."""
        given = self._field(person)
        if given not in self._normal:
            name = normal_name(given)
            self._normal[given] = (name,) if name else ()
        return self._normal[given]


class Hours:
    """The share of the learner's working day in which the adviser works as well."""

    code = "hours"

    def weight(self, weights: Weights) -> int:
        """Return the points for the whole day being shared."""
        return weights.hours

    def share(self, pool: Pool) -> tuple[Integers, Integers]:
        """Count shared minutes out of those of the learner's day."""
        minutes, _ = pool.shared_minutes
        return minutes, np.maximum(own_minutes(pool.learners, pool.request.on), 1)[:, np.newaxis]

    def term(self, pool: Pool) -> Keyed:
        """Look the points up by both working days."""
        return Keyed(hours_key)

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Give the times on each reader's own clock, and in UTC for the administrator."""
        spans = shared_spans(learner, adviser, request.on)
        if not spans:
            return None
        mine, theirs, utc = (on_clock(spans, zone) for zone in (zone_of(learner), zone_of(adviser), None))
        return Said(Ground.SHARED_HOURS, hours=Clocks(mine, theirs, utc))


class Language:
    """The share of the learner's languages that the adviser speaks; one in common is a hard rule."""

    code = "language"

    def weight(self, weights: Weights) -> int:
        """Return the points for every language being shared."""
        return weights.language

    def share(self, pool: Pool) -> tuple[Integers, Integers]:
        """Count common languages out of those of the learner."""
        return pool.shared_languages, column([len(learner.languages) for learner in pool.learners])

    def term(self, pool: Pool) -> Keyed:
        """Look the points up by both sets of languages."""
        return Keyed(languages_key)

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """List the languages by code."""
        common = sorted(learner.languages & adviser.languages)
        return Said(Ground.LANGUAGES, tuple(common)) if common else None


@dataclass(frozen=True, slots=True)
class SameName:
    """All or nothing for carrying the same name in one field of the profile."""

    code: str
    ground: Ground
    of: Callable[[Profile], str | None]
    at_stake: Callable[[Weights], int]

    def weight(self, weights: Weights) -> int:
        """Return the points for the same name."""
        return self.at_stake(weights)

    def share(self, pool: Pool) -> tuple[Integers, int]:
        """Give all or nothing."""
        return pool.same(self.of).astype(np.int32), 1

    def term(self, pool: Pool) -> Added:
        """Give the points to all who carry the learner's name in this field."""
        points, names = self.weight(pool.request.weights), Names(self.of)
        given = [dict.fromkeys(names.of(person), points) for person in pool.advisers]
        return Added(shared_items([names.of(person) for person in pool.learners], given))

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Give the name as the adviser's profile has it."""
        name = self.of(adviser)
        return Said(self.ground, (name,)) if name and same_name(self.of(learner), name) else None


SAME_ROLE = SameName(
    code="role",
    ground=Ground.SAME_ROLE,
    of=lambda person: person.job_role,
    at_stake=lambda weights: weights.role_and_path // 3,
)
SAME_LOCATION = SameName(
    code="location",
    ground=Ground.SAME_LOCATION,
    of=lambda person: person.location,
    at_stake=lambda weights: weights.location,
)
SAME_TEAM = SameName(
    code="same_team",
    ground=Ground.SAME_TEAM,
    of=lambda person: person.department,
    at_stake=lambda weights: weights.same_team,
)
