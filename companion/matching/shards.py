"""Matchings too large for one piece: shards along what carries points, each certified, and the left-overs together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from companion.matching.hours import WorkingDays
from companion.matching.match import match
from companion.matching.options import Options, Progress
from companion.matching.profiles import Profile, normal_name
from companion.matching.proposal import Certificate
from companion.matching.request import MatchRequest
from companion.matching.solver import UNMATCHED

LARGEST_SHARD = 20_000
"""Learners, or advisers, of a shard at most: time grows with the square, what is lost with the number of shards."""
TOLERANCE = 0.001
BAND = 8 * 60
"""Minutes of UTC: working days that begin in the same band of the day go together."""
LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True)
class Shard:
    """One piece, to be matched on its own, on any machine."""

    name: str
    request: MatchRequest


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What became of a shard; plain, so that it can be stored and passed in again."""

    name: str
    pairs: tuple[tuple[int, int], ...]
    """(learner id, adviser id), by learner."""
    points: int
    """Of the pairs, pinned ones apart, before the cost of load."""
    certificate: Certificate
    """What is proven among all matchings of this shard."""
    solver: str
    prices: Mapping[int, int]
    """Adviser id to what a seat is worth to the others of the shard."""

    @property
    def gap(self) -> int:
        """Points that another matching of this shard could gain at most."""
        return self.certificate.bound - self.certificate.value

    @property
    def covers_most(self) -> bool:
        """Whether it is proven that no matching of this shard covers more learners."""
        return self.certificate.covers_most

    @property
    def rounds(self) -> int:
        """Passes over all pairs of the shard."""
        return self.certificate.rounds


@dataclass(frozen=True, slots=True)
class Sharded:
    """A matching put together from shards."""

    pairs: tuple[tuple[int, int], ...]
    """(learner id, adviser id), by learner."""
    shards: tuple[ShardResult, ...]
    """By name; the left-overs last."""

    @property
    def gap(self) -> int:
        """The sum of the shards' gaps: how far each piece may be from its own best, not the whole from its best."""
        return sum(shard.gap for shard in self.shards)


Run = Callable[[Callable[[Shard], ShardResult], Iterable[Shard]], Iterable[ShardResult]]


def plan(request: MatchRequest, largest: int = LARGEST_SHARD) -> tuple[Shard, ...]:
    """Split a request by department, and large departments by when people work, and what is still large evenly.

    The same people, in any order, give the same shards. A pinned learner goes where the adviser is.
    """
    days = WorkingDays(request.on, (0,))
    sides = {
        name: _sorted(people)
        for name, people in (("learners", request.learners), ("advisers", request.advisers))
    }
    pieces: dict[str, dict[str, list[Profile]]] = {}
    for side, people in sides.items():
        for person in people:
            pieces.setdefault(normal_name(person.department) or "", {}).setdefault(side, []).append(person)
    split = [
        part
        for department in sorted(pieces)
        for part in _split(f"department {department}", pieces[department], days, largest)
    ]
    home = {
        person.person_id: number
        for number, (_, part) in enumerate(split)
        for person in part.get("advisers", ())
    }
    pinned = {learner: home[adviser] for learner, adviser in request.pinned}
    learners: list[list[Profile]] = [[] for _ in split]
    for number, (_, part) in enumerate(split):
        for person in part.get("learners", ()):
            learners[pinned.get(person.person_id, number)].append(person)
    return tuple(
        Shard(name, _piece(request, learners[number], part.get("advisers", [])))
        for number, (name, part) in enumerate(split)
    )


def match_shard(shard: Shard, options: Options | None = None) -> ShardResult:
    """Match one shard to within 0.1 % of its best; a plain function of its input, fit for a background job."""
    matching = match(shard.request, options or Options(tolerance=TOLERANCE))
    pool = matching.pool
    return ShardResult(
        name=shard.name,
        pairs=tuple(
            (learner.person_id, pool.advisers[column].person_id)
            for learner, column in zip(pool.learners, matching.adviser.tolist(), strict=True)
            if column != UNMATCHED
        ),
        points=matching.points,
        certificate=matching.certificate,
        solver=matching.solver,
        prices=matching.price,
    )


