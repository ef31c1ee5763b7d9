"""Measure matching on synthetic people: `python -m benchmarks.matching --people N [--advisers M] [--json]`.

`seconds` go by the clock; `cpu_seconds` are those of all threads, and say more on a machine that does other work.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, TypeVar

import numpy as np

from benchmarks import baselines
from benchmarks.matching_shards import in_shards
from benchmarks.people import request as synthetic
from companion.matching import MatchRequest, Options, Progress
from companion.matching.assignment import pairs_of
from companion.matching.certify import K
from companion.matching.compiling import compile_pool
from companion.matching.edges import Edges
from companion.matching.fingerprint import input_hash
from companion.matching.match import Matching, match
from companion.matching.pool import Pool
from companion.matching.scan import Scan, scan
from companion.matching.solver import UNMATCHED
from companion.matching.unmatched import accounts

DENSE_FITS = 12_000
"""People a side up to which SciPy's dense route stays within a few GB."""
MUNKRES_ENDS = 1_000
QUICK_ONES_END = 2_000
Result = TypeVar("Result")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one measurement and print it."""
    asked = _parser().parse_args(arguments)
    advisers = asked.advisers or asked.people
    told = _tell if asked.progress else _say_nothing
    compile_seconds = _first_call(asked.threads)
    if asked.shards:
        measured = in_shards(
            asked.people, advisers, asked.capacity, asked.threads, lambda stage: told(Progress(stage))
        )
        _print(measured | {"compile_seconds": round(compile_seconds, 3)}, as_json=asked.json)
        return 0
    request = synthetic(asked.people, advisers, capacity=asked.capacity)
    options = Options(tolerance=asked.tolerance, threads=asked.threads, progress=told)
    began = time.process_time()
    runs = [_timed(lambda: match(request, options)) for _ in range(asked.repeat)]
    cpu_seconds = (time.process_time() - began) / asked.repeat
    matching = runs[-1][1]
    measured = {
        "people": asked.people,
        "advisers": advisers,
        "seconds": round(median(seconds for seconds, _ in runs), 3),
        "cpu_seconds": round(cpu_seconds, 3),
        "baseline_seconds": None,
        "peak_mb": _peak_mb(),
        "matched": int((matching.adviser != UNMATCHED).sum()),
        "points": matching.points - matching.load_cost,
        "gap": matching.certificate.bound - matching.certificate.value,
        "rounds": matching.certificate.rounds,
        "covers_most": matching.certificate.covers_most,
        "tolerance": matching.certificate.tolerance,
        "compile_seconds": round(compile_seconds, 3),
        "solver": matching.solver,
    }
    if asked.reasons:
        measured["reasons_seconds"] = round(_timed(lambda: _reasons(request, matching))[0], 3)
    if asked.baselines:
        measured |= _baselines(request)
    _print(measured, as_json=asked.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.matching", description="Measure matching on synthetic people."
    )
    parser.add_argument("--people", type=int, required=True, help="learners")
    parser.add_argument("--advisers", type=int, help="as many as learners where not given")
    parser.add_argument("--capacity", type=int, default=1, help="seats of an adviser on average")
    parser.add_argument(
        "--tolerance", type=float, default=0.0, help="stop within this share of the best possible"
    )
    parser.add_argument("--repeat", type=int, default=1, help="the median of so many runs")
    parser.add_argument("--threads", type=int, default=Options().threads)
    parser.add_argument("--no-baselines", dest="baselines", action="store_false")
    parser.add_argument("--reasons", action="store_true", help="time the reasons in words as well")
    parser.add_argument("--shards", action="store_true", help="in shards, a process for each thread")
    parser.add_argument("--progress", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser


def _first_call(threads: int) -> float:
    """Load or compile the kernel on a few people, so that it is not counted with the matching."""
    compiled = compile_pool(Pool.of(synthetic(60, 60)))
    learners, advisers = compiled.shape
    nothing, anything = np.zeros(advisers, np.int32), np.full(learners, -1000, np.int32)
    options = Options(threads=threads)

    def both() -> None:
        from companion.matching import flow, prices  # noqa: PLC0415 - part of what is timed

        for k_adviser in (K, 0):
            scan(
                Scan(compiled, nothing, anything, K, k_adviser, 1000), options.engine, threads, options.check
            )
        few = flow.Seats(np.ones(advisers, np.int32), nothing, 0)
        edges = Edges(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32), compiled.shape)
        prices.prices(edges, flow.best_choice(edges, few, 1), few, 1, options.engine)

    return _timed(both)[0]


def _reasons(request: MatchRequest, matching: Matching) -> None:
    pairs_of(matching.pool, matching)
    seats_left = np.array([person.capacity for person in matching.pool.advisers]) > matching.load
    accounts(matching.pool, np.flatnonzero(matching.adviser == UNMATCHED), seats_left)
    input_hash(request)


def _baselines(request: MatchRequest) -> dict[str, Any]:
    """Time the others on the same people. All get the points of our own scoring, which they would have to work out."""
    people = max(len(request.learners), len(request.advisers))
    if people > DENSE_FITS:
        return {}
    compiled = compile_pool(Pool.of(request))
    began = time.process_time()
    score_seconds, points = _timed(lambda: baselines.all_points(compiled))
    score_cpu = time.process_time() - began
    seats = [compiled.pool.advisers[column].capacity for column in compiled.columns.tolist()]
    bonus = 4 * request.weights.span[1]
    value = baselines.dense_value(points, np.array(seats, np.int32), request.load_penalty, bonus)
    ways: dict[str, Callable[[], tuple[int, int]]] = {"scipy_dense": lambda: baselines.scipy_dense(value)}
    if people <= QUICK_ONES_END:
        ways |= {
            "greedy": lambda: baselines.greedy(value),
            "gale_shapley": lambda: baselines.gale_shapley(value),
        }
    if people <= MUNKRES_ENDS:
        ways[f"munkres {baselines.MUNKRES_VERSION}"] = lambda: baselines.munkres(value)
    found = {}
    for name, way in ways.items():
        began = time.process_time()
        seconds, (matched, worth) = _timed(way)
        cpu = time.process_time() - began
        found[name] = {
            "seconds": round(seconds, 3),
            "cpu_seconds": round(cpu, 3),
            "matched": matched,
            "points": worth - bonus * matched,
        }
    solve_seconds = found["scipy_dense"]["seconds"]
    return {
        "baseline_seconds": round(score_seconds + solve_seconds, 3),
        "baseline_solve_seconds": solve_seconds,
        "baseline_cpu_seconds": round(score_cpu + found["scipy_dense"]["cpu_seconds"], 3),
        "baselines": found,
    }


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _tell(progress: Progress) -> None:
    print(f"{progress.stage}: round {progress.rounds}, gap {progress.gap}", file=sys.stderr)


def _say_nothing(_: Progress) -> None:
    """Stay silent."""


def _print(measured: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(measured))
        return
    for name, value in measured.items():
        if isinstance(value, dict):
            for each, figures in value.items():
                print(f"{each:>24}  {figures}")
        else:
            print(f"{name:>24}  {value}")


if __name__ == "__main__":
    raise SystemExit(main())
