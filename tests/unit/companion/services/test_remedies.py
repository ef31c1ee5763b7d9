"""What a coordinator does about an engagement: it holds, people are told kindly, and it is on record."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError, NotFoundError
from companion.models.engagement import Engagement, EngagementState
from companion.models.jobs import OutboxEntry
from companion.models.watch import Remedy, RemedyTaken, Risk, RiskFound
from companion.services.messages import MESSAGE
from companion.services.registry import Services
from companion.store import programmes
from tests import rows
from tests.clock import Clock
from tests.rows import NOW


class World:
    """Nia and Tomas, who were matched a week ago and have not been in touch."""

    def __init__(self, services: Services) -> None:
        self.services = services
        with services.db.begin() as session:
            site = rows.site(session)
            course = rows.course(session, site)
            self.programme = rows.programme(session, site, [course])
            self.nia, self.tomas = rows.person(session, site, "Nia"), rows.person(session, site, "Tomas")
            starts_on = NOW.date() - timedelta(days=7)
            self.engagement = rows.engagement(
                session,
                self.programme,
                self.nia,
                self.tomas,
                course_id=course.id,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=27),
            )
        services.watch.run()

    def take(self, remedy: Remedy | None) -> None:
        self.services.attention.take(self.engagement.id, remedy, by="Ada")

    def now(self) -> Engagement:
        with self.services.db.read() as session:
            return session.get_one(Engagement, self.engagement.id)

    def told(self) -> int:
        with self.services.db.read() as session:
            messages = sa.select(sa.func.count()).where(OutboxEntry.kind == MESSAGE)
            return session.scalar(messages) or 0

    def recorded(self) -> list[tuple[Remedy, str]]:
        with self.services.db.read() as session:
            return [(row.remedy, row.by) for row in session.scalars(sa.select(RemedyTaken))]

    def risks(self) -> list[Risk]:
        with self.services.db.read() as session:
            return list(session.scalars(sa.select(RiskFound.risk)))


@pytest.fixture
def world(services_on: Services) -> World:
    return World(services_on)


def test_a_call_is_put_on_record_and_changes_nothing_else(world: World) -> None:
    assert world.risks() == [Risk.NO_FIRST_CONTACT]
    world.take(Remedy.CALL)
    assert world.recorded() == [(Remedy.CALL, "Ada")]
    assert (world.now().state, world.told()) == (EngagementState.ACTIVE, 0)


def test_both_are_reminded_at_most_once_a_week(world: World, clock: Clock) -> None:
    world.take(Remedy.NUDGE)
    assert world.told() == 2
    clock.move(days=1)
    with pytest.raises(ConflictError, match="within this week"):
        world.take(Remedy.NUDGE)
    assert (world.told(), world.recorded()) == (2, [(Remedy.NUDGE, "Ada")])
    clock.move(days=6)
    world.take(Remedy.NUDGE)
    assert world.told() == 4


def test_nobody_is_reminded_at_night(world: World, clock: Clock) -> None:
    clock.move(hours=13)
    with pytest.raises(ConflictError, match="night"):
        world.take(Remedy.NUDGE)
    assert world.told() == 0


def test_an_extension_moves_the_last_day_by_two_weeks(world: World) -> None:
    before = world.now().ends_on
    world.take(Remedy.EXTEND)
    assert world.now().ends_on == before + timedelta(weeks=2)
    assert world.told() == 2


def test_closing_ends_it_and_its_risks(world: World) -> None:
    world.take(Remedy.CLOSE)
    assert (world.now().state, world.now().ended_at) == (EngagementState.ENDED_EARLY, NOW)
    assert world.told() == 2
    assert world.risks() == []


def test_people_who_are_matched_anew_are_free_and_never_joined_again(world: World) -> None:
    world.take(Remedy.REMATCH)
    assert world.now().state is EngagementState.ENDED_EARLY
    assert world.told() == 2
    with world.services.db.read() as session:
        ties = programmes.ties(session, world.programme.id)
    assert world.nia.id not in ties.learning
    assert (world.nia.id, world.tomas.id) in ties.parted


def test_closed_or_unknown_engagements_have_no_remedy(world: World) -> None:
    world.take(Remedy.CLOSE)
    for remedy in (Remedy.EXTEND, Remedy.REMATCH, Remedy.CLOSE, Remedy.NUDGE):
        with pytest.raises(ConflictError):
            world.take(remedy)
    with pytest.raises(ConflictError, match="Choose"):
        world.take(None)
    with pytest.raises(NotFoundError):
        world.services.attention.take(world.engagement.id + 1, Remedy.CALL, by="Ada")
    assert world.recorded() == [(Remedy.CLOSE, "Ada")]
