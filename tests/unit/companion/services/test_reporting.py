"""Reports count what was done in whole weeks, never about fewer people than the threshold, and never take it back."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from companion.errors import InputError, NotFoundError
from companion.mentoring.reporting.book import Page, Question, report
from companion.mentoring.reporting.cells import Cell
from companion.mentoring.reporting.groups import ReportingGroup
from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import CheckIn, Contact, EngagementState, Feedback, Fit, Mood, TrustItem
from companion.models.exchange import Ask, AskState, AskWord, WordKind
from companion.models.people import Person
from companion.models.reporting import Dimension, ReportCell, ReportSum, Source
from companion.models.reporting import ReportingGroup as Kept
from companion.services.registry import Services
from companion.services.reporting import Measured, ReportView
from tests import rows
from tests.clock import Clock
from tests.rows import NOW

SALES, SUPPORT = "Sales", "Support"


class World:
    """Learners of departments, each with an adviser of their own, matched on NOW's day, a Monday."""

    def __init__(self, services: Services, departments: Sequence[str]) -> None:
        self.services = services
        with services.db.begin() as session:
            site = rows.site(session)
            self.programme = rows.programme(session, site, [rows.course(session, site)])
            self.pairs = [
                (
                    rows.person(session, site, f"Learner {number}", department=department),
                    rows.person(session, site, f"Adviser {number}"),
                )
                for number, department in enumerate(departments)
            ]
            self.engagements = [
                rows.engagement(session, self.programme, learner, adviser) for learner, adviser in self.pairs
            ]

    def check_in(self, *numbers: int, contact: Contact = Contact.CALL) -> None:
        for number in numbers:
            self._say(CheckIn(mood=Mood.GOOD, contact=contact), number, self.pairs[number][0])

    def answer(self, fit: Fit, *numbers: int, side: int = 0, trust: int = 4) -> None:
        for number in numbers:
            said = Feedback(fit=fit, trust_item=TrustItem.ABILITY, trust_score=trust)
            self._say(said, number, self.pairs[number][side])

    def _say(self, row: CheckIn | Feedback, number: int, by: Person) -> None:
        row.engagement_id, row.person_id = self.engagements[number].id, by.id
        row.created_at = self.services.clock()
        row.form_key = f"{type(row).__name__}-{by.id}-{row.created_at}"
        with self.services.db.begin() as session:
            session.add(row)

    def told(self, **question: object) -> ReportView:
        self.services.reporting.run()
        return self.services.reporting.report(self.programme.id, **question)  # type: ignore[arg-type]


def of(view: ReportView, source: Source) -> Measured:
    return next(each for each in view.measured if each.source is source)


@pytest.fixture
def world(services_on: Services) -> World:
    """Twelve of Sales and eight of Support."""
    return World(services_on, [SALES] * 12 + [SUPPORT] * 8)


def test_a_week_is_told_once_it_is_over(world: World, clock: Clock) -> None:
    world.check_in(*range(15))
    assert not of(world.told(), Source.CONTACT).tally
    clock.move(days=7)
    contact = of(world.told(), Source.CONTACT)
    assert contact.tally == {"due": 20, "in_touch": 15}
    assert contact.headline == 0.75
    assert contact.weeks == ((NOW.date(), {"due": 20, "in_touch": 15}, 0.75),)


def test_a_report_is_narrowed_to_a_department(world: World, clock: Clock) -> None:
    world.check_in(*range(6))
    clock.move(days=7)
    view = world.told(dimension=Dimension.DEPARTMENT, value=SALES)
    assert view.people == 12
    assert of(view, Source.CONTACT).tally == {"due": 12, "in_touch": 6}
    assert view.choices[Dimension.DEPARTMENT] == [SALES, SUPPORT]
    nobody = world.told(dimension=Dimension.DEPARTMENT, value="Legal")
    assert (nobody.people, of(nobody, Source.CONTACT).tally) == (0, {})


