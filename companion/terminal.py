"""Progress drawn on a terminal; on anything else, a line a phase."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from companion.matching import Progress as Matched


class TerminalProgress:
    """Progress with a bar for each phase, its count and the time left."""

    def __init__(self) -> None:
        """Draw on standard error, so that what a command prints can be piped."""
        self._console = Console(file=sys.stderr)
        self._bars = Progress(
            TextColumn("{task.description:<20}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._bars.stop()

    def phase(self, name: str, total: int | None = None) -> None:
        """Begin a bar; the one before is full."""
        self._end()
        if not self._console.is_terminal:
            self._console.print(f"… {name}" + (f" ({total})" if total is not None else ""))
        self._task = self._bars.add_task(name, total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the bar on."""
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def matching(self, step: Matched) -> None:
        """Show how far a matching has come: a bar over its shards where there are several, else its rounds."""
        done, shards = step.shards or (0, 1)
        text = step.stage if step.gap is None else f"{step.stage}, {step.gap} points from the best at most"
        if self._task is None or not self._console.is_terminal:
            self.phase(text, shards)
        if self._task is not None:
            self._bars.update(self._task, description=text, total=shards, completed=done)

    def _end(self) -> None:
        if self._task is not None:
            task = self._bars.tasks[self._task]
            self._bars.update(self._task, total=task.total or 1, completed=task.total or 1)
