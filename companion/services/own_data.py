"""My data: see it, take it along, have it erased, stop taking part, and say whether "took part" may be told."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from companion.errors import ConflictError, NotFoundError
from companion.matching import ENGLISH, Listener, Tongue, kept, tell
from companion.mentoring.undo import UNDO_FOR, can_be_undone
from companion.models.audience import Concept, Reader
from companion.models.jobs import OutboxEntry
from companion.models.people import Person
from companion.services.known import NOBODY
from companion.services.profiles import opened
from companion.services.retention import forgotten_before
from companion.store import (
    Database,
    Session,
    Texts,
    installation,
    outbox,
    own_data,
    people,
    purging,
    retention,
    said,
)
from companion.store.plain import Rows, plain

HELD = (
    "Your data is under a legal hold, so nothing of it can be erased just now. Your coordinator knows more."
)
GONE = "Somebody who left"
"""The name that stands where somebody was erased whom the LMS no longer has."""
OPT_OUT = "mentoring.opt_out"
"""Kind of work in the outbox: what stopping to take part means for others waits until it cannot be taken back."""
CHUNK = 500
"""Engagements purged in one transaction."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody decided about their data."""

    opted_out: bool
    nudges: bool
    took_part_shown: bool
    held: bool


class OwnDataService:
    """Serves "my data". The methods take the person; who that is, is the web's to know."""

    def __init__(
        self,
        db: Database,
        *,
        texts: Texts,
        clock: Callable[[], datetime],
        leave_all: Callable[[Session, int, datetime], int],
    ) -> None:
        """Args:
        leave_all: ends a person's engagements kindly, within the transaction.
        """
        self._db = db
        self._texts = texts
        self._clock = clock
        self._leave_all = leave_all

    def standing(self, person_id: int) -> Standing:
        """What the person decided. Raises NotFoundError."""
        with self._db.read() as session:
            person = people.get(session, person_id)
            if person is None:
                raise NotFoundError(NOBODY)
            row = own_data.wishes_of(session, person_id)
            return Standing(
                opted_out=person.opted_out_at is not None,
                nudges=row is None or row.nudges_stopped_at is None,
                took_part_shown=row is not None and row.took_part_shown_at is not None,
                held=row is not None and row.held_at is not None,
            )

    def everything(self, person_id: int, tongue: Tongue = ENGLISH) -> dict[str, Rows]:
        """All that is kept about the person, by kind: facts, what they wrote, what others wrote that they may read.

        Args:
            tongue: what sentences of ours are said in.
        """
        with self._db.read() as session:
            if people.get(session, person_id) is None:
                raise NotFoundError(NOBODY)
            facts = own_data.facts_of(session, person_id)
            return {
                **facts,
                "matchings": [_told(row, self._clock().date(), tongue) for row in facts["matchings"]],
                **own_data.texts_of(session, self._texts, person_id),
                Concept.SAID.value: self._said(session, person_id),
            }

    def _said(self, session: Session, person_id: int) -> Rows:
        told = self._texts.read(session, Reader(person_id), Concept.SAID, said.of_person(person_id))
        return [
            {
                "topics_wanted": sorted(own.topics_wanted),
                "topics_offered": sorted(own.topics_offered),
                "work_style": dict(own.work_style),
                "capacity": own.capacity,
                "paused_until": plain(own.paused_until),
            }
            for own in map(opened, told)
        ]

    def as_json(self, person_id: int, tongue: Tongue = ENGLISH) -> bytes:
        """All of it as one JSON object."""
        found = {"made_at": self._clock().isoformat(), **self.everything(person_id, tongue)}
        return json.dumps(found, ensure_ascii=False, indent=2).encode()

    def as_csv(self, person_id: int, tongue: Tongue = ENGLISH) -> bytes:
        """All of it as a ZIP archive with a CSV file for each kind."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
            for name, found in self.everything(person_id, tongue).items():
                files.writestr(f"{name}.csv", _table(found))
        return archive.getvalue()

    def opt_out(self, person_id: int) -> None:
        """Stop taking part: nobody is matched or asked any more.

        Once it can no longer be taken back, engagements end kindly and open questions close.
        """
        now = self._clock()
        with self._db.begin() as session:
            person = self._out(session, person_id, now)
            key = f"{OPT_OUT}-{person_id}-{person.opted_out_at:%Y%m%d%H%M%S%f}"
            outbox.add(session, OPT_OUT, {key: {"person_id": person_id}}, now, due_at=now + UNDO_FOR)

    def opt_out_now(self, entry: OutboxEntry) -> None:
        """Carry out for the others that somebody stopped taking part. Done twice it does nothing more."""
        now, person_id = self._clock(), int(entry.payload["person_id"])
        with self._db.begin() as session:
            person = people.get(session, person_id)
            out_at = person.opted_out_at if person else None
            if out_at is not None and not can_be_undone(out_at, now):
                self._end_all(session, person_id, now)

    def _out(self, session: Session, person_id: int, now: datetime) -> Person:
        person = people.get(session, person_id)
        if person is None:
            raise NotFoundError(NOBODY)
        person.opted_out_at = person.opted_out_at or now
        return person

    def _end_all(self, session: Session, person_id: int, now: datetime) -> None:
        self._leave_all(session, person_id, now)
        purging.close_asks(session, person_id, now)

    def opt_in(self, person_id: int) -> None:
        """Take part again; within ten minutes it is as if nothing had been."""
        with self._db.begin() as session:
            person = people.get(session, person_id)
            if person is None:
                raise NotFoundError(NOBODY)
            person.opted_out_at = None

    def show_took_part(self, person_id: int, shown: bool) -> None:
        """Agree that "took part" is told to the coordinator, or take that back (D17). Nothing else is ever told."""
        with self._db.begin() as session:
            if people.get(session, person_id) is None:
                raise NotFoundError(NOBODY)
            own_data.wishes(session, person_id).took_part_shown_at = self._clock() if shown else None

    def erase(self, person_id: int) -> Mapping[str, int]:
        """Erase a person's texts and traces, and stop taking part; by themselves, or by an administrator for them.

        Counts remain. What the LMS tells of them is the LMS's, and goes where they leave it.

        Raises:
            NotFoundError: there is no such person.
            ConflictError: a legal hold stands; nothing was done.
        """
        with self._db.begin() as session:
            if own_data.held(session, person_id):
                raise ConflictError(HELD)
            self._out(session, person_id, self._clock())
            self._end_all(session, person_id, self._clock())
            done = purging.erase(session, person_id)
            purging.forget_profile(session, person_id, GONE)
            own_data.wishes(session, person_id).erased_at = self._clock()
        return done

    def hold(self, person_id: int, held: bool) -> None:
        """For an administrator: put a legal hold on a person's data, or lift it."""
        with self._db.begin() as session:
            if people.get(session, person_id) is None:
                raise NotFoundError("There is no such person.")
            own_data.wishes(session, person_id).held_at = self._clock() if held else None

    def purge(self) -> int:
        """Take away texts kept long enough after their end, and whoever left long ago; counts stay.

        Gives how many rows lost a text, and how many people were forgotten.
        """
        now, done = self._clock(), self._forget_gone()
        while True:
            with self._db.begin() as session:
                ripe = purging.ripe_engagements(session, now, CHUNK)
                done += purging.purge_engagements(session, ripe, now) if ripe else 0
            if len(ripe) < CHUNK:
                break
        with self._db.begin() as session:
            return done + purging.purge_asks(session, now)

    def _forget_gone(self) -> int:
        """Erase whoever left the LMS long enough ago, where the installation chose so."""
        done = 0
        while True:
            with self._db.read() as session:
                look = installation.look(session)
                days = look.forget_gone_days if look else None
                before = forgotten_before(days, self._clock()) if days is not None else None
                found = retention.to_forget(session, before, CHUNK) if before is not None else []
            for person_id in found:
                with suppress(ConflictError):  # a hold was put on them just now
                    self.erase(person_id)
                    done += 1
            if len(found) < CHUNK:
                return done

    def took_part(self, programme_id: int) -> bytes:
        """For the programme's coordinator: who took part and agreed that it is told, as CSV. Nothing else is in it."""
        with self._db.read() as session:
            rows = own_data.took_part(session, programme_id)
        return _table(
            [{"name": name, "number": number or "", "took_part": "yes"} for name, number in rows]
        ).encode()


def _told(matching: Mapping[str, Any], today: date, tongue: Tongue) -> Mapping[str, Any]:
    """How somebody was matched, its reasons in the words for their side."""
    to = Listener(matching["side"])
    return {**matching, "reasons": [tell(kept(reason), to, today, tongue) for reason in matching["reasons"]]}


def _table(found: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    columns = list(dict.fromkeys(name for row in found for name in row))
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in found)
    return out.getvalue()


def _cell(value: object) -> str:
    """A value that no spreadsheet takes for a formula."""
    text = (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict | list)
        else ""
        if value is None
        else str(value)
    )
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
