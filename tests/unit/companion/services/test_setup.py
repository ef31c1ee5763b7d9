"""The way of setting up: what can be taken when, and what is next."""

from hypothesis import given
from hypothesis import strategies as st

from companion.services.setup import NEEDS, Setup, State, Step, stretches

DONE = st.fixed_dictionaries({step: st.booleans() for step in Step})


@given(DONE)
def test_a_step_is_locked_by_the_first_thing_it_needs_and_by_nothing_else(done: dict[Step, bool]) -> None:
    found = stretches(done)
    assert [each.step for each in found] == list(Step)
    for each in found:
        missing = [need for need in NEEDS.get(each.step, ()) if not done[need]]
        assert (each.state is State.DONE) == done[each.step]
        assert (each.state is State.LOCKED) == (not done[each.step] and bool(missing))
        assert each.first == (missing[0] if each.state is State.LOCKED else None)


@given(DONE, st.sampled_from(Step))
def test_one_can_always_go_on_until_all_is_done(done: dict[Step, bool], here: Step) -> None:
    way = Setup(1, "Onboarding", None, stretches(done))
    following = way.after(here)
    assert (following is None) == all(done.values())
    if following is not None:
        assert following.state is State.OPEN
        assert way.next is not None
    assert way.done == sum(done.values())
    assert Step.COHORT not in [each.step for each in way.left]
