"""Two applications asked by the same clients, in turns, so that what else the machine does falls on both alike."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from benchmarks.report import Row
from benchmarks.servers import Server


class Client(Protocol):
    """Somebody at a browser."""

    def visit(self, number: int) -> float:
        """Do what is measured, as the person of this number; gives the seconds spent in the application."""
        ...


@dataclass(frozen=True)
class Measured:
    """What was seen of one application in one round."""

    rate: float
    """Visits a second, all clients together."""
    p95: float
    """Milliseconds in the application for one visit."""
    cpu: float
    """Milliseconds of processor time of the application's processes for one visit; a database server's not counted."""


@dataclass(frozen=True)
class Side:
    """One of the two: how it is started, and who asks it."""

    start: Callable[[], AbstractContextManager[Server]]
    client: Callable[[int], Client]
    """Makes a client of the port."""


def rounds(
    one: Side, other: Side, *, clients: int, visits: int, number: int
) -> Iterator[tuple[Measured, Measured]]:
    """Measure both, so many times; who is asked first changes each time."""
    for turn in range(number):
        order = (one, other) if turn % 2 == 0 else (other, one)
        seen = {id(side): _ask(side, clients, visits) for side in order}
        yield seen[id(one)], seen[id(other)]


def rows(name: str, pairs: Sequence[tuple[Measured, Measured]]) -> list[Row]:
    """The figures: of value and baseline the median round's, and the median of the ratios.

    The ratio of the rate is that of the same moment's baseline: 0.5 is half as many visits as the baseline.
    """

    def row(suffix: str, unit: str, of: Callable[[Measured], float]) -> Row:
        return Row(
            f"{name}{suffix}",
            statistics.median(of(ours) for ours, _ in pairs),
            unit,
            statistics.median(of(bare) for _, bare in pairs),
            statistics.median(of(ours) / of(bare) for ours, bare in pairs),
        )

    return [
        row("", "1/s", lambda seen: seen.rate),
        row("_p95", "ms", lambda seen: seen.p95),
        row("_cpu", "ms", lambda seen: seen.cpu),
    ]


def _ask(side: Side, clients: int, visits: int) -> Measured:
    with side.start() as server:
        people = [side.client(server.port) for _ in range(clients)]
        for number, somebody in enumerate(people):
            for again in range(5):
                somebody.visit(
                    number * 5 + again
                )  # connections, statements and templates are warm, as in service
        share = visits // clients
        with ThreadPoolExecutor(clients) as pool:
            cpu, began = server.cpu_seconds(), time.perf_counter()
            runs = list(
                pool.map(
                    lambda turn: [people[turn].visit(turn * share + i) for i in range(share)], range(clients)
                )
            )
            elapsed, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
    times = [seconds * 1000 for run in runs for seconds in run]
    return Measured(len(times) / elapsed, statistics.quantiles(times, n=20)[-1], cpu / len(times) * 1000)
