"""How far a matching in shards is from the best of the whole: one pass over all pairs with the shards' prices."""

from collections import Counter

import numpy as np

from companion.matching.assignment import proposal_of
from companion.matching.certify import K, Span
from companion.matching.compiling import compile_pool
from companion.matching.flow import SOLVER, Seats
from companion.matching.match import Matching
from companion.matching.options import Options
from companion.matching.pool import Pool
from companion.matching.proposal import Certificate, Proposal
from companion.matching.request import MatchRequest
from companion.matching.scan import NO_KEY, Scan, scan
from companion.matching.shards import Sharded
from companion.matching.solver import UNMATCHED


def certificate_of(request: MatchRequest, sharded: Sharded, options: Options | None = None) -> Certificate:
    """Return what is proven of a matching in shards among all matchings of everybody.

    Takes as long as one round of a matching in one piece: the number of pairs decides. Where shards were so small that
    they came without prices, their seats count as free, which makes the gap wide but never too small. Pinned pairs are
    left as they are.
    """
    options = options or Options()
    pinned = set(request.pinned)
    taken = Counter(adviser for _, adviser in pinned)
    out = {learner for learner, _ in pinned}
    pool = Pool.of(request)
    compiled = compile_pool(
        Pool(request, tuple(p for p in pool.learners if p.person_id not in out), pool.advisers)
    )
    advisers = [pool.advisers[column] for column in compiled.columns.tolist()]
    seats = Seats(
        np.array([min(p.capacity - taken[p.person_id], compiled.shape[0]) for p in advisers], np.int32),
        np.array([request.running.get(p.person_id, 0) + taken[p.person_id] for p in advisers], np.int32),
        request.load_penalty,
    )
    known = {adviser: price for shard in sharded.shards for adviser, price in shard.prices.items()}
    price = np.array([known.get(person.person_id, 0) for person in advisers], np.int32)
    least, most = request.weights.span
    span = Span(least, most, int(seats.cost(seats.free).max(initial=0)))
    bonus = span.moderate_bonus() if request.unmatched_price is None else request.unmatched_price
    largest = span.width + abs(least) + int(price.max(initial=0))
    nothing_kept = np.full(compiled.shape[0], largest, np.int32)
    found = scan(
        Scan(compiled, price, nothing_kept, 1, 0, largest), options.engine, options.threads, options.check
    )
    best = np.where(found.highest > NO_KEY, found.highest.astype(np.int64) + bonus, 0)
    bound = seats.worth(price) + int(np.maximum(best, 0).sum())
    matched = [pair for pair in sharded.pairs if pair not in pinned]
    counts = Counter(adviser for _, adviser in matched)
    cost = seats.cost_of(np.array([counts[person.person_id] for person in advisers], np.int32))
    value = sum(shard.points for shard in sharded.shards) + bonus * len(matched) - cost
    coverable = min(int((found.highest > NO_KEY).sum()), int(seats.free.sum()))
    return Certificate(
        value=value,
        bound=bound,
        bonus=bonus,
        covers_most=len(matched) == coverable,
        rounds=max((shard.rounds for shard in sharded.shards), default=0),
        k=K,
        tolerance=options.tolerance,
    )


def propose_in_shards(
    request: MatchRequest,
    sharded: Sharded,
    options: Options | None = None,
    certificate: Certificate | None = None,
) -> Proposal:
    """Return the proposal, with reasons, that shards add up to.

    A single shard of everybody is the whole, and so is what is proven of it; for several `certificate_of` is worked
    out where it is not given.
    """
    options = options or Options()
    only = sharded.shards[0] if len(sharded.shards) == 1 else None
    if certificate is None:
        certificate = only.certificate if only else certificate_of(request, sharded, options)
    pool = Pool.of(request)
    columns = {person.person_id: column for column, person in enumerate(pool.advisers)}
    given = dict(sharded.pairs)
    adviser = np.array(
        [columns[given[p.person_id]] if p.person_id in given else UNMATCHED for p in pool.learners]
    )
    adviser = adviser.astype(np.intp)
    load = np.bincount(adviser[adviser != UNMATCHED], minlength=len(columns)).astype(np.int32)
    running = np.array([request.running.get(person.person_id, 0) for person in pool.advisers], np.int32)
    matching = Matching(
        pool=pool,
        adviser=adviser,
        load=load,
        points=sum(shard.points for shard in sharded.shards),
        load_cost=Seats(load, running, request.load_penalty).cost_of(load),
        certificate=certificate,
        solver=only.solver if only else f"{SOLVER}, in {len(sharded.shards)} shards",
        price={who: price for shard in sharded.shards for who, price in shard.prices.items()},
    )
    return proposal_of(request, matching, options)
