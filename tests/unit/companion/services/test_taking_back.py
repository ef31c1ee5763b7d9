"""Taking back what moved an engagement: for ten minutes as if it had not been said, then no more; on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError
from companion.models.engagement import Engagement, EngagementMember, EngagementState
from companion.services.mentoring import Viewer
from companion.services.registry import Services
from companion.services.taking_back import UNDONE
from companion.store.sent import SentKind
from tests import rows
from tests.clock import Clock

Deed = Callable[[Services, Viewer, int], object]
DEEDS: dict[SentKind, tuple[EngagementState, Deed]] = {
    SentKind.ACCEPTED: (EngagementState.PROPOSED, lambda s, by, n: s.lifecycle.accept(by, n)),
    SentKind.DECLINED: (EngagementState.PROPOSED, lambda s, by, n: s.lifecycle.decline(by, n)),
    SentKind.PAUSED: (EngagementState.ACTIVE, lambda s, by, n: s.lifecycle.pause(by, n)),
    SentKind.RESUMED: (EngagementState.PAUSED, lambda s, by, n: s.lifecycle.resume(by, n)),
    SentKind.WISHED_LONGER: (EngagementState.ACTIVE, lambda s, by, n: s.lifecycle.extend(by, n, 1)),
    SentKind.CHARTER: (EngagementState.ACTIVE, lambda s, by, n: s.agreements.accept_charter(by, n, 0)),
}


class World:
    """Nia and Tomas, who accepted before her, in the last week of their engagement."""

    def __init__(self, services: Services) -> None:
        self.services = services
        with services.db.begin() as session:
            site = rows.site(session)
            course = rows.course(session, site)
            programme = rows.programme(session, site, [course])
            nia, tomas = (rows.person(session, site, name) for name in ("Nia", "Tomas"))
            made = rows.engagement(session, programme, nia, tomas, course_id=course.id)
            made.ends_on, made.paused_at = rows.NOW.date() + timedelta(days=5), rows.NOW - timedelta(days=3)
            self.number = made.id
            self.nia, self.tomas = (Viewer(who.id, course.id, teacher=False) for who in (nia, tomas))
            session.get_one(EngagementMember, (made.id, tomas.id)).accepted_at = rows.NOW

    def begin(self, state: EngagementState) -> None:
        with self.services.db.begin() as session:
            row = session.get_one(Engagement, self.number)
            row.state = state
            if state is not EngagementState.PAUSED:
                row.paused_at = None

    def kept(self) -> list[object]:
        with self.services.db.read() as session:
            member = EngagementMember.__table__
            of = (sa.select(Engagement.__table__), sa.select(member).order_by(member.c.person_id))
            return [tuple(row) for query in of for row in session.execute(query)]


@pytest.fixture
def world(services_on: Services) -> World:
    return World(services_on)


def test_everything_that_is_undone_so_is_tried_here() -> None:
    assert set(DEEDS) == set(UNDONE)


@pytest.mark.parametrize("kind", DEEDS)
def test_for_ten_minutes_it_is_as_if_it_had_not_been(world: World, clock: Clock, kind: SentKind) -> None:
    state, deed = DEEDS[kind]
    world.begin(state)
    services, before = world.services, world.kept()

    def undo(by: Viewer) -> None:
        services.taking_back.undo(by, kind, str(world.number))

    with pytest.raises(ConflictError):
        undo(world.nia)
    deed(services, world.nia, world.number)
    assert world.kept() != before
    clock.move(minutes=9)
    undo(world.nia)
    assert world.kept() == before
    services.outbox.work()
    deed(services, world.nia, world.number)
    clock.move(minutes=10)
    with pytest.raises(ConflictError):
        undo(world.nia)
    with pytest.raises(ConflictError):
        services.taking_back.undo(Viewer(world.nia.person_id, None, teacher=False), kind, "987654")


def test_what_another_said_is_not_ones_own_to_take_back(world: World) -> None:
    world.begin(EngagementState.PROPOSED)
    world.services.lifecycle.decline(world.nia, world.number)
    with pytest.raises(ConflictError):
        world.services.taking_back.undo(world.tomas, SentKind.DECLINED, str(world.number))