def match_in_shards(
    request: MatchRequest,
    options: Options | None = None,
    *,
    largest: int = LARGEST_SHARD,
    finished: Iterable[ShardResult] = (),
    run: Run = map,
) -> Sharded:
    """Match shard by shard, then all learners left over with the advisers who have seats left.

    Args:
        request: everybody.
        options: for each shard; within 0.1 % where not given. Progress tells how many shards are done.
        largest: learners or advisers of a shard at most.
        finished: results of an earlier call with the same request, which are not worked out again.
        run: applies a function to shards, such as the map of a pool of workers.

    Raises:
        MatchInputError: as for `propose`.
        MatchStoppedError: where the options say that it is no longer wanted; finished shards were told one by one
            where `run` stores them.
    """
    options = options or Options(tolerance=TOLERANCE)
    shards = plan(request, largest)
    done = {result.name: result for result in finished}
    open_ones = [shard for shard in shards if shard.name not in done]
    silent = replace(options, progress=lambda _: None)
    for result in run(_Worker(silent), open_ones):
        done[result.name] = result
        options.check()
        options.progress(Progress(f"Matched {result.name}", shards=(len(done), len(shards) + 1)))
    results = [done[shard.name] for shard in shards]
    if LEFT_OVER not in done:
        done[LEFT_OVER] = match_shard(left_over(request, results), silent)
    options.progress(Progress("Matched the left-overs", shards=(len(shards) + 1, len(shards) + 1)))
    results.append(done[LEFT_OVER])
    return Sharded(tuple(sorted(pair for result in results for pair in result.pairs)), tuple(results))


@dataclass(frozen=True, slots=True)
class _Worker:
    """`match_shard` with options, in a form that can be sent to another process."""

    options: Options

    def __call__(self, shard: Shard) -> ShardResult:
        return match_shard(shard, self.options)


def left_over(request: MatchRequest, results: Sequence[ShardResult]) -> Shard:
    """Return the learners whom no shard covered, with the seats that are left."""
    load: dict[int, int] = {}
    covered = set()
    for result in results:
        for learner, adviser in result.pairs:
            covered.add(learner)
            load[adviser] = load.get(adviser, 0) + 1
    advisers = [
        replace(person, capacity=person.capacity - load[person.person_id])
        if person.person_id in load
        else person
        for person in request.advisers
    ]
    learners = [person for person in request.learners if person.person_id not in covered]
    running = {
        adviser: request.running.get(adviser, 0) + load.get(adviser, 0)
        for adviser in {*request.running, *load}
    }
    free = [person for person in advisers if person.capacity]
    return Shard(LEFT_OVER, replace(_piece(request, learners, free), running=running, pinned=()))


def _piece(request: MatchRequest, learners: Sequence[Profile], advisers: Sequence[Profile]) -> MatchRequest:
    here, there = {person.person_id for person in learners}, {person.person_id for person in advisers}
    return replace(
        request,
        learners=learners,
        advisers=advisers,
        pinned=tuple(pair for pair in request.pinned if pair[0] in here),
        forbidden=frozenset(pair for pair in request.forbidden if pair[0] in here and pair[1] in there),
        running={adviser: load for adviser, load in request.running.items() if adviser in there},
    )


def _split(
    name: str, part: dict[str, list[Profile]], days: WorkingDays, largest: int
) -> list[tuple[str, dict[str, list[Profile]]]]:
    if _size(part) <= largest:
        return [(name, part)]
    bands: dict[str, dict[str, list[Profile]]] = {}
    for side, people in part.items():
        for person in people:
            bands.setdefault(_band(person, days), {}).setdefault(side, []).append(person)
    return [
        each
        for band in sorted(bands)
        for each in _evenly(f"{name}, working from {band}", bands[band], -(-_size(bands[band]) // largest))
    ]


def _evenly(
    name: str, part: dict[str, list[Profile]], number: int
) -> list[tuple[str, dict[str, list[Profile]]]]:
    if number == 1:
        return [(name, part)]
    return [
        (f"{name}, part {at + 1} of {number}", {side: people[at::number] for side, people in part.items()})
        for at in range(number)
    ]


def _size(part: Mapping[str, Sequence[Profile]]) -> int:
    return max(len(people) for people in part.values())


def _band(person: Profile, days: WorkingDays) -> str:
    own = days.of(person)
    if not own:
        return "unknown"
    band = own[0][0] % (24 * 60) // BAND
    return f"{band * BAND // 60}:00 UTC"


def _sorted(people: Sequence[Profile]) -> list[Profile]:
    return sorted(people, key=lambda person: person.person_id)
