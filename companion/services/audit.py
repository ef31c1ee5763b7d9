"""The audit log: looking at it, taking it along, and proving that nobody changed it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from companion.models.audit import AuditEntry
from companion.store import Database, audit
from companion.store.audit import Detail, Subject, Verdict
from companion.store.slices import Slice

EXPORTED_AT_ONCE: Final = 1000
PERIODS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
"""Days up to now, by the key of the filter."""


class AuditService:
    """Reads the log, and notes what is looked at."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def note(
        self, action: str, subject: Subject | None = None, details: Mapping[str, Detail] | None = None
    ) -> None:
        """Note what changes nothing in the database: a look, an export, work sent to the background."""
        with self._db.begin() as session:
            audit.note(session, action, subject, details, at=self._clock())

    def page(self, wanted: Slice) -> tuple[list[AuditEntry], int]:
        """A slice of the entries, and how many its filters leave in all. `only` may name a PERIOD, by its key."""
        with self._db.read() as session:
            return audit.listed(session, wanted, self._since(wanted))

    def export(self, wanted: Slice) -> Iterator[AuditEntry]:
        """All the entries that the filters leave, in the order of the slice. The export is an entry of its own."""
        self.note("audit.export", details={name: str(value) for name, value in wanted.only.items()})
        start, since = 0, self._since(wanted)
        while True:
            part = replace(wanted, offset=start, limit=EXPORTED_AT_ONCE)
            with self._db.read() as session:
                rows, total = audit.listed(session, part, since)
            yield from rows
            start += EXPORTED_AT_ONCE
            if start >= total:
                return

    def known(self) -> tuple[list[str], list[str]]:
        """The actors and the actions that the log holds."""
        with self._db.read() as session:
            return audit.known(session)

    def verify(self, kept: str | None = None) -> Verdict:
        """Check the whole chain. Args: kept: the head of an earlier check, which must still be in it."""
        with self._db.read() as session:
            return audit.verify(session, kept)

    def _since(self, wanted: Slice) -> datetime | None:
        days = PERIODS.get(str(wanted.only.get("period", "")))
        return self._clock() - timedelta(days=days) if days else None
