"""People who ask and answer."""

from datetime import timedelta
from secrets import token_urlsafe

import sqlalchemy as sa
from cryptography.fernet import Fernet

from companion.models.exchange import AskedPerson, AskedState
from companion.models.jobs import OutboxEntry
from companion.services.ask_passing import PASS_ON, AskPassingService
from companion.services.ask_view import AskView
from companion.services.asked_people import AskedPeople
from companion.services.asks import AskService
from companion.services.mentoring import Viewer
from companion.services.messages import Messenger
from companion.store import Cipher, Database, Texts
from tests import rows
from tests.clock import Clock

QUESTION = "The price list in section two has other figures than the shop. Which ones hold?"
ANSWER = "The shop. The list is from last year; tell Jo and it will be taken down."


class Desk:
    """A programme with one course, an asker and people who finished the course."""

    def __init__(self, db: Database, clock: Clock, advisers: int = 4) -> None:
        self.db, self.clock = db, clock
        cipher = Cipher(Fernet.generate_key().decode())
        messenger = Messenger(cipher, cipher, clock, "https://cairn.example.org")
        self.texts = Texts(cipher)
        people = AskedPeople(texts=self.texts, messages=messenger)
        self.service = AskService(db, texts=self.texts, clock=clock, people=people)
        self.passing = AskPassingService(db, people=people, clock=clock)
        with db.begin() as session:
            site = rows.site(session)
            course = rows.course(session, site)
            self.programme = rows.programme(session, site, [course], capacity=1).id
            self.course = course.id
            self.asker = self._person(session, site, course, "Nia Okafor", finished=False)
            self.advisers = [
                self._person(session, site, course, f"Adviser {number}") for number in range(advisers)
            ]
            self.stranger = self._person(session, site, course, "Sam Stranger", finished=False)

    def _person(self, session, site, course, name: str, *, finished: bool = True) -> int:  # type: ignore[no-untyped-def]
        person = rows.person(session, site, name, time_zone="Europe/Berlin", language="en")
        done = rows.NOW - timedelta(days=30) if finished else None
        rows.enrol(session, person, course, completed_at=done)
        return person.id

    def by(self, person_id: int) -> Viewer:
        return Viewer(person_id, self.course, teacher=False)

    def put(self, text: str = QUESTION, **given: object) -> AskView:
        values: dict[str, object] = {"section": None, "topics": (), "form_key": token_urlsafe(24), **given}
        return self.service.put(self.by(self.asker), text, **values)  # type: ignore[arg-type]

    def let_it_stand(self) -> None:
        """Wait until what was passed on can no longer be taken back; the work of it is done twice, as may happen."""
        self.clock.move(minutes=10)
        with self.db.read() as session:
            entries = session.scalars(sa.select(OutboxEntry).where(OutboxEntry.kind == PASS_ON)).all()
        for entry in (*entries, *entries):
            self.passing.pass_on_now(entry)

    def seen(self, ask_id: int, person_id: int) -> AskView | None:
        page = self.service.page(self.by(person_id))
        return next((view for view in (*page.mine, *page.inbox) if view.id == ask_id), None)

    def has(self, ask_id: int) -> list[int]:
        with self.db.read() as session:
            return list(
                session.scalars(
                    sa.select(AskedPerson.person_id)
                    .where(AskedPerson.ask_id == ask_id, AskedPerson.state != AskedState.PASSED_ON)
                    .order_by(AskedPerson.id)
                )
            )


def key() -> str:
    return token_urlsafe(24)
