"""The watch finds who needs a look, and what it found is replaced by the next look."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from companion.models.concern import Concern, ConcernKind, ConcernState, Share
from companion.models.engagement import CheckIn, Contact, EngagementState, Feedback, Fit, Mood, TrustItem
from companion.models.people import Person
from companion.models.watch import ProgrammeWatch, Risk, RiskFound
from companion.services.registry import Services
from tests import rows
from tests.clock import Clock
from tests.rows import NOW


class World:
    """A programme of two new hires, Nia and Ola, and their adviser Tomas, who takes one; matched on NOW's day."""

    def __init__(self, services: Services) -> None:
        self.services = services
        hired = {"hiredate": NOW.date().isoformat()}
        with services.db.begin() as session:
            site = rows.site(session)
            course = rows.course(session, site)
            self.programme = rows.programme(session, site, [course], capacity=1)
            self.nia = rows.person(session, site, "Nia", profile=hired)
            self.ola = rows.person(session, site, "Ola", profile=hired)
            self.tomas = rows.person(session, site, "Tomas")
            for who in (self.nia, self.ola):
                rows.enrol(session, who, course)
            rows.enrol(session, self.tomas, course, completed_at=NOW - timedelta(days=30))
            self.engagement = rows.engagement(session, self.programme, self.nia, self.tomas)

    def check_in(self, by: Person, contact: Contact) -> None:
        self._say(CheckIn(mood=Mood.GOOD, contact=contact), by)

    def answer(self, by: Person, fit: Fit) -> None:
        self._say(Feedback(fit=fit, trust_item=TrustItem.ABILITY, trust_score=3), by)

    def _say(self, row: CheckIn | Feedback, by: Person) -> None:
        row.engagement_id, row.person_id = self.engagement.id, by.id
        row.created_at = self.services.clock()
        row.form_key = f"{type(row).__name__}-{by.id}-{row.created_at}"
        with self.services.db.begin() as session:
            session.add(row)

    def found(self) -> list[tuple[Risk, date]]:
        self.services.watch.run()
        with self.services.db.read() as session:
            kept = session.scalars(sa.select(RiskFound).order_by(RiskFound.rank))
            return [(row.risk, row.since) for row in kept]

    def figures(self) -> ProgrammeWatch:
        self.services.watch.run()
        with self.services.db.read() as session:
            return session.scalars(sa.select(ProgrammeWatch)).one()


@pytest.fixture
def world(services_on: Services) -> World:
    return World(services_on)


def test_an_engagement_without_a_first_contact_is_found_on_the_fifth_day(world: World, clock: Clock) -> None:
    clock.move(days=4)
    assert world.found() == []
    clock.move(days=1)
    assert world.found() == [(Risk.NO_FIRST_CONTACT, world.engagement.starts_on)]


def test_contact_ends_the_risk_and_silence_begins_another(world: World, clock: Clock) -> None:
    clock.move(days=5)
    assert world.found()
    world.check_in(world.nia, Contact.CALL)
    assert world.found() == []
    clock.move(days=14)
    assert world.found() == [(Risk.SILENCE, NOW.date() + timedelta(days=5))]


def test_somebody_who_was_not_in_touch_yet_is_no_first_contact(world: World, clock: Clock) -> None:
    clock.move(days=5)
    world.check_in(world.nia, Contact.NOT_YET)
    assert world.found() == [(Risk.NO_FIRST_CONTACT, world.engagement.starts_on)]


def test_the_last_word_of_each_on_the_fit_counts(world: World, clock: Clock) -> None:
    world.answer(world.tomas, Fit.NOT_GOOD)
    assert world.found() == [(Risk.NOT_GOOD, NOW.date())]
    clock.move(days=1)
    world.answer(world.nia, Fit.GOOD)
    assert world.found() == [(Risk.NOT_GOOD, NOW.date())]
    world.answer(world.tomas, Fit.GOOD)
    assert world.found() == []


def test_an_adviser_with_more_learners_than_seats_is_found(world: World) -> None:
    with world.services.db.begin() as session:
        rows.engagement(session, world.programme, world.ola, world.tomas)
    assert world.found() == [(Risk.OVER_CAPACITY, NOW.date())]


def test_what_has_ended_is_no_longer_at_risk(world: World, clock: Clock) -> None:
    clock.move(days=6)
    assert world.found()
    with world.services.db.begin() as session:
        session.merge(world.engagement).state = EngagementState.ENDED_EARLY
    assert world.found() == []


def test_the_figures_tell_coverage_seats_and_contact_of_this_week(world: World, clock: Clock) -> None:
    world.check_in(world.tomas, Contact.MESSAGE)
    told = world.figures()
    assert (told.new_hires, told.covered, told.recent_learners, told.seats) == (2, 1, 1, 1)
    assert (told.due, told.in_touch, told.as_of) == (1, 1, clock())
    clock.move(days=7)
    told = world.figures()
    assert (told.due, told.in_touch) == (1, 0)


def test_a_contact_counts_for_the_stretch_it_is_due_in_also_from_the_week_before(
    world: World, clock: Clock
) -> None:
    """One that began on a Thursday is due on Wednesdays: who met on Thursday is in touch."""
    begins = NOW.date() - timedelta(days=NOW.weekday()) + timedelta(days=3)
    with world.services.db.begin() as session:
        row = session.merge(world.engagement)
        row.starts_on, row.ends_on = begins, begins + timedelta(days=27)
    clock.move(days=(begins - NOW.date()).days)
    world.check_in(world.nia, Contact.CALL)
    clock.move(days=5)
    told = world.figures()
    assert (clock().weekday(), told.due, told.in_touch) == (1, 1, 1)
    with world.services.db.begin() as session:
        session.merge(world.engagement).state = EngagementState.PAUSED
    assert world.figures().due == 0, "nothing is asked of those who rest"


def test_a_programme_that_is_gone_has_nothing_to_look_at(world: World) -> None:
    assert world.services.watch.look(world.programme.id + 1) == 0


def test_a_concern_is_the_gravest_once_it_can_no_longer_be_taken_back(world: World, clock: Clock) -> None:
    with world.services.db.begin() as session:
        session.add(
            Concern(
                programme_id=world.programme.id,
                engagement_id=world.engagement.id,
                person_id=world.nia.id,
                kind=ConcernKind.CONCERN,
                share=Share.FACT,
                rematch=False,
                state=ConcernState.OPEN,
                created_at=clock(),
                form_key="concern",
            )
        )
    world.answer(world.nia, Fit.NOT_GOOD)
    assert world.found() == [(Risk.NOT_GOOD, NOW.date())]
    clock.move(minutes=10)
    assert world.found() == [(Risk.CONCERN, NOW.date()), (Risk.NOT_GOOD, NOW.date())]
    with world.services.db.begin() as session:
        session.execute(sa.update(Concern).values(state=ConcernState.HANDLED))
    assert world.found() == [(Risk.NOT_GOOD, NOW.date())]


def test_a_pause_stops_the_clock(world: World, clock: Clock) -> None:
    clock.move(days=6)
    assert world.found()
    with world.services.db.begin() as session:
        session.merge(world.engagement).state = EngagementState.PAUSED
    assert world.found() == []
