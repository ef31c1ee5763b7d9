"""Asking the LMS a few things at a time, and taking the answers one by one, in the order they were asked for."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from lms_client import FunctionUnavailable, LmsError, SiteError, Unread

BEAT = 5.0
"""Seconds between two signs of life while an answer is waited for."""
AHEAD = 2
"""Answers that may be waited for or wait themselves, for each request at a time: taking one keeps none waiting."""
T = TypeVar("T")
USUAL_THRESHOLDS = gc.get_threshold()
COLLECT_AFTER = 20_000
"""New objects after which Python looks for unreachable cycles while replies are read, instead of its 700: what is read
holds none, and looking took a sixth of a sync's processor time."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to ask.

    Attributes:
        ask: waits for the LMS, in a thread of its own; touches nothing but the client. Gives what reads the answer.
        take: is given what was read, or the error that concerns this question alone; gives what to ask next, which is
            asked at once: what `take` does after it has given that is done while the LMS answers.
    """

    ask: Callable[[], Unread[Any]]
    take: Callable[[Any], Iterable["Job"]]


def at_once(ask: Callable[[], T]) -> Callable[[], Unread[T]]:
    """To ask and read in one go, for answers that are soon read."""

    def asked() -> Unread[T]:
        answer = ask()
        return lambda: answer

    return asked


class Pipeline:
    """Does jobs with at most `limit` requests at a time; `beat` is called now and then while it waits.

    Threads of their own do nothing but ask. Answers are read and taken here, in the order in which they were asked for,
    and meanwhile the next are waited for. What follows from jobs is asked for in the order in which it was told: pages
    that follow one another stay in order.
    """

    def __init__(self, limit: int, beat: Callable[[], None]) -> None:
        self._limit = limit
        self._beat = beat

    def run(self, jobs: Iterable[Job]) -> None:
        """Do these jobs and those that follow from them.

        Raises what would fail every further request: SiteError, FunctionUnavailable; and what `take` raises.
        """
        pool = ThreadPoolExecutor(self._limit, thread_name_prefix="lms")
        asking = _Asking(pool, iter(jobs), AHEAD * self._limit)
        try:
            with _seldom_collected():
                self._do(asking)
        finally:
            pool.shutdown(cancel_futures=True)

    def _do(self, asking: "_Asking") -> None:
        while asking.ask_more():
            job, answer = asking.asked.popleft()
            for following in job.take(self._read(self._wait_for(answer), asking)):
                asking.next_ones.append(following)
                asking.ask_more()

    def _wait_for(self, answer: Future[Unread[Any]]) -> Future[Unread[Any]]:
        while not answer.done():
            wait([answer], timeout=BEAT)
            if not answer.done():
                self._beat()
        return answer

    def _read(self, answer: Future[Unread[Any]], asking: "_Asking") -> Any:
        asking.ask_more()
        try:
            return answer.result()()
        except (SiteError, FunctionUnavailable):
            raise
        except LmsError as problem:
            return problem


class _Asking:
    """What is asked, what is to be asked next, and what after that."""

    def __init__(self, pool: ThreadPoolExecutor, source: Iterator[Job], most: int) -> None:
        self._pool, self._source, self._most = pool, source, most
        self.next_ones = deque[Job]()
        self.asked = deque[tuple[Job, Future[Unread[Any]]]]()

    def ask_more(self) -> bool:
        """Ask as much as may be asked; False where nothing is left to wait for."""
        while len(self.asked) < self._most:
            job = self.next_ones.popleft() if self.next_ones else next(self._source, None)
            if job is None:
                break
            self.asked.append((job, self._pool.submit(job.ask)))
        return bool(self.asked)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    gc.set_threshold(COLLECT_AFTER, *USUAL_THRESHOLDS[1:])
    try:
        yield
    finally:
        gc.set_threshold(*USUAL_THRESHOLDS)
