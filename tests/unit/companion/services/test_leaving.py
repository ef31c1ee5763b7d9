"""Parting: a pair ends, a circle goes on while both sides are there; those who stay are told, in their language."""

from datetime import date

import pytest
import sqlalchemy as sa

from companion.mentoring.engagement import Mover
from companion.models.engagement import Engagement, EngagementKind, EngagementMember, EngagementState, Side
from companion.models.jobs import OutboxEntry
from companion.models.lms import Course, Site
from companion.models.people import Person
from companion.services.leaving import leave_all, leave_gone
from companion.services.messages import MESSAGE, Messenger
from companion.store import Cipher, Database
from tests import rows
from tests.clock import Clock

KEY = "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="


@pytest.fixture
def messenger(clock: Clock) -> Messenger:
    return Messenger(Cipher(KEY), Cipher(KEY), clock, "https://cairn.example.org")


class Circle:
    """An adviser and three learners who meet in a course, each with another language."""

    def __init__(self, db: Database, state: EngagementState = EngagementState.ACTIVE) -> None:
        self.db = db
        with db.begin() as session:
            site: Site = rows.site(session)
            course: Course = rows.course(session, site)
            people = [
                rows.person(session, site, name, language=language)
                for name, language in (("Ana", "en"), ("Bo", "de"), ("Cleo", "es"), ("Dan", "xx"))
            ]
            programme = rows.programme(session, site, [course])
            self.id = rows.stored(
                session,
                Engagement(
                    programme_id=programme.id,
                    kind=EngagementKind.CIRCLE,
                    course_id=course.id,
                    state=state,
                    starts_on=date(2026, 11, 23),
                    ends_on=date(2026, 12, 20),
                    created_at=rows.NOW,
                ),
            ).id
            for who in people:
                side = Side.ADVISER if who is people[0] else Side.LEARNER
                session.add(EngagementMember(engagement_id=self.id, person_id=who.id, side=side))
            self.site_id, self.ids = site.id, {who.full_name: who.id for who in people}

    def state(self) -> EngagementState:
        with self.db.read() as session:
            return session.get_one(Engagement, self.id).state

    def told(self, messenger: Messenger) -> dict[str, str]:
        """What waits to be told, by who is told; taken out of the outbox."""
        names = {number: name for name, number in self.ids.items()}
        with self.db.begin() as session:
            entries = session.scalars(sa.select(OutboxEntry).where(OutboxEntry.kind == MESSAGE)).all()
            found = {names[e.payload["person_id"]]: messenger.unseal(e)[0].text for e in entries}
            session.execute(sa.delete(OutboxEntry))
        return found


def test_a_circle_goes_on_without_those_whom_the_lms_no_longer_has(
    db: Database, messenger: Messenger, clock: Clock
) -> None:
    circle = Circle(db)
    with db.begin() as session:
        session.get_one(Person, circle.ids["Bo"]).removed_at = clock()
        session.get_one(Person, circle.ids["Cleo"]).suspended = True
        session.flush()
        assert leave_gone(session, messenger, circle.site_id + 1, clock()) == 0
        assert leave_gone(session, messenger, circle.site_id, clock()) == 2
    assert circle.state() is EngagementState.ACTIVE
    told = circle.told(messenger)
    assert "Cleo left your circle" in told["Ana"]
    with db.begin() as session:
        assert leave_gone(session, messenger, circle.site_id, clock()) == 0
        leave_all(session, messenger, circle.ids["Ana"], Mover.MEMBER, clock())
    assert circle.state() is EngagementState.ENDED_EARLY
    assert list(circle.told(messenger)) == ["Dan"]


def test_those_who_stay_are_told_in_their_language_and_of_each_who_leaves(
    db: Database, messenger: Messenger, clock: Clock
) -> None:
    circle = Circle(db)
    with db.begin() as session:
        leave_all(session, messenger, circle.ids["Dan"], Mover.MEMBER, clock())
    told = circle.told(messenger)
    assert told["Bo"].startswith("Hallo Bo,\n\nDan hat deinen Kreis in „Onboarding companions“ verlassen.")
    assert told["Cleo"].startswith("Hola, Cleo:")
    assert told["Ana"].startswith("Hello Ana,")
    with db.begin() as session:
        leave_all(session, messenger, circle.ids["Bo"], Mover.MEMBER, clock())
        leave_all(session, messenger, circle.ids["Cleo"], Mover.MEMBER, clock())
    assert circle.state() is EngagementState.ENDED_EARLY
    assert "nobody’s fault" in circle.told(messenger)["Ana"]


def test_who_leaves_a_proposed_circle_keeps_nobody_waiting_and_nobody_is_told(
    db: Database, messenger: Messenger, clock: Clock
) -> None:
    circle = Circle(db, EngagementState.PROPOSED)
    with db.begin() as session:
        for name in ("Ana", "Bo", "Cleo"):
            session.get_one(EngagementMember, (circle.id, circle.ids[name])).accepted_at = clock()
    with db.begin() as session:
        leave_all(session, messenger, circle.ids["Dan"], Mover.MEMBER, clock())
    assert circle.state() is EngagementState.ACCEPTED
    assert circle.told(messenger) == {}
