"""Jobs are asked for by name, and done by whoever works off the queue."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from companion.jobs.queue import SCHEDULE, HueyQueue
from companion.services.registry import build_services
from config import Settings


@pytest.fixture
def queue(any_database_url: str, tmp_path: Path) -> Iterator[HueyQueue]:
    made = HueyQueue(any_database_url, tmp_path / "data")
    yield made
    made.huey().storage.flush_all()
    made.huey().storage.close()


def work_off(queue: HueyQueue) -> int:
    """Do what is asked for now; gives how many jobs there were."""
    huey, done = queue.huey(), 0
    while huey.pending_count():
        huey.execute(huey.dequeue())
        done += 1
    return done


def test_a_job_is_done_once_by_the_handler_of_its_name(queue: HueyQueue) -> None:
    done: list[str] = []
    queue.bind({"sync": lambda: done.append("sync"), "outbox": lambda: done.append("outbox")})
    queue.send("sync")
    queue.send("outbox")
    assert done == []
    assert work_off(queue) == 2
    assert done == ["sync", "outbox"]
    assert work_off(queue) == 0


def test_a_job_asked_for_by_one_process_is_done_by_another(
    queue: HueyQueue, any_database_url: str, tmp_path: Path
) -> None:
    done: list[str] = []
    queue.send("sync")
    other = HueyQueue(any_database_url, tmp_path / "data")
    other.bind({"sync": lambda: done.append("other")})
    assert work_off(other) == 1
    assert done == ["other"]
    other.huey().storage.close()


def test_a_job_that_fails_does_not_hold_up_the_next(queue: HueyQueue) -> None:
    done: list[str] = []

    def broken() -> None:
        raise ZeroDivisionError

    queue.bind({"sync": broken, "outbox": lambda: done.append("outbox")})
    for job in ("sync", "unheard of", "outbox"):
        queue.send(job)
    assert work_off(queue) == 3
    assert done == ["outbox"]


def test_many_who_ask_at_once_are_all_heard(any_database_url: str, tmp_path: Path) -> None:
    """The queue is opened by the first request, and a web server answers several at a time."""
    queue, together = HueyQueue(any_database_url, tmp_path / "data"), Barrier(4)

    def ask(_number: int) -> None:
        together.wait(20)
        queue.send("outbox")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4), timeout=60))
    queue.bind({"outbox": lambda: None})
    assert work_off(queue) == 4
    queue.huey().storage.close()


def due(queue: HueyQueue, moment: datetime) -> set[str]:
    """The jobs that the schedule asks for in this minute."""
    tasks: list[Any] = queue.huey().read_periodic(moment)
    return {task.name.removeprefix("every-") for task in tasks}


def test_the_schedule_asks_for_each_job_in_its_minute(queue: HueyQueue) -> None:
    def at(hour: int, minute: int) -> set[str]:
        return due(queue, datetime(2026, 11, 23, hour, minute, tzinfo=UTC))

    assert at(9, 0) == {"outbox"}
    assert at(9, 17) == {"outbox", "upkeep"}
    assert at(2, 40) == {"outbox", "sync"}
    assert at(3, 40) == {"outbox"}


def test_a_scheduled_job_is_that_of_its_name(queue: HueyQueue) -> None:
    """Each is a function made in a loop: all of them could be the last."""
    done: list[str] = []
    queue.bind({job: lambda job=job: done.append(job) for job in SCHEDULE})  # type: ignore[misc]
    for task in queue.huey().read_periodic(datetime(2026, 11, 23, 2, 40, tzinfo=UTC)):
        queue.huey().execute(task)
    assert sorted(done) == ["outbox", "sync"]


def test_every_job_of_the_schedule_has_somebody_to_do_it(settings: Settings) -> None:
    services = build_services(settings)
    assert isinstance(services.queue, HueyQueue)
    for job in SCHEDULE:
        services.queue.send(job)
    results: list[str] = []
    handlers = services.queue._handlers
    services.queue.bind({job: lambda job=job: results.append(job) for job in handlers})  # type: ignore[misc]
    work_off(services.queue)
    assert set(results) == set(SCHEDULE)
    assert {"place"} <= set(handlers)
    services.queue.huey().storage.close()
    services.db.dispose()


def test_opening_waits_for_the_first_need(tmp_path: Path) -> None:
    HueyQueue("sqlite://", tmp_path / "data")
    assert not (tmp_path / "data").exists()