def test_answers_of_too_few_wait_for_more(world: World, clock: Clock) -> None:
    world.answer(Fit.NOT_GOOD, 0, 1)
    clock.move(days=7)
    assert not of(world.told(), Source.FIT).tally
    world.answer(Fit.GOOD, 2, 3, 4, side=1, trust=2)
    clock.move(days=7)
    view = world.told()
    assert of(view, Source.FIT).tally == {"good": 3, "unsure": 0, "not_good": 2}
    assert of(view, Source.TRUST).tally == {"1": 0, "2": 3, "3": 0, "4": 2, "5": 0}
    assert [week for week, _, _ in of(view, Source.FIT).weeks] == [NOW.date() + timedelta(days=7)]


def test_a_date_range_takes_whole_cells_only(world: World, clock: Clock) -> None:
    for _ in range(3):
        world.check_in(*range(20))
        clock.move(days=7)
    second = NOW.date() + timedelta(days=7)
    within = world.told(since=second, until=second + timedelta(days=6))
    assert of(within, Source.CONTACT).tally == {"due": 20, "in_touch": 20}
    assert not of(world.told(since=second, until=second + timedelta(days=5)), Source.CONTACT).tally
    assert not of(
        world.told(since=second + timedelta(days=1), until=second + timedelta(days=6)), Source.CONTACT
    ).tally


def test_how_long_the_first_contact_took_and_who_became_an_adviser(world: World, clock: Clock) -> None:
    world.check_in(*range(12))
    clock.move(days=4)
    world.check_in(*range(20))
    with world.services.db.begin() as session:
        for engagement in world.engagements:
            session.merge(engagement).state = EngagementState.CLOSED
        for learner, _ in world.pairs[:6]:
            rows.engagement(session, world.programme, world.pairs[19][1], learner, starts_on=clock().date())
    clock.move(days=38)
    view = world.told()
    assert of(view, Source.FIRST_CONTACT).tally == {
        "day_2": 12,
        "day_5": 8,
        "day_9": 0,
        "day_14": 0,
        "later": 0,
    }
    assert of(view, Source.ADVISING).tally["finished"] == 20
    assert of(view, Source.ADVISING).tally["advising"] == 6


def test_commitments_and_asks_are_counted(world: World, clock: Clock) -> None:
    states = [CommitmentState.KEPT] * 3 + [
        CommitmentState.LATE,
        CommitmentState.DROPPED,
        CommitmentState.OPEN,
    ]
    with world.services.db.begin() as session:
        for number, state in enumerate(states):
            session.add(
                Commitment(
                    engagement_id=world.engagements[number].id,
                    person_id=world.pairs[number][1].id,
                    due_on=clock().date(),
                    state=state,
                    was_late=False,
                    created_at=clock(),
                    settled_at=None if state is CommitmentState.OPEN else clock(),
                    form_key=f"commitment-{number}",
                )
            )
        for number in range(6):
            asker, adviser = world.pairs[number]
            ask = rows.stored(
                session,
                Ask(
                    programme_id=world.programme.id,
                    asker_id=asker.id,
                    topics=[],
                    state=AskState.ANSWERED,
                    created_at=clock(),
                    last_at=clock() + timedelta(hours=20 * number),
                    form_key=f"ask-{number}",
                ),
            )
            for hours in (20 * number, 20 * number + 1) if number else ():
                session.add(
                    AskWord(
                        ask_id=ask.id,
                        author_id=adviser.id,
                        kind=WordKind.ANSWER,
                        created_at=clock() + timedelta(hours=hours),
                        form_key=f"answer-{number}-{hours}",
                    )
                )
    clock.move(days=14)
    view = world.told()
    assert of(view, Source.COMMITMENTS).tally == {"kept": 3, "late": 1, "dropped": 1}
    assert of(view, Source.COMMITMENTS).headline == 0.6
    asks = of(view, Source.ASKS)
    assert asks.tally == {"asked": 6, "hour_1": 0, "hour_24": 1, "hour_72": 2, "later": 2}
    assert asks.headline == 1 / 6


def test_writing_up_twice_changes_nothing(world: World, clock: Clock) -> None:
    world.check_in(*range(20))
    clock.move(days=15)
    assert world.services.reporting.run() > 0
    first = world.told()
    assert world.services.reporting.run() == 0
    assert world.told().measured == first.measured


