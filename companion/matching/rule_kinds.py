"""What a rule is: the shape shared by all rules that give points, and by all that forbid."""

from dataclasses import dataclass
from typing import Protocol

from companion.matching.grounds import Said
from companion.matching.hours import clock_times, working_span, zone_of
from companion.matching.pool import Integers, Pool, Truths
from companion.matching.profiles import Profile
from companion.matching.request import MatchRequest, Weights
from companion.matching.terms import Scope, Term
from companion.matching.words import counted, language_name, listed


class ScoreRule(Protocol):
    """One named way to earn points: a share of its weight, rounded half up to whole points."""

    @property
    def code(self) -> str:
        """The rule's name in stored reasons."""

    def weight(self, weights: Weights) -> int:
        """Return the points at stake."""

    def share(self, pool: Pool) -> tuple[Integers, Integers | int]:
        """Return parts (learners by advisers) and of how many parts (at least 1): a number, or a column by learner."""

    def term(self, pool: Pool) -> Term:
        """Return the same points in the form in which the engine adds them up for millions of pairs."""

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Return what speaks for the pair; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Told:
    """What sentences about hard rules may say of a person."""

    person: Profile
    request: MatchRequest

    @property
    def speaks(self) -> str:
        """The languages, as in "speaks Portuguese"."""
        languages = sorted(map(language_name, self.person.languages))
        return f"speaks {listed(languages)}" if languages else "has no known language"

    @property
    def works(self) -> str:
        """The working hours and the time zone."""
        zone = zone_of(self.person)
        if zone is None:
            return "has no known time zone"
        return f"works {clock_times([working_span(self.person, zone, self.request.on)], zone)}, {self.person.time_zone}"


@dataclass(frozen=True, slots=True)
class HardRule:
    """One named way to forbid a pair, whatever its points.

    Sentences may hold {learner.speaks}, {adviser.works} and the like (see `Told`), and {hours}, those asked for.
    """

    code: str
    """The rule's name in stored reasons."""
    scope: Scope
    """What the rule looks at, and where it forbids."""
    barrier: str
    """Why two people whom the rule forbids may not be paired."""
    nobody: str
    """That the rule leaves a learner nobody; {who} stands for "No adviser" or "None of the advisers who …"."""
    shared: str | None = None
    """What those share who pass, as in "share a language"; None where that is no fit way to say it."""

    def forbids(self, pool: Pool) -> Truths:
        """Return where the rule forbids, learners by advisers."""
        return self.scope.forbids(pool)

    def barrier_between(self, learner: Profile, adviser: Profile, request: MatchRequest) -> str:
        """Say why these two may not be paired, given that the rule forbids it."""
        return self.barrier.format(
            learner=Told(learner, request), adviser=Told(adviser, request), hours=_wanted_hours(request)
        )

    def nobody_for(self, who: str, learner: Profile, request: MatchRequest) -> str:
        """Say that the rule leaves this learner nobody."""
        return self.nobody.format(who=who, learner=Told(learner, request), hours=_wanted_hours(request))


def _wanted_hours(request: MatchRequest) -> str:
    return counted(request.min_shared_hours, "working hour")
