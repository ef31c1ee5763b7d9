"""Thanks, credit and the balance."""

from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.thanks import SAID, Gift, Given, Leaning, balance, may_credit, may_thank

THINGS = st.lists(
    st.builds(Given, st.sampled_from(Gift), st.integers(1, 4), st.none() | st.integers(1, 4)), max_size=30
)


@given(THINGS)
def test_what_somebody_gave_a_person_that_person_received(things: list[Given]) -> None:
    between = [thing for thing in things if thing.to_id is not None]
    people = range(1, 5)
    given_in_all = sum(balance(between, person).given.total() for person in people)
    received_in_all = sum(balance(between, person).received.total() for person in people)
    assert given_in_all == received_in_all


@given(THINGS, st.integers(1, 4))
def test_what_others_do_among_themselves_changes_nothing(things: list[Given], person: int) -> None:
    concerned = [thing for thing in things if person in (thing.by_id, thing.to_id)]
    assert balance(things, person) == balance(concerned, person)


def test_what_was_given_to_oneself_counts_for_nothing() -> None:
    assert balance([Given(Gift.THANKS, 1, 1)], 1).leaning is Leaning.NOTHING_YET


def test_a_leaning_is_more_than_twice() -> None:
    give, get = Given(Gift.ANSWER, 1, 2), Given(Gift.THANKS, 2, 1)
    assert balance([give, get, get], 1).leaning is Leaning.EVEN
    assert balance([give, get, get, get], 1).leaning is Leaning.RECEIVED_MORE
    assert balance([give, give, give, get], 1).leaning is Leaning.GAVE_MORE
    assert set(SAID) == set(Leaning)


def test_a_lesson_for_the_next_cohort_is_given_to_nobody_in_particular() -> None:
    mine = balance([Given(Gift.LESSON, 1, None)], 1)
    assert mine.given == {Gift.LESSON: 1}
    assert not mine.received


def test_thanks_go_to_those_one_was_with_or_was_helped_by() -> None:
    assert may_thank(1, 2, together={2}, helpers=())
    assert may_thank(1, 3, together={2}, helpers={3})
    assert not may_thank(1, 4, together={2}, helpers={3})
    assert not may_thank(1, 1, together={1, 2}, helpers=())


def test_credit_may_go_to_anybody_of_the_programme_but_oneself() -> None:
    assert may_credit(1, 9, programme={1, 9})
    assert not may_credit(1, 1, programme={1, 9})
    assert not may_credit(1, 8, programme={1, 9})
