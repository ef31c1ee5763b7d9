"""Asking the LMS a few things at a time, and taking the answers one by one, in the order they were asked for."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from lms_client import FunctionUnavailable, LmsError, SiteError

BEAT = 5.0
"""Seconds between two signs of life while an answer is waited for."""
AHEAD = 2
"""Answers that may be waited for or wait themselves, for each request at a time: taking one keeps none waiting."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to ask.

    Attributes:
        ask: waits for the LMS, in a thread of its own; touches nothing but the client.
        take: is given the answer, or the error that concerns this question alone; gives what to ask next.
    """

    ask: Callable[[], Any]
    take: Callable[[Any], Iterable["Job"]]


class Pipeline:
    """Does jobs with at most `limit` requests at a time; `beat` is called now and then while it waits.

    What follows from jobs is asked for in the order in which it was told: pages that follow one another stay in order.
    """

    def __init__(self, limit: int, beat: Callable[[], None]) -> None:
        self._limit = limit
        self._beat = beat

    def run(self, jobs: Iterable[Job]) -> None:
        """Do these jobs and those that follow from them.

        Raises what would fail every further request: SiteError, FunctionUnavailable; and what `take` raises.
        """
        pool = ThreadPoolExecutor(self._limit, thread_name_prefix="lms")
        source, next_ones = iter(jobs), deque[Job]()
        asked: deque[tuple[Job, Future[Any]]] = deque()
        try:
            while self._ask_more(pool, source, next_ones, asked):
                job, answer = asked.popleft()
                next_ones.extend(job.take(self._wait_for(answer)))
        finally:
            pool.shutdown(cancel_futures=True)

    def _ask_more(
        self,
        pool: ThreadPoolExecutor,
        source: Iterator[Job],
        next_ones: deque[Job],
        asked: deque[tuple[Job, Future[Any]]],
    ) -> bool:
        """Ask as much as may be asked; False where nothing is left to wait for."""
        while len(asked) < AHEAD * self._limit:
            job = next_ones.popleft() if next_ones else next(source, None)
            if job is None:
                break
            asked.append((job, pool.submit(job.ask)))
        return bool(asked)

    def _wait_for(self, answer: Future[Any]) -> Any:
        while True:
            try:
                return answer.result(timeout=BEAT)
            except TimeoutError:
                self._beat()
            except (SiteError, FunctionUnavailable):
                raise
            except LmsError as problem:
                return problem