def test_what_an_erased_person_did_stays_counted(world: World, clock: Clock) -> None:
    world.check_in(*range(20))
    clock.move(days=7)
    before = world.told()
    with world.services.db.begin() as session:
        session.execute(sa.delete(Person).where(Person.id == world.pairs[0][0].id))
    clock.move(days=1)
    after = world.told()
    assert (after.people, after.measured) == (before.people, before.measured)


def test_a_handful_of_people_is_never_reported_on(services_on: Services, clock: Clock) -> None:
    few = World(services_on, [SALES] * 4)
    few.check_in(0, 1, 2, 3)
    clock.move(days=60)
    view = few.told()
    assert view.people == 0
    assert view.choices == {}
    assert all(not measured.tally for measured in view.measured)


def test_thresholds_are_fixed_at_the_start_and_only_rise(world: World, clock: Clock) -> None:
    with pytest.raises(NotFoundError):
        world.services.reporting.raise_thresholds(world.programme.id, least=8, least_for_text=10)
    world.check_in(*range(20))
    clock.move(days=7)
    assert world.told().choices[Dimension.DEPARTMENT] == [SALES, SUPPORT]
    for least, text in ((4, 10), (6, 9), (9, 8), (6, 2000)):
        with pytest.raises(InputError):
            world.services.reporting.raise_thresholds(world.programme.id, least=least, least_for_text=text)
    world.services.reporting.raise_thresholds(world.programme.id, least=9, least_for_text=12)
    view = world.told()
    assert view.rules is not None
    assert (view.rules.least, view.rules.least_for_text) == (9, 12)
    assert Dimension.DEPARTMENT not in view.choices
    assert of(view, Source.CONTACT).tally == {"due": 20, "in_touch": 20}
    with pytest.raises(InputError):
        world.services.reporting.raise_thresholds(world.programme.id, least=5, least_for_text=12)


def test_a_threshold_above_everybody_ends_the_reports_for_good(world: World, clock: Clock) -> None:
    world.check_in(*range(20))
    clock.move(days=7)
    world.services.reporting.run()
    world.services.reporting.raise_thresholds(world.programme.id, least=30, least_for_text=30)
    view = world.told()
    assert view.people == 0
    assert all(not measured.tally for measured in view.measured)


def test_every_answer_is_a_sum_of_whole_kept_cells_of_enough_people(world: World, clock: Clock) -> None:
    """So the property of the pure book, which is tested against an attacker, holds for what is served."""
    for week in range(4):
        world.check_in(*range(week, 20, 2))
        world.answer(Fit.GOOD, *range(week, 20, 3))
        clock.move(days=7)
        world.services.reporting.run()
    with world.services.db.read() as session:
        kept = session.scalars(sa.select(ReportCell)).all()
        groups = session.scalars(sa.select(Kept)).all()
        assert session.scalar(sa.select(sa.func.count()).select_from(ReportSum))
    assert kept
    assert all(cell.people >= 5 for cell in kept)
    pages = [_page(group, kept) for group in groups]
    for dimension, value in ((None, None), (Dimension.DEPARTMENT, SALES), (Dimension.DEPARTMENT, SUPPORT)):
        for first in range(5):
            for last in range(first, 5):
                since, until = _week(first), _week(last) + timedelta(days=6)
                view = world.told(dimension=dimension, value=value, since=since, until=until)
                told = {m.source: _without_zeros(m) for m in view.measured if m.tally}
                question = Question({dimension: value} if dimension and value else {}, since, until)
                expected = report(pages, question, 5)
                assert told == {key: dict(tally) for key, tally in expected.tallies.items()}


def _week(number: int) -> date:
    return NOW.date() + timedelta(weeks=number)


def _without_zeros(measured: Measured) -> dict[str, int]:
    return {part: n for part, n in measured.tally.items() if n}


def _page(group: Kept, kept: Sequence[ReportCell]) -> Page:
    values = {Dimension(name): value for name, value in group.values.items()}
    own = [cell for cell in kept if cell.group_id == group.id]
    cells = {
        source: [Cell(c.first, c.last, c.people, c.tally) for c in own if c.source is source]
        for source in Source
    }
    return Page(ReportingGroup(tuple(range(group.people)), values), cells)
