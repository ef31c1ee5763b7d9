"""Whom a question is put to, and who has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from companion.mentoring.ask import Move, Part, moved
from companion.mentoring.nudge_words import words_of
from companion.mentoring.routing import MOST_ASKED
from companion.models.exchange import Ask, AskedPerson, AskedState, AskState
from companion.services.messages import Messenger
from companion.services.routing import put_to_more
from companion.store import Session, Texts, asks, lms, people, placements
from companion.store.asks import Asked

AT_FIRST: Final = 2
"""People an ask is put to at once: one may be away, and a third would work for nothing."""


def part_of(session: Session, row: Ask, person_id: int | None) -> AskedPerson | None:
    """What is kept of somebody who was asked; None of anybody else."""
    rows = asks.asked(session, [row.id])[row.id]
    return next((one.row for one in rows if one.row.person_id == person_id), None)


def having(session: Session, row: Ask) -> list[Asked]:
    """Those who were asked and did not pass it on."""
    return [a for a in asks.asked(session, [row.id])[row.id] if a.row.state is not AskedState.PASSED_ON]


class AskedPeople:
    """Puts questions to people who are able and have room, and tells them."""

    def __init__(self, *, texts: Texts, messages: Messenger) -> None:
        self._texts = texts
        self._messages = messages

    def put_to_first(self, session: Session, row: Ask, now: datetime) -> None:
        """Put a new question to the first two."""
        self._put_to_more(session, row, AT_FIRST, now)

    def put_to_next(self, session: Session, row: Ask, now: datetime) -> bool:
        """Put it to one more; gives whether there was one. Where nobody has it any longer and nobody can, it waits."""
        found = self._put_to_more(session, row, 1, now)
        if found:
            row.state = AskState.OPEN
        elif not having(session, row) and row.state is not AskState.PASSED_ON:
            row.state = moved(row.state, Move.RUN_OUT, Part.CLOCK)
        return found

    def _put_to_more(self, session: Session, row: Ask, most: int, now: datetime) -> bool:
        have = having(session, row)
        room = max(0, MOST_ASKED - len(have))
        added = put_to_more(
            session,
            row,
            texts=self._texts,
            silent=asks.full_this_week(session, now.date()),
            most=min(most, room),
            now=now,
        )
        if added:
            self._tell(session, row, added)
        elif not have:
            row.state = AskState.PASSED_ON
        return bool(added)

    def _tell(self, session: Session, row: Ask, added: Sequence[AskedPerson]) -> None:
        """News, not a reminder: it is told once and at once, or nobody could be asked in the moment (D4)."""
        address = _address(session, row)
        for one in added:
            person = people.get(session, one.person_id)
            words = words_of("asked", person.language if person else None)
            key = f"ask-{row.id}-{one.person_id}"
            self._messages.queue_message(
                session, one.person_id, key, words.subject, words.text, link=address, link_text=words.link
            )


def _address(session: Session, row: Ask) -> str | None:
    site = lms.site(session)
    if site is None or row.course_id is None:
        return None
    found = placements.find(session, row.course_id, "ask")
    if found is not None:
        return f"{site.base_url}/mod/lti/view.php?id={found.lms_module_id}"
    course = lms.course(session, row.course_id)
    return f"{site.base_url}/course/view.php?id={course.lms_id}" if course else None
