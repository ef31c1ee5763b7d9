"""A million people in shards, on all cores: each process draws a department and matches it piece by piece."""

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.people import department_shares
from benchmarks.people import request as synthetic
from companion.matching import MatchRequest, Options, Profile, Shard, ShardResult, match_shard, plan
from companion.matching.shards import LEFT_OVER, TOLERANCE, left_over

APART = 100_000_000
"""Ids of one department's people and the next's lie so far apart."""


@dataclass(frozen=True, slots=True)
class Department:
    """What a process is asked for."""

    number: int
    learners: int
    advisers: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Done:
    """What a process answers."""

    results: tuple[ShardResult, ...]
    learners: tuple[Profile, ...]
    """Left over."""
    advisers: tuple[Profile, ...]
    """With seats left, and only those."""
    running: dict[int, int]
    draw_seconds: float
    peak_mb: int


def in_shards(
    people: int, advisers: int, capacity: int, processes: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Match so many people and return the figures; drawing the people is not counted."""
    asked = [
        Department(number, round(people * share), round(advisers * share), capacity)
        for number, share in enumerate(department_shares())
        if round(people * share)
    ]
    asked.sort(key=lambda department: -department.learners)
    start, done = time.perf_counter(), []
    # A forked child cannot use the kernel's threads once the parent has: spawn.
    with ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        for future in as_completed([pool.submit(match_department, each) for each in asked]):
            done.append(future.result())
            tell(f"{len(done)} of {len(asked)} departments after {time.perf_counter() - start:.0f} s")
    done.sort(key=lambda each: each.results[0].name)
    results = [result for each in done for result in each.results]
    drawing = sum(each.draw_seconds for each in done) / processes
    results.append(match_shard(Shard(LEFT_OVER, _left_over(done)), Options(tolerance=TOLERANCE)))
    seconds = time.perf_counter() - start
    tell(f"left-overs after {seconds:.0f} s")
    points = sum(result.points for result in results)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "people": people,
        "advisers": advisers,
        "seconds": round(seconds - drawing, 1),
        "seconds_with_drawing": round(seconds, 1),
        "baseline_seconds": None,
        "peak_mb": own + processes * max(each.peak_mb for each in done),
        "matched": sum(len(result.pairs) for result in results),
        "points": points,
        "gap": sum(result.gap for result in results),
        "largest_gap_of_a_shard": max(result.gap / max(1, result.points) for result in results),
        "rounds": max(result.rounds for result in results),
        "shards": len(results),
        "left_over": len(_left_over(done).learners),
    }


def match_department(asked: Department) -> Done:
    """Draw one department's people and match them shard by shard."""
    start = time.perf_counter()
    request = synthetic(
        asked.learners,
        asked.advisers,
        capacity=asked.capacity,
        seed=asked.number,
        department=asked.number,
        offset=asked.number * APART,
    )
    draw_seconds = time.perf_counter() - start
    options = Options(tolerance=TOLERANCE, threads=1)
    results = tuple(match_shard(shard, options) for shard in plan(request))
    rest = left_over(request, results).request
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Done(
        results, tuple(rest.learners), tuple(rest.advisers), dict(rest.running), draw_seconds, peak_mb
    )


def _left_over(done: list[Done]) -> MatchRequest:
    return replace(
        synthetic(0, 0),
        learners=[person for each in done for person in each.learners],
        advisers=[person for each in done for person in each.advisers],
        running={adviser: load for each in done for adviser, load in each.running.items()},
    )
