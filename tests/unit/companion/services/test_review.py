"""Changing a proposal by hand: the sums and the gap stay right, and nothing that the rules forbid is done."""

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError, InputError, NotFoundError
from companion.models.lms import Site
from companion.models.matching import Instruction, RunState
from companion.services.registry import Services
from tests import rows
from tests.begun import Begun
from tests.reviewed import exchange, free_seat, pair_ids
from tests.sites import make_programme


@pytest.fixture
def services(begun_on: Begun) -> Services:
    return begun_on.services


@pytest.fixture
def run_id(services: Services) -> int:
    """A proposal of a second programme, whose learners are free."""
    courses = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
    return services.matching.propose(make_programme(services, *courses, name="Second year", capacity=4))


def sums(services: Services, run_id: int) -> tuple[int, int, int]:
    """Points as kept, as they add up, and the gap."""
    view = services.matching.view(run_id)
    return view.run.points, sum(pair.points for pair, _, _ in view.pairs), view.run.gap


def test_a_swap_keeps_the_sums_right_and_never_betters_a_proven_optimum(
    begun_on: Begun, services: Services, run_id: int
) -> None:
    services.review_changes.swap(run_id, *exchange(begun_on, run_id))
    kept, added, gap = sums(services, run_id)
    assert kept == added
    assert gap >= 0
    assert sum(pair.by_hand for pair, _, _ in services.matching.view(run_id).pairs) == 2


def test_another_adviser_is_given_and_the_same_run_again_finds_what_was_best(
    begun_on: Begun, services: Services, run_id: int
) -> None:
    learner, adviser = free_seat(begun_on, run_id)
    services.review_changes.give(run_id, learner, adviser)
    kept, added, gap = sums(services, run_id)
    assert (kept == added, gap >= 0) == (True, True)
    programme_id = services.matching.standing(run_id).programme.id
    services.review_changes.instruct(run_id, learner, adviser, Instruction.PIN, by="Ada")
    again = services.matching.propose(programme_id)
    pairs = {(one.id, other.id) for _, one, other in services.matching.view(again).pairs}
    assert (learner, adviser) in pairs


def test_a_forbidden_pair_leaves_the_proposal_and_is_not_proposed_again(
    begun_on: Begun, services: Services, run_id: int
) -> None:
    of = pair_ids(begun_on, run_id)
    before = sums(services, run_id)[0]
    services.review_changes.instruct(run_id, of["learner_id"], of["adviser_id"], Instruction.FORBID, by="Ada")
    kept, added, gap = sums(services, run_id)
    assert kept == added < before
    assert gap > 0
    programme_id = services.matching.standing(run_id).programme.id
    view = services.matching.view(services.matching.propose(programme_id))
    assert (of["learner_id"], of["adviser_id"]) not in {(one.id, other.id) for _, one, other in view.pairs}


def test_what_is_not_there_or_decided_is_refused(begun_on: Begun, services: Services, run_id: int) -> None:
    of = pair_ids(begun_on, run_id)
    with pytest.raises(NotFoundError):
        services.review_changes.take_apart(run_id, 4711)
    with pytest.raises((NotFoundError, InputError)):
        services.review_changes.give(run_id, of["learner_id"], of["learner_id"])
    services.matching.approve(run_id, by="Ada")
    with pytest.raises(ConflictError):
        services.review_changes.take_apart(run_id, of["pair_id"])


def test_a_picture_of_many_pairs_names_the_largest_departments_and_sums_the_others(
    begun_on: Begun, services: Services
) -> None:
    """Fourteen departments, the first with the most learners; each has one adviser for all of its own."""
    with services.db.begin() as session:
        site = session.scalars(sa.select(Site)).one()
        pairs = []
        for number in range(14):
            name = f"Department {number:02}"
            adviser = rows.person(session, site, f"Adviser {number}", department=name)
            learners = [
                rows.person(session, site, f"Learner {number} {each}", department=name)
                for each in range(15 - number)
            ]
            pairs += [(learner, adviser) for learner in learners]
        programme = rows.programme(session, site)
        run_id = rows.run(session, programme, pairs, state=RunState.DISCARDED).id
    picture = services.review.picture(run_id)
    named = [f"Department {number:02}" for number in range(11)]
    assert picture.departments == [
        *((name, name, 15 - number) for number, name in enumerate(named)),
        ("All others", "All others", 4 + 3 + 2),
    ]
    assert picture.loads == [(learners, 1) for learners in range(2, 16)]
    assert picture.pairs == ()
