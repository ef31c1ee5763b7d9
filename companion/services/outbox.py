"""Doing the work of the outbox: each deed safe to do twice, tried again with growing pauses, given up visibly."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from companion.errors import CompanionError, NotFoundError, NotReadyError
from companion.mail.smtp import MailAwayError, MailError, MailRefusedError
from companion.models.jobs import OutboxEntry, OutboxState
from companion.services.connection import Connection
from companion.store import Database, outbox
from companion.store.slices import Slice
from lms_client import LmsError as ClientError
from lms_client import MoodleClient, SiteError

MOST_ATTEMPTS: Final = 12
FIRST_PAUSE: Final = timedelta(minutes=1)
"""Doubled after every attempt: the twelfth comes a day and a half after the first."""

KEPT: Final = timedelta(days=90)
"""How long what ended can be looked up."""

AWAY: Final = (SiteError, NotReadyError, MailAwayError)
"""What stops every deed of the same way, not this one alone."""

Deed = Callable[[OutboxEntry], None]
LmsDeed = Callable[[MoodleClient, OutboxEntry], None]


class RefusedError(Exception):
    """It will not be done, however often it is asked; an administrator should know."""


class UnneededError(Exception):
    """What has changed meanwhile makes it needless; nobody has to look."""


class OtherWayError(Exception):
    """Refused on this way; `kind` is another one, and `payload` what it is given."""

    def __init__(self, reason: str, kind: str, payload: Mapping[str, Any]) -> None:
        super().__init__(reason)
        self.kind = kind
        self.payload = payload


class OutboxService:
    """Works off the outbox, and shows it to administrators."""

    def __init__(
        self,
        db: Database,
        *,
        connection: Connection,
        clock: Callable[[], datetime],
        lms_deeds: Mapping[str, LmsDeed],
        deeds: Mapping[str, Deed],
    ) -> None:
        """Args: lms_deeds, deeds: by kind; the way of a kind is what stands before its dot."""
        self._db = db
        self._connection = connection
        self._clock = clock
        self._lms_deeds = dict(lms_deeds)
        self._deeds = dict(deeds)

    def work(self, most: int = 10_000) -> int:
        """Do what is due; gives how many entries were done.

        A failure never stops the rest, unless it is that of Moodle or the mail server as a whole: then what needs
        the same waits for the next time.
        """
        done, client, away = 0, None, set[str]()
        for _ in range(most):
            with self._db.begin() as session:
                entry = outbox.take(session, self._clock(), but_not=away)
            if entry is None:
                break
            try:
                if entry.kind in self._lms_deeds:
                    client = client or self._connection.client()
                done += self._do(client, entry)
            except AWAY as problem:
                self._later(entry, str(problem))
                away |= self._same_way(entry.kind)
        return done

    def counts(self) -> dict[OutboxState, int]:
        """How many entries stand how."""
        with self._db.read() as session:
            return outbox.counts(session)

    def failed(self) -> list[OutboxEntry]:
        """What was given up."""
        with self._db.read() as session:
            return list(outbox.failed(session))

    def page(self, wanted: Slice) -> tuple[list[OutboxEntry], int]:
        """A slice of the entries, and how many its filters leave in all."""
        with self._db.read() as session:
            rows, total = outbox.listed(session, wanted)
            return list(rows), total

    def again(self, entry_id: int) -> None:
        """Try an entry that was given up once more; raises NotFoundError where none such was."""
        with self._db.begin() as session:
            if not outbox.again(session, entry_id, self._clock()):
                raise NotFoundError(
                    "Nothing that was given up has this number. It may be on its way already."
                )

    def all_again(self) -> int:
        """Try everything that was given up once more; gives how many entries that are."""
        with self._db.begin() as session:
            return outbox.all_again(session, self._clock())

    def drop(self, entry_id: int, by: str) -> None:
        """Leave undone for good what was given up; raises NotFoundError where none such was."""
        with self._db.begin() as session:
            if not outbox.drop(session, entry_id, self._clock(), f"Dropped by {by}."):
                raise NotFoundError(
                    "Nothing that was given up has this number. It may be on its way already."
                )

    def forget(self) -> int:
        """Take away what ended long ago; gives how many entries. No key of a deed comes again after so long."""
        with self._db.begin() as session:
            return outbox.forget(session, self._clock() - KEPT)

    def _do(self, client: MoodleClient | None, entry: OutboxEntry) -> bool:
        try:
            self._deed(client, entry)
        except (RefusedError, MailRefusedError) as refused:
            with self._db.begin() as session:
                outbox.give_up(session, entry.id, str(refused)[:500])
            return False
        except UnneededError as needless:
            self._end(entry, OutboxState.DROPPED, str(needless))
            return False
        except OtherWayError as other:
            self._pass_on(entry, other)
            return False
        except AWAY:
            raise
        except (ClientError, CompanionError, MailError) as problem:
            self._later(entry, str(problem))
            return False
        except Exception as problem:  # noqa: BLE001 - a fault of ours in one deed must not hold up the others
            self._later(entry, f"A fault in Cairn: {type(problem).__name__}.")
            return False
        self._end(entry, OutboxState.DONE)
        return True

    def _deed(self, client: MoodleClient | None, entry: OutboxEntry) -> None:
        if client is None or entry.kind in self._deeds:
            self._deeds[entry.kind](entry)
        else:
            self._lms_deeds[entry.kind](client, entry)

    def _end(self, entry: OutboxEntry, state: OutboxState, reason: str | None = None) -> None:
        with self._db.begin() as session:
            outbox.end(session, entry, state, self._clock(), reason)

    def _pass_on(self, entry: OutboxEntry, other: OtherWayError) -> None:
        now = self._clock()
        with self._db.begin() as session:
            outbox.add(session, other.kind, {f"{entry.key}.{other.kind}": other.payload}, now)
            outbox.end(session, entry, OutboxState.PASSED_ON, now, str(other)[:500])

    def _later(self, entry: OutboxEntry, error: str) -> None:
        with self._db.begin() as session:
            if entry.attempts >= MOST_ATTEMPTS:
                outbox.give_up(session, entry.id, error[:500])
            else:
                pause = FIRST_PAUSE * 2 ** (entry.attempts - 1)
                outbox.postpone(session, entry.id, error[:500], self._clock() + pause)

    def _same_way(self, kind: str) -> set[str]:
        way = kind.partition(".")[0]
        return {each for each in (*self._lms_deeds, *self._deeds) if each.partition(".")[0] == way}
