"""The deeds that tell people something: through Moodle, and by e-mail where Moodle refuses."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from companion.errors import NotReadyError
from companion.mail.letter import BadAddressError, compose
from companion.mail.smtp import MailRefusedError, Smtp
from companion.mail.words import Words
from companion.mentoring.begin_words import begin_words
from companion.mentoring.messages import Occasion, said
from companion.models.engagement import HOLDING, EngagementState
from companion.models.jobs import OutboxEntry
from companion.models.people import Person
from companion.services.messages import MAIL, Messenger
from companion.services.outbox import OtherWayError, RefusedError, UnneededError
from companion.store import Database, engagements, lms, people, programmes
from companion.store.outbox import SEALED
from lms_client import FunctionUnavailable, MissingCapability, MoodleClient, NewMessage

CLOCKS_APART: Final = timedelta(minutes=10)
"""How far Moodle's clock may be behind ours when a message is looked for there."""


class TellingDeeds:
    """Tells what waits in the outbox."""

    def __init__(
        self, db: Database, *, messenger: Messenger, mail: Smtp | None, clock: Callable[[], datetime]
    ) -> None:
        """Args: mail: None where no mail server is set."""
        self._db = db
        self._messenger = messenger
        self._mail = mail
        self._clock = clock

    def through_moodle(self, client: MoodleClient, entry: OutboxEntry) -> None:
        """Send a message in Moodle, unless an attempt before this one did."""
        person = self._person(entry)
        text = self._words(entry, person)[0].as_html()
        if entry.attempts > 1 and _was_sent(client, person.lms_id, text, entry.created_at - CLOCKS_APART):
            return
        try:
            (sent,) = client.send_messages([NewMessage(person.lms_id, text, _token(entry.key))])
        except (FunctionUnavailable, MissingCapability) as problem:
            if self._mail is None or not person.email:
                raise
            raise OtherWayError(str(problem), MAIL, entry.payload) from None
        if sent.refusal is None:
            return
        reason = f"Moodle did not deliver the message: {sent.refusal}"
        if self._mail is None:
            raise RefusedError(f"{reason} No mail server is set that could take it instead.")
        if not person.email:
            raise RefusedError(f"{reason} No e-mail address is known either.")
        raise OtherWayError(reason, MAIL, entry.payload)

    def by_mail(self, entry: OutboxEntry) -> None:
        """Send a letter. Sent twice, it has the same Message-ID, by which mail systems drop the second."""
        person = self._person(entry) if "person_id" in entry.payload else None
        words, to = self._words(entry, person)
        if self._mail is None:
            raise NotReadyError("No mail server is set: CAIRN_MAIL_HOST and its like (docs/operations.md).")
        if not to:
            raise RefusedError("No e-mail address is known.")
        try:
            letter = compose(words, to=to, sender=self._mail.sender, key=entry.key, now=self._clock())
        except BadAddressError as problem:
            raise MailRefusedError(str(problem)) from None
        self._mail.send(letter)

    def _person(self, entry: OutboxEntry) -> Person:
        """Who is told; raises UnneededError where there is nobody to tell any more, or nothing."""
        engagement_id = entry.payload.get("engagement_id")
        with self._db.read() as session:
            person = people.get(session, int(entry.payload["person_id"]))
            about = engagements.get(session, engagement_id) if engagement_id is not None else None
        if engagement_id is not None and (about is None or about.state not in HOLDING):
            raise UnneededError("The engagement ended before this could be done.")
        if person is None or person.removed_at or person.suspended:
            raise UnneededError("The person is no longer in Moodle.")
        return person

    def _words(self, entry: OutboxEntry, person: Person | None) -> tuple[Words, str | None]:
        """What is said, and the e-mail address it could go to."""
        if SEALED not in entry.payload and person is not None:
            joined = frozenset(entry.payload.get("joined", ()))
            return self._beginning(int(entry.payload["engagement_id"]), person, joined), person.email
        words, to = self._messenger.unseal(entry)
        return words, to or (person.email if person else None)

    def _beginning(self, engagement_id: int, person: Person, joined: frozenset[int]) -> Words:
        """That an engagement begins, in the names of today, or that somebody joined it."""
        with self._db.read() as session:
            engagement = engagements.get(session, engagement_id)
            members = engagements.members(session, [engagement_id])[engagement_id]
            programme = programmes.get(session, engagement.programme_id) if engagement else None
            course = (
                lms.course(session, engagement.course_id) if engagement and engagement.course_id else None
            )
            site = lms.site(session)
        if programme is None or site is None:
            raise UnneededError("The engagement ended before this could be done.")
        page = f"{site.base_url}/course/view.php?id={course.lms_id}" if course else None
        others = [member.full_name for member in members if member.person_id != person.id]
        if joined:
            names = [member.full_name for member in members if member.person_id in joined]
            told = said(
                Occasion.JOINED,
                person.language,
                person=person.full_name,
                names=names,
                programme=programme.name,
            )
            return Words(told.subject, told.text, page, told.link)
        if engagement is not None and engagement.state is EngagementState.PROPOSED:
            asked = said(
                Occasion.PROPOSED,
                person.language,
                person=person.full_name,
                names=others,
                programme=programme.name,
            )
            return Words(asked.subject, asked.text, page, asked.link)
        words = begin_words(
            person.language, person.full_name, others, programme.name, has_page=page is not None
        )
        return Words(words.subject, words.text, page, words.link)


def _was_sent(client: MoodleClient, user_id: int, text: str, since: datetime) -> bool:
    """Whether the attempt before reached Moodle, whose answer then did not reach us."""
    try:
        return any(told.text == text and told.sent_at >= since for told in client.messages_sent_to(user_id))
    except (FunctionUnavailable, MissingCapability):
        return False  # cannot be known: twice is better than never (decision 5)


def _token(key: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in key)
