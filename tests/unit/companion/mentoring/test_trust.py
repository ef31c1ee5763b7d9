"""One trust item at a time, in turn."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.trust import ITEMS, SCALE, Answer, index, next_item, trend
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


def answers(*scores: tuple[int, TrustItem, int]) -> list[Answer]:
    return [Answer(who, item, score, date(2026, 11, 23)) for who, item, score in scores]


FEW = answers((1, TrustItem.RELIANCE, 5), (2, TrustItem.RELIANCE, 5))


def test_too_few_answers_or_those_of_one_side_make_no_index() -> None:
    day = date(2026, 11, 30)
    assert index(FEW, day) is None
    assert index([Answer(1, item, 4, day) for item in TrustItem], day) is None


def test_the_index_is_the_posterior_mean_and_narrows_with_answers() -> None:
    day = date(2026, 11, 30)
    three = index([*FEW, *answers((1, TrustItem.ABILITY, 5))], day)
    ten = index([Answer(who, item, 5, day) for who in (1, 2) for item in TrustItem], day)
    assert three is not None
    assert ten is not None
    assert three.value == pytest.approx(87.5)  # (0.5 + 3) / 4
    assert three.low == pytest.approx(100 * (0.875 - 1.2816 * 0.25 / 2))
    assert three.high == 100
    assert ten.high - ten.low < three.high - three.low


def test_the_newest_answer_of_each_person_to_each_item_counts() -> None:
    first = [Answer(who, item, 1, date(2026, 11, 23)) for who in (1, 2) for item in TrustItem]
    then = [Answer(who, item, 5, date(2026, 12, 7)) for who in (1, 2) for item in TrustItem]
    line = trend([*first, *then])
    assert [one.on for one in line] == [date(2026, 11, 23), date(2026, 12, 7)]
    assert line[0].value < 10 < 90 < line[1].value


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(TrustItem), st.integers(1, 5)), max_size=20))
def test_an_index_lies_within_its_bounds(given_scores: list[tuple[int, TrustItem, int]]) -> None:
    found = index(answers(*given_scores), date(2026, 11, 30))
    assert found is None or 0 <= found.low <= found.value <= found.high <= 100
