"""The worker takes jobs until it is told to stop, also within a thread."""

import gc
from pathlib import Path
from threading import Event

import pytest

from companion.jobs.queue import SCHEDULE, HueyQueue
from companion.jobs.worker import Worker


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_worker_does_what_is_asked_for_until_it_is_stopped(any_database_url: str, tmp_path: Path) -> None:
    queue, done, failed = HueyQueue(any_database_url, tmp_path / "data"), Event(), Event()

    def broken() -> None:
        failed.set()
        raise ZeroDivisionError

    # The schedule asks for the other three by itself.
    queue.bind({"broken": broken, "place": done.set, **dict.fromkeys(SCHEDULE, lambda: None)})
    worker = Worker(queue, threads=1, own_process=False)
    worker.start()
    try:
        queue.send("broken")
        assert failed.wait(30)
        queue.send("place")
        assert done.wait(30)
    finally:
        worker.stop(graceful=True)
    assert all(not thread.is_alive() for _, thread in worker.worker_threads)
    queue.huey().storage.flush_all()
    queue.huey().storage.close()
    del worker
    gc.collect()  # Huey leaves to it the connections on which its threads listened to PostgreSQL
