"""Doing the work of the outbox: each deed safe to do twice, tried again with growing pauses, given up visibly."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape

from companion.errors import CompanionError, NotFoundError
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.people import Person
from companion.placement.groups import ensure_group
from companion.services.approval import GROUP, MESSAGE
from companion.services.connection import Connection
from companion.store import Database, engagements, lms, outbox, people, programmes
from lms_client import LmsError as ClientError
from lms_client import MoodleClient, NewMessage

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
"""Doubled after every attempt: the eighth comes about two hours after the first."""


class RefusedError(Exception):
    """The LMS will not do it, however often it is asked."""


class OutboxService:
    """Works off the outbox."""

    def __init__(self, db: Database, *, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._connection = connection
        self._clock = clock
        self._deeds: dict[str, Callable[[MoodleClient, OutboxEntry], None]] = {
            GROUP: self._group,
            MESSAGE: self._message,
        }

    def work(self, most: int = 10_000) -> int:
        """Do what is due; gives how many entries were done. A failure never stops the rest."""
        done = 0
        for _ in range(most):
            with self._db.begin() as session:
                entry = outbox.take(session, self._clock())
            if entry is None:
                break
            done += self._do(entry)
        return done

    def counts(self) -> dict[OutboxState, int]:
        """How many entries stand how."""
        with self._db.read() as session:
            return outbox.counts(session)

    def failed(self) -> list[OutboxEntry]:
        """What was given up."""
        with self._db.read() as session:
            return list(outbox.failed(session))

    def again(self, entry_id: int) -> None:
        """Try an entry that was given up once more; raises NotFoundError where none such was."""
        with self._db.begin() as session:
            if not outbox.again(session, entry_id, self._clock()):
                raise NotFoundError(
                    "Nothing that was given up has this number. It may be on its way already."
                )

    def _do(self, entry: OutboxEntry) -> bool:
        try:
            self._deeds[entry.kind](self._connection.client(), entry)
        except RefusedError as refused:
            with self._db.begin() as session:
                outbox.give_up(session, entry.id, str(refused)[:500])
            return False
        except (ClientError, CompanionError) as problem:
            self._later(entry, str(problem)[:500])
            return False
        except Exception as problem:  # noqa: BLE001 - a fault of ours in one deed must not hold up the others
            self._later(entry, f"A fault in Cairn: {type(problem).__name__}.")
            return False
        with self._db.begin() as session:
            outbox.finish(session, entry.id, self._clock())
        return True

    def _later(self, entry: OutboxEntry, error: str) -> None:
        with self._db.begin() as session:
            if entry.attempts >= MOST_ATTEMPTS:
                outbox.give_up(session, entry.id, error)
            else:
                pause = FIRST_PAUSE * 2 ** (entry.attempts - 1)
                outbox.postpone(session, entry.id, error, self._clock() + pause)

    def _group(self, client: MoodleClient, entry: OutboxEntry) -> None:
        engagement_id = int(entry.payload["engagement_id"])
        with self._db.read() as session:
            engagement = engagements.get(session, engagement_id)
            members = engagements.members(session, [engagement_id])[engagement_id]
            course = (
                lms.course(session, engagement.course_id) if engagement and engagement.course_id else None
            )
        if engagement is None or course is None:
            raise RefusedError(
                "The two share no course, so that no group can be made. They meet all the same."
            )
        group = ensure_group(client, course.lms_id, engagement_id, [m.lms_id for m in members if m.present])
        with self._db.begin() as session:
            kept = engagements.get(session, engagement_id)
            if kept is not None:
                kept.lms_group_id = group

    def _message(self, client: MoodleClient, entry: OutboxEntry) -> None:
        engagement_id, person_id = int(entry.payload["engagement_id"]), int(entry.payload["person_id"])
        with self._db.read() as session:
            engagement = engagements.get(session, engagement_id)
            person = people.get(session, person_id)
            programme = programmes.get(session, engagement.programme_id) if engagement else None
            partners = [
                member.full_name
                for member in engagements.members(session, [engagement_id])[engagement_id]
                if member.person_id != person_id
            ]
            course = (
                lms.course(session, engagement.course_id) if engagement and engagement.course_id else None
            )
        if person is None or programme is None or person.removed_at or person.suspended:
            raise RefusedError("The person is no longer in Moodle.")
        link = f"{self._connection.site().base_url}/course/view.php?id={course.lms_id}" if course else None
        text = _begin_text(person, partners, programme.name, link)
        sent = client.send_messages([NewMessage(user_id=person.lms_id, text=text, key=entry.key)])
        refusal = next((message.refusal for message in sent if message.refusal), None)
        if refusal:
            raise RefusedError("The person's Moodle preferences refuse messages from this account.")


def _begin_text(person: Person, partners: list[str], programme: str, link: str | None) -> str:
    """The message that an engagement begins, as HTML: names come from outside and are escaped."""
    where = (
        f'<a href="{escape(link)}">Open your course page</a> to meet there.'
        if link
        else "You meet in your courses."
    )
    return (
        f"<p>Hello {escape(person.full_name)},</p>"
        f"<p>in “{escape(programme)}” you now go part of the way with {escape(' and '.join(partners))}. "
        f"A first hello today is a good beginning. {where}</p>"
    )
