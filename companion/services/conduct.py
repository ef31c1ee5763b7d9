"""What a programme asks of its people: its charter, its cadence, whether they are reminded, how long texts are kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.cadence import Table
from companion.mentoring.charter import MOST_NORMS, NORM_LIMIT, OURS, clean_norms
from companion.models.charter import Charter
from companion.models.programme import Programme
from companion.services.meeting_places import note_courses
from companion.store import Database, Session, audit, charters, programmes, watch
from companion.store.audit import Subject

NORMS_WRONG = f"Write 1 to {MOST_NORMS} norms, one a line, each of at most {NORM_LIMIT} characters."
SAME_NORMS = "These are the norms that hold already. Change one, or leave the charter as it is."
KEEP_DAYS = (30, 730)
"""Fewest and most days that texts stay after an engagement: a month to look back, and two years at the most."""


@dataclass(frozen=True, slots=True)
class CharterPage:
    """A programme's charter and who accepted it.

    Attributes:
        version: the current one; 0 is our own.
        versions: those of the programme, the newest first.
        people: in running engagements; accepted: those of them who accepted the current version.
    """

    programme: Programme
    version: int
    norms: tuple[str, ...]
    versions: Sequence[Charter]
    people: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Conduct:
    """How people are kept in touch, and what is kept of them."""

    cadence: Table
    nudges: bool
    keep_texts_days: int
    tells_took_part: bool


class ConductService:
    """Reads and changes what a programme asks of its people. Each change is noted in the audit log."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def charter(self, programme_id: int) -> CharterPage:
        """A programme's charter, with those before; raises NotFoundError."""
        with self._db.read() as session:
            row = _get(session, programme_id)
            people, accepted = charters.acceptance(session, programme_id, row.charter_version)
            return CharterPage(
                row,
                row.charter_version,
                _norms(session, row),
                charters.versions(session, programme_id),
                people,
                accepted,
            )

    def change_charter(self, programme_id: int, text: str, by: str) -> int:
        """Make a new version of a programme's charter, one norm a line; gives its number.

        Everybody in a running engagement reads on, and is asked to accept it before they write again.

        Raises:
            InputError: there are none, too many, or too long ones, or nothing is new.
            NotFoundError: no such programme.
        """
        norms = clean_norms(text)
        if not 1 <= len(norms) <= MOST_NORMS or any(len(norm) > NORM_LIMIT for norm in norms):
            raise InputError(NORMS_WRONG, {"norms": NORMS_WRONG})
        with self._db.begin() as session:
            row = _get(session, programme_id)
            if tuple(norms) == _norms(session, row):
                raise InputError(SAME_NORMS, {"norms": SAME_NORMS})
            made = charters.add(session, programme_id, norms, by, self._clock())
            self._note(session, programme_id, "programme.charter", {"version": made})
            return made

    def conduct(self, programme_id: int) -> tuple[Programme, Conduct]:
        """A programme and how it keeps its people in touch; raises NotFoundError."""
        with self._db.read() as session:
            row = _get(session, programme_id)
            return row, _conduct(row)

    def set_conduct(self, programme_id: int, wanted: Conduct) -> None:
        """Change how a programme keeps its people in touch. The cadence holds for running engagements as well.

        Raises:
            InputError: the numbers cannot be used, or texts would be kept for longer than people were told.
            NotFoundError: no such programme.
        """
        with self._db.begin() as session:
            row = _get(session, programme_id)
            _check(wanted, row, told=programmes.has_engagements(session, programme_id))
            before = _conduct(row)
            row.contact_days = wanted.cadence.contact_days
            row.nudges, row.tells_took_part = wanted.nudges, wanted.tells_took_part
            row.keep_texts_days = wanted.keep_texts_days
            if wanted.cadence != before.cadence:
                watch.forget(session, [programme_id])
                # The dates in the calendars of the groups follow.
                note_courses(session, programmes.meet_in(session, programme_id), self._clock())
            self._note(session, programme_id, "programme.conduct", _told(wanted))

    def _note(self, session: Session, programme_id: int, action: str, details: Mapping[str, int]) -> None:
        audit.note(session, action, Subject("programme", programme_id), details, at=self._clock())


def _get(session: Session, programme_id: int) -> Programme:
    row = programmes.get(session, programme_id)
    if row is None:
        raise NotFoundError("There is no such programme.")
    return row


def _norms(session: Session, row: Programme) -> tuple[str, ...]:
    found = charters.norms(session, row.id, row.charter_version)
    return tuple(found) if found is not None else OURS


def _conduct(row: Programme) -> Conduct:
    return Conduct(Table.of(row.contact_days), row.nudges, row.keep_texts_days, row.tells_took_part)


def _check(wanted: Conduct, row: Programme, *, told: bool) -> None:
    wrong = wanted.cadence.wrong()
    least, most = KEEP_DAYS
    if not least <= wanted.keep_texts_days <= most:
        wrong["keep_texts_days"] = f"Choose between {least} and {most} days."
    elif told and wanted.keep_texts_days > row.keep_texts_days:
        wrong["keep_texts_days"] = (
            f"People were told {row.keep_texts_days} days. Once there are engagements it can only become shorter."
        )
    if wrong:
        raise InputError("Some of it cannot be used.", wrong)


def _told(wanted: Conduct) -> dict[str, int]:
    table = wanted.cadence
    return {
        "weekly": table.weekly,
        "fortnightly": table.fortnightly,
        "monthly": table.monthly,
        "reminders": wanted.nudges,
        "keep_texts_days": wanted.keep_texts_days,
        "took_part": wanted.tells_took_part,
    }
