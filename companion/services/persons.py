"""Answering for the data of people of the LMS: finding somebody, and taking along what is kept about them.

What people wrote is left out: administrators never read it. Who wants their own texts takes them along from the widget.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from companion.errors import NotFoundError
from companion.store import Database, audit, own_data, persons
from companion.store.audit import Subject
from companion.store.persons import PersonLine
from companion.store.slices import Slice


class PersonService:
    """Finds people and exports what is kept about them."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def page(self, wanted: Slice) -> tuple[Sequence[PersonLine], int]:
        """A slice of the people, and how many its filters leave in all."""
        with self._db.read() as session:
            return persons.found(session, wanted)

    def one(self, person_id: int) -> PersonLine:
        """One person; raises NotFoundError."""
        with self._db.read() as session:
            line = persons.one(session, person_id)
        if line is None:
            raise NotFoundError("There is no such person.")
        return line

    def export(self, person_id: int) -> bytes:
        """All that is kept about a person but what anybody wrote or told in confidence, as one JSON object.

        It is noted in the audit log.
        """
        self.one(person_id)
        with self._db.begin() as session:
            audit.note(session, "person.export", Subject("person", person_id), at=self._clock())
        with self._db.read() as session:
            facts = own_data.facts_of(session, person_id)
        told = {
            "made_at": self._clock().isoformat(),
            **{
                name: len(rows) if name in own_data.FOR_ONESELF else list(rows)
                for name, rows in facts.items()
            },
        }
        return json.dumps(told, ensure_ascii=False, indent=2, default=str).encode()
