"""The plan for groups: it makes what stands equal to what is wanted, and touches nothing of others."""

from hypothesis import given
from hypothesis import strategies as st

from companion.placement.group_plan import (
    LONGEST_NAME,
    GroupingPlan,
    GroupPlan,
    Standing,
    Wanted,
    engagement_of,
    free_name,
    id_number,
    plan,
    plan_grouping,
)

PEOPLE = st.frozensets(st.integers(1, 9), max_size=4)
WANTED = st.lists(
    st.builds(Wanted, st.integers(1, 6), st.none() | PEOPLE, st.booleans()),
    unique_by=lambda one: one.engagement_id,
)
OURS = st.lists(st.integers(1, 8), unique=True, max_size=6)


@st.composite
def courses(draw: st.DrawFn) -> list[Standing]:
    """Groups of ours and of others, some of others with the names we would take."""
    numbers = draw(OURS)
    ours = [Standing(100 + n, f"Ours {n}", id_number(n), draw(PEOPLE)) for n in numbers]
    names = draw(st.lists(st.sampled_from([f"Mentoring {n}" for n in range(1, 7)]), unique=True))
    others = [
        Standing(200 + n, name, draw(st.sampled_from(["", "cairn-engagement-", "x"])), draw(PEOPLE))
        for n, name in enumerate(names)
    ]
    return ours + others


def carried_out(change: GroupPlan, standing: list[Standing]) -> list[Standing]:
    """What Moodle would make of it; it takes no name twice."""
    groups = {group.id: group for group in standing}
    for engagement, name in change.create:
        assert name not in {group.name for group in groups.values()}
        groups[300 + engagement] = Standing(300 + engagement, name, id_number(engagement))
    for group, person in change.add:
        groups[group] = with_people(groups[group], groups[group].people | {person})
    for group, person in change.remove:
        groups[group] = with_people(groups[group], groups[group].people - {person})
    return [group for group in groups.values() if group.id not in change.delete]


def with_people(group: Standing, people: frozenset[int]) -> Standing:
    return Standing(group.id, group.name, group.id_number, people)


@given(WANTED, courses())
def test_done_twice_it_is_as_wanted_and_others_are_untouched(
    wanted: list[Wanted], standing: list[Standing]
) -> None:
    once = carried_out(plan(wanted, standing), standing)
    then = carried_out(plan(wanted, once), once)
    assert plan(wanted, then) == GroupPlan()
    found = {engagement_of(group.id_number): group for group in then}
    before = {engagement_of(group.id_number): group for group in standing}
    for one in wanted:
        group, was = found.get(one.engagement_id), before.get(one.engagement_id)
        if not one.stands:
            assert group is None
        elif one.people is None:
            assert group == was
        elif group is None:
            assert not one.people
        else:
            assert group.people == one.people
    asked = {one.engagement_id for one in wanted}
    others = [group for group in standing if engagement_of(group.id_number) not in asked]
    assert all(group in then for group in others)


def test_a_name_that_is_taken_is_numbered() -> None:
    standing = [Standing(1, "Mentoring 7", ""), Standing(2, "Mentoring 7 (2)", "")]
    assert plan([Wanted(7, frozenset({3}))], standing).create == ((7, "Mentoring 7 (3)"),)


def test_an_engagement_nobody_of_which_is_in_the_course_gets_no_group() -> None:
    assert plan([Wanted(7, frozenset())], []) == GroupPlan()


@given(st.text(min_size=1, max_size=300), st.integers(0, 12))
def test_a_free_name_is_free_and_short_enough(name: str, taken: int) -> None:
    used: set[str] = set()
    for _ in range(taken):
        used.add(free_name(name, used))
    assert len(used) == taken
    assert all(len(each) <= LONGEST_NAME for each in used)


def test_what_others_put_into_a_grouping_stays_and_then_it_stays_too() -> None:
    assert plan_grouping({1, 2}, {2, 3, 9}, {1, 2, 3}) == GroupingPlan((1,), (3,))
    assert plan_grouping(set(), {3, 9}, {3}) == GroupingPlan((), (3,))
    assert plan_grouping(set(), {3}, {3}) == GroupingPlan(delete=True)
