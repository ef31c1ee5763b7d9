"""Proposals for small programmes, and what becomes of bad input."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from companion.matching import (
    Listener,
    MatchInputError,
    MatchRequest,
    Profile,
    Proposal,
    Weights,
    propose,
    tell,
)

Person = partial(Profile, languages=frozenset({"en"}))


def ask(learners: list[Profile], advisers: list[Profile], **others: Any) -> Proposal:
    return propose(MatchRequest(learners=learners, advisers=advisers, on=date(2026, 6, 1), **others))


def pairs(proposal: Proposal) -> list[tuple[int, int]]:
    return [(pair.learner_id, pair.adviser_id) for pair in proposal.pairs]


def test_people_who_fit_are_paired_with_their_reasons() -> None:
    learners = [Person(person_id=1, topics_wanted=frozenset({"law"})), Person(person_id=2, location="Porto")]
    advisers = [
        Person(person_id=11, location="Porto"),
        Person(person_id=12, topics_offered=frozenset({"law"})),
    ]
    proposal = ask(learners, advisers)
    assert pairs(proposal) == [(1, 12), (2, 11)]
    first, second = proposal.pairs
    assert [(each.rule, each.points) for each in first.reasons] == [("topics", 35), ("language", 10)]
    assert [(each.rule, each.points) for each in second.reasons] == [("language", 10), ("location", 5)]
    assert (proposal.points, proposal.load_cost, proposal.coverage, proposal.gap) == (60, 0, 1.0, 0)
    assert (proposal.unmatched, proposal.idle_advisers) == ((), ())


def test_a_forbidden_pair_does_not_strand_anybody() -> None:
    """Learner 1 would like 11 best, whom alone 2 may have: both are covered."""
    learners = [Person(person_id=1, location="Porto"), Person(person_id=2)]
    advisers = [Person(person_id=11, location="Porto", capacity=1), Person(person_id=12, capacity=1)]
    assert pairs(ask(learners, advisers, forbidden=frozenset({(2, 12)}))) == [(1, 12), (2, 11)]


def test_load_is_spread_where_it_costs_less_than_the_penalty() -> None:
    learners = [Person(person_id=each, location="Porto") for each in (1, 2)]
    advisers = [Person(person_id=11, location="Porto"), Person(person_id=12)]
    assert pairs(ask(learners, advisers, load_penalty=6)) == [(1, 11), (2, 12)]
    together = ask(learners, advisers, load_penalty=4)
    assert pairs(together) == [(1, 11), (2, 11)]
    assert (together.points, together.load_cost, together.idle_advisers) == (30, 4, (12,))


def test_a_pinned_pair_holds_and_takes_its_seat() -> None:
    learners = [Person(person_id=1), Person(person_id=2, location="Porto")]
    advisers = [Person(person_id=11, location="Porto", capacity=1), Person(person_id=12)]
    proposal = ask(learners, advisers, pinned=[(1, 11)])
    assert pairs(proposal) == [(1, 11), (2, 12)]


@pytest.mark.parametrize(
    ("change", "rule"), [({"opted_out": True}, "adviser_opted_out"), ({"blocked": frozenset({1})}, "blocked")]
)
def test_a_pin_does_not_overrule_a_hard_rule(change: dict[str, Any], rule: str) -> None:
    adviser = replace(Person(person_id=11), **change)
    with pytest.raises(MatchInputError, match=rf"1, 11 may not be formed \(rule {rule}\)"):
        ask([Person(person_id=1)], [adviser], pinned=[(1, 11)])


def test_nobody_to_match() -> None:
    empty = ask([], [])
    assert (empty.pairs, empty.unmatched, empty.coverage, empty.points) == ((), (), 1.0, 0)
    assert ask([], [Person(person_id=11)]).idle_advisers == (11,)


def test_nobody_to_be_matched_with() -> None:
    proposal = ask([Person(person_id=1)], [])
    assert [(each.person_id, each.code) for each in proposal.unmatched] == [(1, "no_advisers")]
    assert proposal.coverage == 0


def test_everything_forbidden() -> None:
    learners, advisers = [Person(person_id=1), Person(person_id=2)], [Person(person_id=11)]
    proposal = ask(learners, advisers, forbidden=frozenset({(1, 11), (2, 11)}))
    assert proposal.pairs == ()
    assert [each.code for each in proposal.unmatched] == ["excluded", "excluded"]
    assert proposal.idle_advisers == (11,)


def test_all_weights_0_still_cover_everybody() -> None:
    nothing = Weights.from_dict(dict.fromkeys(Weights().as_dict(), 0))
    proposal = ask([Person(person_id=2), Person(person_id=1)], [Person(person_id=11)], weights=nothing)
    assert pairs(proposal) == [(1, 11), (2, 11)]
    assert [(pair.points, pair.reasons) for pair in proposal.pairs] == [(0, ()), (0, ())]


def test_somebody_on_both_sides_is_matched_with_others() -> None:
    both = Person(person_id=1, topics_wanted=frozenset({"law"}), topics_offered=frozenset({"law"}))
    proposal = ask([both, Person(person_id=2)], [both, Person(person_id=3)])
    assert pairs(proposal) == [(1, 3), (2, 1)]
    assert ask([both], [both]).unmatched[0].code == "oneself"


def test_a_thousand_learners_and_one_adviser() -> None:
    proposal = ask([Person(person_id=each) for each in range(1000)], [Person(person_id=5000)])
    assert len(proposal.pairs) == 2
    assert {(each.code, each.text) for each in proposal.unmatched} == {("full", "The only adviser is full.")}
    assert proposal.coverage == 0.002


def test_advisers_who_could_not_take_anybody_are_not_called_idle() -> None:
    advisers = [
        Person(person_id=11, capacity=0),
        Person(person_id=12, paused=True),
        Person(person_id=13, opted_out=True),
        Person(person_id=14),
    ]
    assert ask([], advisers).idle_advisers == (14,)


def test_a_run_says_what_it_was_made_with() -> None:
    proposal = ask([Person(person_id=1)], [Person(person_id=11)])
    assert "linear_sum_assignment" in proposal.solver
    assert {"rules", "numpy", "scipy"} <= set(proposal.versions)
    assert len(proposal.input_hash) == 64


def test_a_proposal_shows_no_text_of_anybody() -> None:
    law = frozenset({"burn-out"})
    proposal = ask([Person(person_id=1, topics_wanted=law)], [Person(person_id=11, topics_offered=law)])
    assert "burn-out" in tell(proposal.pairs[0].reasons[0], Listener.LEARNER, date(2026, 6, 1))
    assert "burn-out" not in repr(proposal)


def test_ten_thousand_learners_and_one_adviser() -> None:
    learners = [Person(person_id=each) for each in range(10_000)]
    proposal = ask(learners, [Person(person_id=50_000)])
    assert (len(proposal.pairs), proposal.gap, proposal.certificate.covers_most) == (2, 0, True)
    assert {(each.code, each.text) for each in proposal.unmatched} == {("full", "The only adviser is full.")}


def test_a_price_for_leaving_somebody_out_may_leave_somebody_out() -> None:
    learners = [Person(person_id=1), Person(person_id=2)]
    advisers = [Person(person_id=11)]
    assert len(ask(learners, advisers, load_penalty=25, unmatched_price=16).pairs) == 2
    proposal = ask(learners, advisers, load_penalty=25, unmatched_price=14)
    assert (len(proposal.pairs), proposal.gap, proposal.certificate.value) == (1, 0, 24)
    (unmatched,) = proposal.unmatched
    assert unmatched.code == "not_worth_it"
    assert (
        unmatched.text
        == "No pair with a free adviser (1) is worth it: covering one more learner counts 14 points."
    )


def test_running_engagements_count_towards_the_load() -> None:
    advisers = [Person(person_id=11, location="Porto"), Person(person_id=12)]
    learner = Person(person_id=1, location="Porto")
    assert pairs(ask([learner], advisers, running={11: 2})) == [(1, 11)]
    spread = ask([learner], advisers, running={11: 3})
    assert (pairs(spread), spread.load_cost) == ([(1, 12)], 0)


def test_an_adviser_may_have_any_number_of_seats() -> None:
    assert pairs(ask([Person(person_id=1)], [Person(person_id=11, capacity=10**12)])) == [(1, 11)]
