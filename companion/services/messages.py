"""Telling people something: noted with the decision, told through Moodle, by e-mail where that fails."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from companion.mail.words import Words
from companion.models.jobs import OutboxEntry
from companion.store import Cipher, Session, UnreadableError, outbox
from companion.store.outbox import SEALED

MESSAGE: Final = "lms.message"
MAIL: Final = "mail.message"
"""Kinds of work in the outbox, each one way to somebody."""


@dataclass(frozen=True)
class Messenger:
    """Queues messages. What they say is encrypted while it waits and forgotten once it is told.

    Attributes:
        texts: encrypts with the text key.
        links: signs the addresses that stop reminders.
        base_url: of Cairn.
    """

    texts: Cipher
    links: Cipher
    clock: Callable[[], datetime]
    base_url: str

    def queue_message(
        self,
        session: Session,
        person_id: int,
        key: str,
        subject: str,
        text: str,
        *,
        link: str | None = None,
        link_text: str = "Open the page",
        stop_text: str | None = None,
        engagement_id: int | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Tell a person something, within the transaction that decides it.

        It goes through Moodle; where Moodle refuses it, and there is a mail server, by e-mail.

        Args:
            person_id: our number of the person.
            key: names the message among all: queued twice it is sent once.
            subject: one line, for e-mail; Moodle shows none.
            text: plain text in the person's language; an empty line parts paragraphs. Nobody else's words.
            link: address of the page that does the job.
            stop_text: for reminders alone: what the link is called that stops all of them.
            engagement_id: it is dropped where this engagement ends before it could be sent.
            due_at: when it is told, if not at once.
        """
        stop = self.stop_address(person_id) if stop_text else None
        words = Words(subject, text, link, link_text, stop, stop_text or "")
        payload = {"person_id": person_id, "engagement_id": engagement_id, SEALED: self.seal(words)}
        outbox.add(session, MESSAGE, {key: payload}, self.clock(), due_at)

    def queue_mail(
        self,
        session: Session,
        address: str,
        key: str,
        subject: str,
        text: str,
        *,
        link: str | None = None,
        link_text: str = "Open the page",
    ) -> None:
        """Write to an e-mail address that is nobody's in Moodle, such as an administrator's; else as queue_message."""
        sealed = self.seal(Words(subject, text, link, link_text), to=address)
        outbox.add(session, MAIL, {key: {SEALED: sealed}}, self.clock())

    def stop_address(self, person_id: int) -> str:
        """The address at which a person stops all reminders."""
        return f"{self.base_url}/stop/{self.links.encrypt(f'stop {person_id}').decode()}"

    def stopped_by(self, token: str) -> int | None:
        """The person whose address this was; None for a token that is not ours."""
        try:
            word, _, person_id = self.links.decrypt(token.encode()).partition(" ")
        except UnreadableError:
            return None
        return int(person_id) if word == "stop" else None

    def seal(self, words: Words, to: str | None = None) -> str:
        """Words, and an address, as they wait in the outbox."""
        return b64encode(self.texts.encrypt(json.dumps({"words": asdict(words), "to": to}))).decode()

    def unseal(self, entry: OutboxEntry) -> tuple[Words, str | None]:
        """What an entry says, and the address it goes to where it has one; raises UnreadableError with another key."""
        found = json.loads(self.texts.decrypt(b64decode(entry.payload[SEALED])))
        return Words(**found["words"]), found["to"]
