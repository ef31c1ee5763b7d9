"""What there is to talk about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.engagement import LENGTHS
from companion.mentoring.prompts import (
    LANGUAGES,
    PROMPT_LIMIT,
    SCALE_WEEKS,
    SECTION,
    Moment,
    Prompt,
    of_programme,
    our_own,
    scaled_week,
    suggest,
)
from companion.models.care import Occasion
from companion.models.engagement import Side


def moments() -> st.SearchStrategy[Moment]:
    return st.sampled_from(LENGTHS).flatmap(
        lambda weeks: st.builds(
            Moment,
            side=st.sampled_from(Side),
            week=st.integers(1, weeks),
            weeks=st.just(weeks),
            circle=st.booleans(),
            contacted=st.booleans(),
            hard=st.booleans(),
            feedback_asked=st.booleans(),
            section=st.none() | st.just((3, "Complaints")),
        )
    )


def keys(prompts: list[Prompt]) -> list[str]:
    return [prompt.key for prompt in prompts]


def test_the_set_is_complete_in_every_language() -> None:
    ours = our_own()
    assert len(ours) >= 40
    assert {prompt.occasion for prompt in ours} == set(Occasion)
    for prompt in ours:
        assert set(prompt.texts) == set(LANGUAGES)
        assert len(set(prompt.texts.values())) == len(LANGUAGES)
        for text in prompt.texts.values():
            assert 20 < len(text) <= PROMPT_LIMIT
            assert (SECTION in text) == (prompt.occasion is Occasion.SECTION)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("week", range(1, SCALE_WEEKS + 1))
def test_every_week_has_something_for_both_sides(side: Side, week: int) -> None:
    assert [
        prompt
        for prompt in our_own()
        if prompt.occasion is Occasion.WEEK
        and side in prompt.sides
        and prompt.weeks
        and prompt.weeks[0] <= week <= prompt.weeks[1]
    ]


@given(moments(), st.integers(0, 100))
def test_there_is_always_something_that_speaks_to_the_side(moment: Moment, turn: int) -> None:
    found = suggest(our_own(), moment, turn)
    assert 1 <= len(found) <= 2
    assert all(moment.side in prompt.sides for prompt in found)
    assert (len(found) == 2) == (moment.side is Side.ADVISER)
    assert all(SECTION not in prompt.text("en", "Complaints") for prompt in found)


@given(moments())
def test_a_hard_week_comes_before_all_else(moment: Moment) -> None:
    first = suggest(our_own(), moment)[0]
    assert (first.occasion is Occasion.HARD) == moment.hard


def test_the_beginning_and_the_end_have_their_own() -> None:
    beginning = Moment(Side.LEARNER, week=1, weeks=4, contacted=False)
    end = Moment(Side.LEARNER, week=4, weeks=4)
    assert suggest(our_own(), beginning)[0].occasion is Occasion.OPENING
    assert suggest(our_own(), end)[0].occasion is Occasion.CLOSE


def test_a_circle_and_a_section_take_turns_with_the_week() -> None:
    seen = [
        suggest(our_own(), Moment(Side.LEARNER, week, 12, circle=True, section=(3, "Complaints")))[0].occasion
        for week in (1, 2, 3)
    ]
    assert seen == [Occasion.WEEK, Occasion.SECTION, Occasion.CIRCLE]


@pytest.mark.parametrize("weeks", LENGTHS)
def test_short_engagements_are_stretched_over_the_scale(weeks: int) -> None:
    scaled = [scaled_week(week, weeks) for week in range(1, weeks + 1)]
    assert scaled[0] == 1
    assert scaled == sorted(set(scaled))
    assert weeks == 1 or scaled[-1] == SCALE_WEEKS


def test_a_programme_replaces_hides_and_adds() -> None:
    ours = our_own()
    mine = Prompt(ours[0].key, Occasion.OPENING, frozenset(Side), None, {"en": "Our own words."})
    added = Prompt(
        "own-1", Occasion.WEEK, frozenset(Side), None, {"de": "Nur deutsch."}, course_id=5, section=2
    )
    found = of_programme([mine, added], hidden=[ours[1].key])
    assert keys(found)[0] == "own-1"
    assert next(prompt for prompt in found if prompt.key == mine.key).text("de") == "Our own words."
    assert ours[1].key not in keys(found)
    assert len(found) == len(ours)
    assert added.text("en") == "Nur deutsch."


def test_what_a_programme_tied_to_a_section_appears_there_alone() -> None:
    tied = Prompt("own-1", Occasion.WEEK, frozenset(Side), None, {"en": "Here."}, course_id=5, section=2)
    there = Moment(Side.LEARNER, 1, 12, course_id=5, section=(2, "Two"))
    elsewhere = Moment(Side.LEARNER, 1, 12, course_id=5, section=(3, "Three"))
    assert keys(suggest([tied], there)) == ["own-1"]
    assert suggest([tied], elsewhere) == []
