"""How long what people wrote, and who they were, is kept: what a period would take away, before it is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from companion.errors import InputError, NotFoundError
from companion.models.programme import Programme
from companion.services.look import first_look
from companion.store import Database, audit, installation, programmes, retention
from companion.store.retention import Kept

GONE_DAYS: Final = (30, 1825)
"""Fewest and most days that whoever left is remembered: a month for a mistake in the LMS to be mended, five years, the
longest window in which somebody can be a recent learner."""
WRONG: Final = "Choose between {} and {} days, or leave it empty."


@dataclass(frozen=True, slots=True)
class ProgrammeKeeps:
    """A programme, for how many days it keeps texts, and what that comes to."""

    programme: Programme
    days: int
    kept: Kept


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """What is kept for how long.

    Attributes:
        gone_days: days after which whoever left is forgotten; None where an administrator has to do it.
        people_held: people under a legal hold.
    """

    programmes: Sequence[ProgrammeKeeps]
    gone_days: int | None
    gone: Kept
    people_held: int


class RetentionService:
    """Shows and changes how long things are kept. The nightly purge goes by it (OwnDataService)."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def page(self, gone_days: int | None = None, *, tried: bool = False) -> RetentionPage:
        """What is kept for how long.

        Args:
            gone_days: where `tried`, the days to count with in the place of those that hold.
        """
        now = self._clock()
        with self._db.read() as session:
            rows = list(programmes.by_ids(session, programmes.all_ids(session)))
            kept = retention.engagements(session, {row.id: row.keep_texts_days for row in rows}, now)
            look = installation.look(session)
            days = gone_days if tried else look.forget_gone_days if look else None
            return RetentionPage(
                [
                    ProgrammeKeeps(row, row.keep_texts_days, kept[row.id])
                    for row in sorted(rows, key=lambda row: (row.name, row.id))
                ],
                days,
                retention.gone(session, days, now),
                retention.held_people(session),
            )

    def of_programme(self, programme_id: int, days: int | None = None) -> ProgrammeKeeps:
        """What a programme keeps, or would keep for other days; raises NotFoundError."""
        with self._db.read() as session:
            row = programmes.get(session, programme_id)
            if row is None:
                raise NotFoundError("There is no such programme.")
            days = row.keep_texts_days if days is None else days
            kept = retention.engagements(session, {programme_id: days}, self._clock())
            return ProgrammeKeeps(row, days, kept[programme_id])

    def forget_gone(self, days: int | None) -> None:
        """Forget whoever left the LMS after so many days; None leaves it to an administrator.

        Raises InputError where the days are out of range.
        """
        check_gone(days)
        with self._db.begin() as session:
            installation.held_look(session, first_look()).forget_gone_days = days
            audit.note(session, "retention.gone", details={"days": days}, at=self._clock())


def check_gone(days: int | None) -> None:
    """Raises InputError where whoever left cannot be forgotten after so many days."""
    least, most = GONE_DAYS
    if days is not None and not least <= days <= most:
        raise InputError("Nothing was kept.", {"gone_days": WRONG.format(least, most)})


def forgotten_before(days: int, now: datetime) -> datetime:
    """The moment before which somebody must have left to be forgotten now."""
    return now - timedelta(days=days)
