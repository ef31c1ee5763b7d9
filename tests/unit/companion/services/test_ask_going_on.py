"""A week together after an ask, where both wish it."""

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError, InputError, NotFoundError
from companion.models.engagement import Engagement, EngagementMember, EngagementState, Side
from companion.models.jobs import OutboxEntry
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.lifecycle import BEGIN
from companion.store.sent import SentKind
from tests import rows
from tests.desk import Desk


def test_it_becomes_a_week_together_only_if_both_wish(desk: Desk) -> None:
    ask = desk.put()
    first, _ = desk.has(ask.id)
    assert not desk.service.wish(desk.by(first), ask.id)
    assert desk.service.wish(desk.by(desk.asker), ask.id, first)
    assert not desk.service.wish(desk.by(desk.asker), ask.id, first)
    with desk.db.read() as session:
        engagement = session.scalars(sa.select(Engagement)).one()
        sides = {m.person_id: m.side for m in session.scalars(sa.select(EngagementMember))}
        kinds = set(session.scalars(sa.select(OutboxEntry.kind)))
    assert (engagement.ends_on - engagement.starts_on).days == 6
    assert engagement.course_id == desk.course
    assert sides == {desk.asker: Side.LEARNER, first: Side.ADVISER}
    assert engagement.state is EngagementState.ACCEPTED
    assert kinds == {"lms.message", BEGIN}, "of the question; it begins once nobody can take it back"
    desk.service.undo(desk.by(desk.asker), SentKind.WISHED, f"{ask.id}-{first}")
    with desk.db.read() as session:
        assert not session.scalars(sa.select(Engagement)).all()
    assert desk.service.wish(desk.by(desk.asker), ask.id, first)
    desk.clock.move(minutes=10)
    with pytest.raises(ConflictError):
        desk.service.undo(desk.by(first), SentKind.WISHED, f"{ask.id}-")


def test_going_on_takes_a_seat_and_there_must_be_one(desk: Desk) -> None:
    ask = desk.put()
    first, _ = desk.has(ask.id)
    with desk.db.begin() as session:
        programme = session.get_one(Programme, desk.programme)
        rows.engagement(
            session, programme, session.get_one(Person, desk.stranger), session.get_one(Person, first)
        )
    desk.service.wish(desk.by(first), ask.id)
    with pytest.raises(InputError, match="no room"):
        desk.service.wish(desk.by(desk.asker), ask.id, first)
    with desk.db.read() as session:
        assert len(session.scalars(sa.select(Engagement)).all()) == 1


def test_the_attack_an_asker_cannot_wish_for_somebody_who_was_never_asked(desk: Desk) -> None:
    ask = desk.put()
    never = next(person for person in desk.advisers if person not in desk.has(ask.id))
    with pytest.raises(NotFoundError):
        desk.service.wish(desk.by(desk.asker), ask.id, never)
