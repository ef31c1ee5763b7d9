"""A learner's own choice: the best three with reasons, the last seat taken once, and the next best after a no."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from companion.errors import CompanionError, ConflictError, NotFoundError
from companion.matching import Listener, Reason, explain, kept, tell
from companion.models.engagement import Engagement, EngagementMember, EngagementState, Side
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.approval import form_one
from companion.services.choosing import ChoosingService
from companion.services.match_request import asked_of, request_of
from companion.store import Cipher, Database, pages
from tests import rows
from tests.clock import Clock

KEY = "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="
HOLDING = (EngagementState.PROPOSED, EngagementState.ACTIVE)


@dataclass
class World:
    programme: Programme
    course_id: int
    learners: list[Person]
    advisers: list[Person]


@pytest.fixture
def world(db: Database, clock: Clock) -> World:
    """Four learners and three advisers with a seat each, in a programme whose learners choose."""
    today = clock().date()
    with db.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        programme = rows.programme(session, site, [course], capacity=1, matching={"consent": "chosen"})
        learners, advisers = [], []
        for name in ("Ada", "Bea", "Cem", "Dan"):
            hired = {"hiredate": (today - timedelta(days=3)).isoformat()}
            learners.append(rows.person(session, site, name, language="en", profile=hired))
            rows.enrol(session, learners[-1], course)
        for number, name in enumerate(("Xia", "Yan", "Zoe")):
            interests = ["law"] if number == 0 else []
            advisers.append(rows.person(session, site, name, language="en", interests=interests))
            rows.enrol(session, advisers[-1], course, completed_at=clock() - timedelta(days=20 + number))
        learners[0].interests = ["law"]
        return World(programme, course.id, learners, advisers)


@pytest.fixture
def service(db: Database, clock: Clock) -> ChoosingService:
    return ChoosingService(db, clock=clock, texts=Cipher(KEY))


@pytest.fixture
def propose(db: Database, world: World, clock: Clock) -> Callable[..., int]:
    """Store a proposal of an adviser to a learner; gives its id."""

    def made(learner: int, adviser: int, state: EngagementState = EngagementState.PROPOSED) -> int:
        with db.begin() as session:
            row = rows.engagement(
                session, world.programme, world.learners[learner], world.advisers[adviser], state=state
            )
            return row.id

    return made


def held(db: Database) -> set[tuple[str, str, EngagementState]]:
    """Learner, adviser and state of what takes a seat."""
    with db.read() as session:
        one, other = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
        mine, theirs = sa.orm.aliased(Person), sa.orm.aliased(Person)
        found = session.execute(
            sa.select(mine.full_name, theirs.full_name, Engagement.state)
            .join(one, (one.engagement_id == Engagement.id) & (one.side == Side.LEARNER))
            .join(other, (other.engagement_id == Engagement.id) & (other.side == Side.ADVISER))
            .join(mine, mine.id == one.person_id)
            .join(theirs, theirs.id == other.person_id)
            .where(Engagement.state.in_(HOLDING))
        )
        return {(row[0], row[1], row[2]) for row in found}


def reasons(db: Database) -> dict[str, tuple[str, ...]]:
    """What speaks for each pair that takes a seat, as its learner reads it; by the adviser."""
    with db.read() as session:
        learner, adviser = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
        found = session.execute(
            sa.select(Engagement.id, learner.person_id, Person.full_name)
            .join(learner, (learner.engagement_id == Engagement.id) & (learner.side == Side.LEARNER))
            .join(adviser, (adviser.engagement_id == Engagement.id) & (adviser.side == Side.ADVISER))
            .join(Person, Person.id == adviser.person_id)
            .where(Engagement.state.in_(HOLDING))
        ).all()
        return {
            name: told(
                map(kept, pages.by_ids(session, [engagement_id], person_id, date.min)[engagement_id].reasons)
            )
            for engagement_id, person_id, name in found
        }


def told(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(tell(reason, Listener.LEARNER, rows.NOW.date()) for reason in reasons)


def test_the_best_three_are_offered_with_reasons_for_the_learner(
    service: ChoosingService, world: World
) -> None:
    (offers,) = service.offers(world.learners[0].id, world.course_id)
    assert [each.adviser.full_name for each in offers.offers] == ["Xia", "Yan", "Zoe"]
    reasons = told(offers.offers[0].reasons)
    assert reasons[0] == "Can help with law."
    assert "Finished Sales onboarding 20 days ago, which you take." in reasons


def test_nothing_is_offered_to_whoever_advises_has_an_adviser_or_is_not_new(
    service: ChoosingService, world: World, propose: Callable[..., int]
) -> None:
    propose(0, 0, EngagementState.ACTIVE)
    for who in (world.learners[0].id, world.advisers[0].id, 4711):
        assert service.offers(who, world.course_id) == ()


def test_without_a_choice_in_the_rules_nothing_is_offered(
    service: ChoosingService, world: World, db: Database
) -> None:
    with db.begin() as session:
        session.execute(sa.update(Programme).values(matching={}))
    assert service.offers(world.learners[0].id, world.course_id) == ()
    with pytest.raises(NotFoundError):
        service.choose(world.learners[0].id, world.programme.id, world.advisers[0].id)


def test_a_choice_takes_the_place_of_what_was_proposed(
    service: ChoosingService, world: World, db: Database, propose: Callable[..., int]
) -> None:
    propose(0, 0)
    (offers,) = service.offers(world.learners[0].id, world.course_id)
    assert [each.proposed for each in offers.offers] == [True, False, False]
    service.choose(world.learners[0].id, world.programme.id, world.advisers[1].id)
    assert held(db) == {("Ada", "Yan", EngagementState.ACTIVE)}
    assert "Finished Sales onboarding 21 days ago, which you take." in reasons(db)["Yan"]
    with pytest.raises(NotFoundError):
        service.choose(world.learners[0].id, world.programme.id, world.advisers[2].id)


def test_the_programme_chooses_for_whoever_leaves_it(
    service: ChoosingService, world: World, db: Database
) -> None:
    service.leave_it(world.learners[0].id, world.programme.id)
    assert held(db) == {("Ada", "Xia", EngagementState.ACTIVE)}


def test_a_seat_that_was_taken_meanwhile_is_said_and_the_proposal_stays(
    service: ChoosingService, world: World, db: Database, propose: Callable[..., int]
) -> None:
    propose(0, 0)
    propose(1, 1, EngagementState.ACTIVE)
    with pytest.raises(ConflictError, match="faster"):
        service.choose(world.learners[0].id, world.programme.id, world.advisers[1].id)
    assert ("Ada", "Xia", EngagementState.PROPOSED) in held(db)
    with pytest.raises(NotFoundError):
        service.choose(world.learners[0].id, world.programme.id, 4711)


def test_two_who_choose_at_once_never_both_get_the_last_seat(
    service: ChoosingService, world: World, db: Database
) -> None:
    """Four at once for one seat, each on a connection of its own."""
    together = Barrier(4)

    def choose(learner: Person) -> bool:
        together.wait(30)
        try:
            service.choose(learner.id, world.programme.id, world.advisers[0].id)
        except CompanionError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(choose, world.learners, timeout=120))
    assert got.count(True) == 1
    assert len(held(db)) == 1


def test_all_who_leave_it_to_the_programme_at_once_get_a_seat_each_and_the_last_none(
    service: ChoosingService, world: World, db: Database
) -> None:
    together = Barrier(4)

    def leave(learner: Person) -> bool:
        together.wait(30)
        try:
            service.leave_it(learner.id, world.programme.id)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(leave, world.learners, timeout=120))
    assert got.count(True) == 3
    assert len({adviser for _, adviser, _ in held(db)}) == 3


def test_after_a_no_the_next_best_is_proposed_and_never_the_same_again(
    service: ChoosingService, world: World, db: Database, propose: Callable[..., int]
) -> None:
    propose(0, 0, EngagementState.ENDED_EARLY)
    assert service.next_best() == 1
    assert service.next_best() == 0
    assert held(db) == {("Ada", "Yan", EngagementState.PROPOSED)}
    assert "Finished Sales onboarding 21 days ago, which you take." in reasons(db)["Yan"]


@pytest.mark.parametrize("consent", ["proposed", "chosen"])
def test_a_veto_brings_the_next_best_at_once_and_the_two_are_never_matched_again(
    service: ChoosingService,
    world: World,
    db: Database,
    propose: Callable[..., int],
    consent: str,
    clock: Clock,
) -> None:
    with db.begin() as session:
        session.execute(sa.update(Programme).values(matching={"consent": consent}))
    ada, xia = world.learners[0], world.advisers[0]
    proposal = propose(0, 0)
    with pytest.raises(NotFoundError):
        service.veto_proposal(world.learners[1].id, proposal)
    assert service.veto_proposal(ada.id, proposal) is True
    assert held(db) == {("Ada", "Yan", EngagementState.PROPOSED)}
    with db.begin() as session:
        # As if the proposal had never been: neither a new run, nor an approval, nor a choice brings the two together.
        session.execute(sa.update(Engagement).values(state=EngagementState.CLOSED))
        run = asked_of(world.programme, clock())
        request, _ = request_of(session, world.programme, run, Cipher(KEY), only=[ada.id])
        assert [each.code for each in explain(request, ada.id, xia.id).barriers] == ["blocked"]
        made = form_one(session, world.programme, ada, xia, state=EngagementState.ACTIVE, now=clock())
        assert made == "The two are not to be paired: one of them said so before."


def test_the_veto_is_one_for_a_programme_and_of_those_offered(
    service: ChoosingService, world: World, db: Database, propose: Callable[..., int]
) -> None:
    ada, programme = world.learners[0].id, world.programme.id
    with pytest.raises(NotFoundError):
        service.veto(ada, programme, 4711)
    assert service.veto(ada, programme, world.advisers[0].id) is True
    (offers,) = service.offers(ada, world.course_id)
    assert [each.adviser.full_name for each in offers.offers] == ["Yan", "Zoe"]
    assert offers.may_veto is False
    proposal = propose(0, 1)
    with pytest.raises(ConflictError, match="once"):
        service.veto_proposal(ada, proposal)
    assert held(db) == {("Ada", "Yan", EngagementState.PROPOSED)}
    assert service.offers(world.learners[1].id, world.course_id)[0].may_veto is True


def test_where_nobody_else_is_left_a_veto_says_so(
    service: ChoosingService, world: World, db: Database, propose: Callable[..., int]
) -> None:
    propose(1, 1, EngagementState.ACTIVE)
    propose(2, 2, EngagementState.ACTIVE)
    assert service.veto_proposal(world.learners[0].id, propose(0, 0)) is False
    assert {learner for learner, _, _ in held(db)} == {"Bea", "Cem"}


def test_after_three_proposals_the_coordinator_is_needed(
    service: ChoosingService, world: World, db: Database, propose: Callable[..., int]
) -> None:
    for adviser in range(3):
        propose(0, adviser, EngagementState.ENDED_EARLY)
    assert service.next_best() == 0
    assert held(db) == set()


def test_what_began_and_ended_is_no_proposal_that_came_to_nothing(
    service: ChoosingService, db: Database, propose: Callable[..., int]
) -> None:
    begun = propose(0, 0, EngagementState.ENDED_EARLY)
    with db.begin() as session:
        session.execute(
            sa.update(EngagementMember)
            .where(EngagementMember.engagement_id == begun)
            .values(charter_accepted_at=rows.NOW)
        )
    assert service.next_best() == 0


def test_who_is_no_longer_new_is_offered_nothing(
    service: ChoosingService, world: World, db: Database
) -> None:
    with db.begin() as session:
        session.execute(sa.update(Person).values(profile={"hiredate": date(2020, 1, 1).isoformat()}))
    assert service.offers(world.learners[0].id, world.course_id) == ()
