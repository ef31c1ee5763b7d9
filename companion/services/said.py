"""What people say about themselves for the matching, and whom they would like to be paired with or not."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from companion.errors import InputError, NotFoundError
from companion.matching.profiles import STYLE_LIMIT
from companion.models.audience import Concept, Reader
from companion.models.said import WishKind
from companion.services.profiles import NOTHING_SAID, Own, opened
from companion.services.programmes import MOST_LEARNERS
from companion.store import Database, Texts, said

STYLES: Final = ("pace", "planning", "directness", "detail", "sociability")
"""What can be said of how one likes to work, each from -2 to 2."""
MOST_TOPICS: Final = 10
LONGEST_TOPIC: Final = 60
MOST_WISHES: Final = 20
LONGEST_PAUSE: Final = timedelta(days=366)

TOO_MANY_TOPICS = "Name at most 10 topics, each of at most 60 characters."
PAUSE_WRONG = "Choose a day from today on, within a year."
CAPACITY_WRONG = "Choose between 0 and 4 people."
NOBODY = "Nobody in this course is called that. Write the full name as it stands in the list of participants."
SEVERAL = "Several people in this course are called that. Write the e-mail address instead."
ONESELF = "That is you."
ENOUGH = "These are 20 people already: take one off the list first."


@dataclass(frozen=True, slots=True)
class Wished:
    """Somebody a person asked for, or asked not to be paired with."""

    person_id: int
    name: str
    kind: WishKind


@dataclass(frozen=True, slots=True)
class SaidView:
    """What one person said, as that person sees it."""

    own: Own
    wishes: tuple[Wished, ...]


class SaidService:
    """Every method is about the person who asks: nobody reads what another one said."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime], texts: Texts) -> None:
        self._db = db
        self._clock = clock
        self._texts = texts

    def view(self, person_id: int) -> SaidView:
        """What this person said; empty where nothing was."""
        with self._db.read() as session:
            told = self._texts.read(session, Reader(person_id), Concept.SAID, said.of_person(person_id))
            wishes = tuple(
                Wished(other.id, other.full_name, kind) for other, kind in said.wishes_of(session, person_id)
            )
            return SaidView(opened(told[0]) if told else NOTHING_SAID, wishes)

    def keep(
        self,
        person_id: int,
        *,
        wanted: str,
        offered: str,
        style: Mapping[str, int],
        capacity: int | None,
        paused_until: date | None,
    ) -> None:
        """Keep what a person says, in the place of what was said before.

        Args:
            wanted: topics separated by commas; likewise offered.
            style: answers by STYLES; those left out are not answered.

        Raises:
            InputError: with a sentence for every field that cannot be used.
        """
        now = self._clock()
        topics = {"topics_wanted": _topics(wanted), "topics_offered": _topics(offered)}
        wrong = {name: TOO_MANY_TOPICS for name, found in topics.items() if not _short(found)}
        if capacity is not None and not 0 <= capacity <= MOST_LEARNERS:
            wrong["capacity"] = CAPACITY_WRONG
        if paused_until is not None and not now.date() <= paused_until <= now.date() + LONGEST_PAUSE:
            wrong["paused_until"] = PAUSE_WRONG
        if wrong:
            raise InputError("Nothing was kept yet.", wrong)
        answers = {
            name: value for name, value in style.items() if name in STYLES and abs(value) <= STYLE_LIMIT
        }
        row = {
            "person_id": person_id,
            "words_encrypted": self._texts.seal(json.dumps({**topics, "work_style": answers})),
            "capacity": capacity,
            "paused_until": paused_until,
            "changed_at": now,
        }
        with self._db.begin() as session:
            said.put(session, row)

    def advise(self, person_id: int, *, offered: str, capacity: int) -> None:
        """Say yes to advising: with what, and how many people at a time. What was said beside it stays.

        Raises InputError as `keep` does.
        """
        known = self.view(person_id).own
        self.keep(
            person_id,
            wanted=", ".join(known.topics_wanted),
            offered=offered,
            style=known.work_style,
            capacity=capacity,
            paused_until=None,
        )

    def wish(self, person_id: int, course_id: int, name: str, kind: WishKind) -> None:
        """Ask for somebody of the same course, or ask not to be paired with them. Only who asks ever sees it.

        Raises:
            InputError: nobody, or more than one, is called that.
        """
        with self._db.begin() as session:
            found = said.named(session, course_id, name) if name.strip() else ()
            known = said.wishes_of(session, person_id)
            wrong = _wrong(person_id, [each.id for each in found], len(known))
            if wrong:
                raise InputError(wrong, {"name": wrong})
            said.wish(session, person_id, found[0].id, kind)

    def unwish(self, person_id: int, other_id: int) -> None:
        """Take a wish back; raises NotFoundError where there was none."""
        with self._db.begin() as session:
            if not said.unwish(session, person_id, other_id):
                raise NotFoundError("This wish was taken back before.")


def _wrong(person_id: int, found: Sequence[int], known: int) -> str | None:
    if not found:
        return NOBODY
    if len(found) > 1:
        return SEVERAL
    if found[0] == person_id:
        return ONESELF
    return ENOUGH if known >= MOST_WISHES else None


def _topics(given: str) -> list[str]:
    return sorted({" ".join(topic.split()).casefold() for topic in given.split(",") if topic.strip()})


def _short(topics: Sequence[str]) -> bool:
    return len(topics) <= MOST_TOPICS and all(len(topic) <= LONGEST_TOPIC for topic in topics)
