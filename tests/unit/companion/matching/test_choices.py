"""Choices, what-if, "why not this other pair?" and fairness."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.people import request as synthetic
from companion.matching import (
    Change,
    MatchInputError,
    MatchRequest,
    Profile,
    Weights,
    compare,
    explain,
    fairness,
    propose,
    top,
    why_not,
)
from companion.matching import match as match_module
from tests.unit.companion.matching.made_up import DAY, requests

Person = partial(Profile, languages=frozenset({"en"}))
LAW = frozenset({"law"})


@pytest.fixture
def by_flow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Solve even small matchings by flow, which gives prices."""
    monkeypatch.setattr(match_module, "DENSE_CELLS", -1)
    return iter(())


@settings(max_examples=40, deadline=None)
@given(requests(learners=3, advisers=9), st.integers(1, 4))
def test_the_best_choices_come_first_and_none_is_forbidden(request: MatchRequest, n: int) -> None:
    for learner in request.learners:
        choices = top(request, learner.person_id, n)
        explained = [explain(request, learner.person_id, each.person_id) for each in request.advisers]
        best = sorted((each.points for each in explained if each.allowed), reverse=True)[:n]
        assert [choice.points for choice in choices] == best
        for choice in choices:
            explanation = explain(request, learner.person_id, choice.adviser_id)
            assert explanation.allowed
            assert set(choice.reasons) == {each for each in explanation.reasons if each.points}


def test_of_equally_good_advisers_the_less_busy_comes_first() -> None:
    advisers = [Person(person_id=each) for each in (11, 12, 13, 14)]
    request = MatchRequest(learners=[Person(person_id=1)], advisers=advisers, on=DAY, running={11: 2, 12: 1})
    assert [choice.adviser_id for choice in top(request, 1)] == [13, 14, 12]
    with pytest.raises(MatchInputError, match="Person 5 is not among the learners"):
        top(request, 5)


def test_other_weights_show_who_would_change() -> None:
    learners = [Person(person_id=1, topics_wanted=LAW, location="Porto")]
    advisers = [Person(person_id=11, topics_offered=LAW), Person(person_id=12, location="Porto")]
    request = MatchRequest(learners=learners, advisers=advisers, on=DAY)
    comparison = compare(request, replace(request, weights=Weights(topics=0)))
    assert comparison.changes == (Change(1, 11, 12),)
    assert (comparison.before.mean_points, comparison.after.mean_points) == (45, 15)
    assert comparison.before.coverage == comparison.after.coverage == 1
    assert comparison.before.loads == (1, 1)
    nobody = compare(request, request.excluding([(1, 11), (1, 12)]))
    assert nobody.changes == (Change(1, 11, None),)
    assert (nobody.after.coverage, nobody.after.mean_points, nobody.after.loads) == (0, 0, (2,))


def contested() -> MatchRequest:
    """Both learners want the only expert, who has one seat; for learner 1 it matters more."""
    learners = [Person(person_id=1, topics_wanted=LAW), Person(person_id=2, topics_wanted=LAW | {"tax"})]
    advisers = [
        Person(person_id=11, topics_offered=LAW, capacity=1),
        Person(person_id=12, capacity=1),
    ]
    return MatchRequest(learners=learners, advisers=advisers, on=DAY)


def test_another_pair_is_refused_by_what_it_costs_the_others() -> None:
    request = contested()
    proposal = propose(request)
    answer = why_not(request, proposal, 2, 11)
    assert (answer.loss, answer.exact, answer.fewer) == (17, True, 0)
    assert answer.changes == (Change(1, 11, 12),)
    assert answer.text == (
        "This pair is worth 28 points, the one proposed 10 points. "
        "Forming it would cost all together 17 points or more. 1 other learner would get another adviser or none."
    )


def test_what_is_proposed_and_what_is_forbidden_need_no_solving() -> None:
    request = contested().excluding([(2, 11)])
    proposal = propose(request)
    assert why_not(request, proposal, 1, 11).text == "This pair is proposed."
    assert "excluded from this matching" in why_not(request, proposal, 2, 11).text


def test_an_adviser_whose_seats_are_pinned() -> None:
    request = replace(contested(), pinned=[(1, 11)])
    assert (
        why_not(request, propose(request), 2, 11).text == "All seats of this adviser are pinned for others."
    )


@pytest.mark.usefixtures("by_flow")
def test_prices_never_promise_more_loss_than_there_is() -> None:
    request = synthetic(25, 22)
    proposal = propose(request)
    looked_at = 0
    for learner in request.learners[::4]:
        for adviser in request.advisers[::5]:
            quick = why_not(request, proposal, learner.person_id, adviser.person_id)
            exact = why_not(request, proposal, learner.person_id, adviser.person_id, solve_again=True)
            bonus = proposal.certificate.bonus
            if quick.pair.allowed and adviser.person_id in proposal.prices:
                assert quick.loss <= exact.loss + bonus * (exact.fewer or 0)
                looked_at += not quick.exact
    assert looked_at > 5


def test_a_group_left_behind_is_warned_about() -> None:
    welsh = frozenset({"cy"})
    learners = [Person(person_id=each, department="Sales") for each in range(20)]
    learners += [Profile(person_id=each, languages=welsh, department="Law ") for each in range(20, 30)]
    learners += [Profile(person_id=each, languages=welsh, location="Cardiff") for each in range(30, 39)]
    advisers = [Person(person_id=each) for each in range(100, 110)]
    request = MatchRequest(learners=learners, advisers=advisers, on=DAY)
    hired = dict.fromkeys(range(10), "2026-03")
    lines = fairness(request, propose(request), also={"hire month": hired})
    by_group = {(line.dimension, line.group): line for line in lines}
    assert [(line.dimension, line.group) for line in lines if line.warned] == [
        ("department", "Law"),
        ("hire month", ""),
        ("language", "cy"),
    ]
    assert not by_group["location", "Cardiff"].warned  # nine people
    sales = by_group["department", "Sales"]
    assert (sales.people, sales.covered, sales.coverage, sales.mean_points) == (20, 20, 1, 10)
    assert by_group["hire month", "2026-03"].covered == 10
    assert by_group["hire month", ""].people == 29


def test_a_fifth_less_than_the_whole_is_the_limit() -> None:
    learners = [Person(person_id=each, location="Porto") for each in range(10)]
    learners += [Person(person_id=each, location="Faro") for each in range(10, 30)]
    advisers = [Person(person_id=100, capacity=30)]
    request = MatchRequest(learners=learners, advisers=advisers, on=DAY)
    out = frozenset((each, 100) for each in (0, 1, 2))
    lines = fairness(replace(request, forbidden=out), propose(replace(request, forbidden=out)))
    porto = next(line for line in lines if line.group == "Porto")
    assert (porto.coverage, porto.warned) == (0.7, True)  # 27 of 30 are covered: 0.72 is the limit
    fewer = frozenset((each, 100) for each in (0, 1))
    assert not any(
        line.warned
        for line in fairness(replace(request, forbidden=fewer), propose(replace(request, forbidden=fewer)))
    )
