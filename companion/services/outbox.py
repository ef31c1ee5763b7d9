"""Doing the work of the outbox: each deed safe to do twice, tried again with growing pauses, given up visibly."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

from companion.errors import CompanionError, NotFoundError, NotReadyError
from companion.models.engagement import RUNNING, Engagement
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.lms import Course
from companion.placement.groups import ensure_group
from companion.services.approval import GROUP, MESSAGE
from companion.services.connection import Connection
from companion.store import Database, engagements, lms, outbox, people, programmes
from companion.store.engagements import Member
from lms_client import LmsError as ClientError
from lms_client import MoodleClient, NewMessage, SiteError

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
"""Doubled after every attempt: the eighth comes about two hours after the first."""


class RefusedError(Exception):
    """The LMS will not do it, however often it is asked."""


class OutboxService:
    """Works off the outbox."""

    def __init__(
        self,
        db: Database,
        *,
        connection: Connection,
        clock: Callable[[], datetime],
        deeds: Mapping[str, Callable[[OutboxEntry], None]] | None = None,
    ) -> None:
        """Args: deeds: by kind, those of others, which reach the LMS by ways of their own."""
        self._db = db
        self._connection = connection
        self._clock = clock
        self._others = dict(deeds or {})
        self._deeds: dict[str, Callable[[MoodleClient, OutboxEntry], None]] = {
            GROUP: self._group,
            MESSAGE: self._message,
        }

    def work(self, most: int = 10_000) -> int:
        """Do what is due; gives how many entries were done.

        A failure never stops the rest, unless it is that of the LMS as a whole: then the rest waits for the next time.
        """
        done, client = 0, None
        for _ in range(most):
            with self._db.begin() as session:
                entry = outbox.take(session, self._clock())
            if entry is None:
                break
            try:
                if entry.kind not in self._others:
                    client = client or self._connection.client()
                done += self._do(client, entry)
            except (SiteError, NotReadyError) as problem:
                self._later(entry, str(problem))
                break
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

    def _do(self, client: MoodleClient | None, entry: OutboxEntry) -> bool:
        try:
            self._deed(client, entry)
        except RefusedError as refused:
            with self._db.begin() as session:
                outbox.give_up(session, entry.id, str(refused)[:500])
            return False
        except (SiteError, NotReadyError):
            raise
        except (ClientError, CompanionError) as problem:
            self._later(entry, str(problem))
            return False
        except Exception as problem:  # noqa: BLE001 - a fault of ours in one deed must not hold up the others
            self._later(entry, f"A fault in Cairn: {type(problem).__name__}.")
            return False
        with self._db.begin() as session:
            outbox.finish(session, entry.id, self._clock())
        return True

    def _deed(self, client: MoodleClient | None, entry: OutboxEntry) -> None:
        if client is None or entry.kind in self._others:
            self._others[entry.kind](entry)
        else:
            self._deeds[entry.kind](client, entry)

    def _later(self, entry: OutboxEntry, error: str) -> None:
        with self._db.begin() as session:
            if entry.attempts >= MOST_ATTEMPTS:
                outbox.give_up(session, entry.id, error[:500])
            else:
                pause = FIRST_PAUSE * 2 ** (entry.attempts - 1)
                outbox.postpone(session, entry.id, error[:500], self._clock() + pause)

    def _group(self, client: MoodleClient, entry: OutboxEntry) -> None:
        engagement, members, course = self._running(entry)
        if course is None:
            raise RefusedError(
                "The two share no course, so that no group can be made. They meet all the same."
            )
        present = [member.lms_id for member in members if member.present]
        group = ensure_group(client, course.lms_id, engagement.id, present)
        with self._db.begin() as session:
            kept = engagements.get(session, engagement.id)
            if kept is not None:
                kept.lms_group_id = group

    def _message(self, client: MoodleClient, entry: OutboxEntry) -> None:
        engagement, members, course = self._running(entry)
        person_id = int(entry.payload["person_id"])
        with self._db.read() as session:
            person = people.get(session, person_id)
            programme = programmes.get(session, engagement.programme_id)
        if person is None or programme is None or person.removed_at or person.suspended:
            raise RefusedError("The person is no longer in Moodle.")
        partners = [member.full_name for member in members if member.person_id != person_id]
        link = f"{self._connection.site().base_url}/course/view.php?id={course.lms_id}" if course else None
        text = _begin_text(person.full_name, partners, programme.name, link)
        sent = client.send_messages([NewMessage(user_id=person.lms_id, text=text, key=entry.key)])
        refusal = next((message.refusal for message in sent if message.refusal), None)
        if refusal:
            raise RefusedError(f"Moodle did not deliver the message: {refusal}")

    def _running(self, entry: OutboxEntry) -> tuple[Engagement, Sequence[Member], Course | None]:
        """The engagement an entry is about, its people and their course; raises RefusedError once it has ended."""
        engagement_id = int(entry.payload["engagement_id"])
        with self._db.read() as session:
            engagement = engagements.get(session, engagement_id)
            members = engagements.members(session, [engagement_id])[engagement_id]
            course_id = engagement.course_id if engagement else None
            course = lms.course(session, course_id) if course_id is not None else None
        if engagement is None or engagement.state not in RUNNING:
            raise RefusedError("The engagement ended before this could be done.")
        return engagement, members, course


def _begin_text(person: str, partners: list[str], programme: str, link: str | None) -> str:
    """The message that an engagement begins, as HTML: names come from outside and are escaped."""
    where = (
        f'<a href="{escape(link)}">Open your course page</a> to meet there.'
        if link
        else "You meet in your courses."
    )
    return (
        f"<p>Hello {escape(person)},</p>"
        f"<p>in “{escape(programme)}” you now go part of the way with {escape(' and '.join(partners))}. "
        f"A first hello today is a good beginning. {where}</p>"
    )
