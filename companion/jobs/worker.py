"""The worker: threads that take jobs from the queue until told to stop."""

from huey.consumer import Consumer

from companion.jobs.queue import HueyQueue


class Worker(Consumer):  # type: ignore[misc]
    """A Huey consumer that may live in a thread, where signal handlers cannot be set."""

    def __init__(self, queue: HueyQueue, *, threads: int = 2, own_process: bool = True) -> None:
        """Args: own_process: stop on SIGINT and SIGTERM; otherwise whoever made it calls `stop`."""
        self._own_process = own_process
        super().__init__(queue.huey(), workers=threads, worker_type="thread", max_delay=2.0)

    def _set_signal_handlers(self) -> None:
        if self._own_process:
            super()._set_signal_handlers()
