"""One trust item at a time, in turn."""

from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.trust import ITEMS, SCALE, next_item
from companion.models.engagement import TrustItem

ANSWERS = st.lists(st.sampled_from(TrustItem), max_size=30)


def test_five_weeks_ask_five_different_items_in_their_order() -> None:
    answered: list[TrustItem] = []
    for _ in range(5):
        answered.append(next_item(answered))
    assert answered == list(TrustItem)
    assert next_item(answered) is TrustItem.RELIANCE


@given(ANSWERS)
def test_the_next_item_is_one_of_those_answered_least(answered: list[TrustItem]) -> None:
    counts = {item: answered.count(item) for item in TrustItem}
    assert counts[next_item(answered)] == min(counts.values())


@given(ANSWERS)
def test_the_order_of_the_answers_does_not_matter(answered: list[TrustItem]) -> None:
    assert next_item(answered) is next_item(sorted(answered))


def test_every_item_is_a_sentence_about_the_partner() -> None:
    assert set(ITEMS) == set(TrustItem)
    assert all("Tomas" in sentence % {"name": "Tomas"} for sentence in ITEMS.values())


def test_the_scale_has_five_steps() -> None:
    assert list(SCALE) == [1, 2, 3, 4, 5]
