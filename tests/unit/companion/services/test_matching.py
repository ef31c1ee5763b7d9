"""A matching run: proposed from the people of today, looked at, decided once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError, InputError, NotFoundError, NotReadyError
from companion.matching import Listener, kept, tell
from companion.models.engagement import Engagement
from companion.models.jobs import OutboxEntry
from companion.models.matching import MatchRun, RunState
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.approval import Outcome, approve
from companion.services.registry import Services
from tests.begun import Begun, Stage
from tests.clock import Clock
from tests.sites import Lms, connect, make_programme

COURSES = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")


@pytest.fixture
def services_on(begun_on: Begun) -> Services:
    """Services whose people were read, and nobody is matched yet."""
    with begun_on.services.db.begin() as session:
        for model in (Engagement, MatchRun, OutboxEntry):
            session.execute(sa.delete(model))
    with begun_on.lms.sandbox.change() as world:
        world.messages, world.groups = {}, {}
    return begun_on.services


@pytest.fixture
def programme_id(services_on: Services, begun_on: Begun) -> int:
    return begun_on.programme_id


@pytest.fixture
def lms(stage: Stage, services_on: Services) -> Lms:
    """The LMS that the people were read from."""
    return stage.lms


def test_a_proposal_accounts_for_every_learner(services_on: Services, programme_id: int) -> None:
    found = services_on.programmes.view(programme_id)
    view = services_on.matching.view(services_on.matching.propose(programme_id))
    assert (view.run.state, view.programme.id) == (RunState.PROPOSED, programme_id)
    assert view.run.learners == len(view.pairs) + len(view.unmatched) == found.new_hires
    assert view.run.advisers == found.recent_learners
    assert view.pairs
    assert view.unmatched
    assert view.run.points > 0


def test_every_pair_has_reasons_for_each_reader(services_on: Services, programme_id: int) -> None:
    view = services_on.matching.view(services_on.matching.propose(programme_id))
    for pair, learner, adviser in view.pairs:
        assert learner.id != adviser.id
        assert pair.points == sum(reason["points"] for reason in pair.reasons)
        assert all(
            tell(kept(reason), each, date.max).endswith(".") for reason in pair.reasons for each in Listener
        )
    assert all(row.text.endswith(".") for row, _ in view.unmatched)


def test_the_run_keeps_what_explains_it(services_on: Services, programme_id: int) -> None:
    run = services_on.matching.view(services_on.matching.propose(programme_id)).run
    assert run.parameters["window_days"] == [14, 180]
    assert run.parameters["on"] == "2026-11-23"
    assert run.parameters["weights"]["topics"] == 35
    assert (run.programme_version, len(run.input_hash)) == (1, 64)
    assert run.solver
    assert run.versions


def test_nobody_is_told_before_the_approval(services_on: Services, programme_id: int, lms: Lms) -> None:
    services_on.matching.propose(programme_id)
    services_on.outbox.work()
    assert lms.sandbox.messages == []
    assert services_on.engagements.of_programme(programme_id) == []


def test_the_same_people_give_the_same_pairs(services_on: Services, programme_id: int) -> None:
    def pairs() -> set[tuple[int, int]]:
        view = services_on.matching.view(services_on.matching.propose(programme_id))
        return {(learner.id, adviser.id) for _, learner, adviser in view.pairs}

    assert pairs() == pairs()


def test_a_new_proposal_takes_the_place_of_the_old_one(services_on: Services, programme_id: int) -> None:
    old, new = services_on.matching.propose(programme_id), services_on.matching.propose(programme_id)
    lines, _ = services_on.matching.history(programme_id)
    assert [(line.run.id, line.run.state) for line in lines] == [
        (new, RunState.PROPOSED),
        (old, RunState.DISCARDED),
    ]
    view = services_on.matching.view(new)
    assert (lines[0].pairs, lines[0].unmatched) == (len(view.pairs), len(view.unmatched))
    with pytest.raises(ConflictError):
        services_on.matching.approve(old, by="Ada")


def test_who_has_an_adviser_is_not_matched_again(begun_on: Begun) -> None:
    learning = {meeting.learner.person_id for meeting in begun_on.meetings}
    view = begun_on.services.matching.view(begun_on.services.matching.propose(begun_on.programme_id))
    proposed = {learner.id for _, learner, _ in view.pairs} | {person.id for _, person in view.unmatched}
    assert learning
    assert not learning & proposed


def test_seats_taken_are_not_given_again(begun_on: Begun) -> None:
    with begun_on.services.db.begin() as session:
        session.execute(sa.update(Programme).values(capacity=1))
    busy = {meeting.adviser.person_id for meeting in begun_on.meetings}
    view = begun_on.services.matching.view(begun_on.services.matching.propose(begun_on.programme_id))
    assert not busy & {adviser.id for _, _, adviser in view.pairs}


def test_who_opted_out_is_matched_with_nobody(services_on: Services, programme_id: int) -> None:
    view = services_on.matching.view(services_on.matching.propose(programme_id))
    _, learner, adviser = view.pairs[0]
    with services_on.db.begin() as session:
        for person in (learner, adviser):
            session.get_one(Person, person.id).opted_out_at = services_on.clock()
    view = services_on.matching.view(services_on.matching.propose(programme_id))
    everybody = {p.id for _, one, other in view.pairs for p in (one, other)}
    everybody |= {person.id for _, person in view.unmatched}
    assert not {learner.id, adviser.id} & everybody


def test_approving_tells_how_many_begin(services_on: Services, programme_id: int) -> None:
    run_id = services_on.matching.propose(programme_id)
    outcome = services_on.matching.approve(run_id, by="Ada")
    view = services_on.matching.view(run_id)
    assert (outcome.formed, outcome.refused) == (len(view.pairs), ())
    assert (view.run.state, view.run.decided_by, view.run.decided_at) == (
        RunState.APPROVED,
        "Ada",
        services_on.clock(),
    )
    latest = services_on.matching.latest(programme_id, RunState.APPROVED)
    assert latest is not None
    assert latest.id == run_id


def test_a_discarded_proposal_is_neither_approved_nor_discarded_again(
    services_on: Services, programme_id: int
) -> None:
    run_id = services_on.matching.propose(programme_id)
    services_on.matching.discard(run_id, by="Ada")
    for decide in (services_on.matching.approve, services_on.matching.discard):
        with pytest.raises(ConflictError, match="already decided"):
            decide(run_id, by="Bo")
    assert services_on.matching.view(run_id).run.decided_by == "Ada"
    assert services_on.engagements.of_programme(programme_id) == []


def test_a_large_proposal_is_approved_some_at_a_time_and_gone_on_with_by_another_worker(
    services_on: Services, programme_id: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching = services_on.matching
    monkeypatch.setattr("companion.services.matching.APPROVED_AT_A_TIME", 5)
    run_id = matching.propose(programme_id)
    pairs = matching.standing(run_id).open
    assert pairs > 10
    matching.ask_approval(run_id, by="Ada")
    for decide in (matching.approve, matching.ask_approval, matching.discard):
        with pytest.raises(ConflictError, match="already decided"):
            decide(run_id, by="Bo")
    with pytest.raises(ConflictError, match="already decided"):
        services_on.review_changes.take_apart(run_id, matching.view(run_id).pairs[0][0].id)
    with pytest.raises(ConflictError, match="being approved"):
        matching.begin(programme_id)
    monkeypatch.setattr("companion.services.matching.approve", broken_after(1))
    with pytest.raises(RuntimeError):
        matching.work()
    half = matching.standing(run_id)
    assert (half.run.state, half.open, half.run.counts["decided"]) == (RunState.APPROVING, pairs - 5, 5)
    monkeypatch.undo()
    assert matching.work() > 0
    done = matching.standing(run_id)
    assert (done.run.state, done.open, done.run.decided_by) == (RunState.APPROVED, 0, "Ada")
    assert done.run.decided_at == clock()
    lines = services_on.engagements.of_programme(programme_id)
    assert len(lines) == pairs
    assert len({line.members[0].person_id for line in lines}) == pairs, "nobody was paired twice"
    assert matching.work() == 0


def broken_after(times: int) -> Callable[..., Outcome]:
    """What approves so often and then breaks, as a worker does that is stopped."""
    left = iter(range(times))

    def approve_or_break(*given: Any) -> Outcome:
        if next(left, None) is None:
            raise RuntimeError("stopped")
        return approve(*given)

    return approve_or_break


def test_discarding_is_taken_back_for_a_day_unless_another_matching_begins(
    services_on: Services, programme_id: int, clock: Clock
) -> None:
    matching = services_on.matching
    run_id = matching.propose(programme_id)
    pair = matching.view(run_id).pairs[0][0]
    for days in (0, 1):
        matching.discard(run_id, by="Ada")
        clock.move(days=days)
        matching.forget()
        matching.restore(run_id)
        assert matching.latest(programme_id, RunState.PROPOSED).id == run_id  # type: ignore[union-attr]
        assert matching.latest(programme_id).decided_by is None  # type: ignore[union-attr]
        assert services_on.review.pair(run_id, pair.id) is not None, "its people are still there"
    matching.discard(run_id, by="Ada")
    clock.move(days=1, minutes=1)
    matching.forget()
    with pytest.raises(ConflictError, match="no longer"):
        matching.restore(run_id)
    second = matching.propose(programme_id)
    matching.discard(second, by="Ada")
    matching.begin(programme_id)
    for run in (second, run_id):
        with pytest.raises(ConflictError, match="no longer"):
            matching.restore(run)


def test_what_is_not_there_is_told(services: Services) -> None:
    for ask in (services.matching.view, services.matching.propose, services.matching.restore):
        with pytest.raises(NotFoundError):
            ask(4711)
    for decide in (services.matching.approve, services.matching.discard):
        with pytest.raises(NotFoundError):
            decide(4711, by="Ada")
    assert services.matching.latest(4711) is None
    assert services.matching.history(4711) == ([], 0)


def test_before_the_first_sync_nobody_can_be_matched(services: Services, stage: Stage, clock: Clock) -> None:
    lms = stage.fresh(clock)
    connect(services, lms)
    made = make_programme(services, *COURSES)
    with pytest.raises(NotReadyError, match="python -m companion sync"):
        services.matching.propose(made)
    lms.sandbox.misbehave("maintenance", function="core_course_get_courses_by_field")
    with pytest.raises(Exception, match="maintenance"):
        services.sync.run()
    with pytest.raises(NotReadyError):
        services.matching.propose(made)


def test_a_programme_that_finds_nobody_gives_an_empty_proposal(begun: Begun) -> None:
    services = begun.services
    made = make_programme(services, *COURSES, name="Another", new_hire_field="nosuchfield")
    view = services.matching.view(services.matching.propose(made))
    assert (view.pairs, view.unmatched, view.run.learners) == ((), (), 0)
    assert services.matching.approve(view.run.id, by="Ada").formed == 0


def test_weights_that_cannot_be_used_are_told(services_on: Services, programme_id: int) -> None:
    with services_on.db.begin() as session:
        session.get_one(Programme, programme_id).weights = {"topics": 10**9}
    with pytest.raises(InputError, match="weight topics"):
        services_on.matching.propose(programme_id)
