"""Who is asked: able, with room, and never the same few."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.routing import (
    MOST_ASKED,
    MOST_WAITING,
    Candidate,
    Question,
    Strength,
    can_be_asked,
    points,
    route,
)

COURSE = 7
QUESTION = Question(asker_id=1, course_id=COURSE, topics=frozenset({"excel", "travel"}))
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        person_id=st.integers(1, 12),
        finished=st.frozensets(st.sampled_from([COURSE, 8])),
        topics=st.frozensets(st.sampled_from(["excel", "travel", "law"])),
        shared_hours=st.none() | st.floats(0, 9),
        regularity=st.floats(0, 1),
        waiting=st.integers(0, 3),
        recent=st.integers(0, 6),
        available=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.person_id,
)


def able(person_id: int, **known: object) -> Candidate:
    return Candidate(person_id, finished=frozenset({COURSE}), **known)  # type: ignore[arg-type]


@given(CANDIDATES, st.sets(st.integers(1, 12)), st.integers(0, 5))
def test_only_able_people_with_room_are_asked_and_nobody_twice(
    candidates: list[Candidate], asked: set[int], most: int
) -> None:
    found = route(QUESTION, candidates, asked=asked, most=most)
    by_id = {one.person_id: one for one in candidates}
    assert len(found) <= min(most, MOST_ASKED)
    assert len({choice.person_id for choice in found}) == len(found)
    for choice in found:
        one = by_id[choice.person_id]
        assert choice.person_id not in asked
        assert choice.person_id != QUESTION.asker_id
        assert COURSE in one.finished or one.topics & QUESTION.topics
        assert one.available
        assert one.waiting < MOST_WAITING


@given(CANDIDATES)
def test_somebody_is_asked_wherever_anybody_can_be(candidates: list[Candidate]) -> None:
    assert bool(route(QUESTION, candidates)) == any(can_be_asked(QUESTION, one) for one in candidates)


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(candidates: list[Candidate], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert route(QUESTION, candidates) == route(QUESTION, shuffled)


@given(CANDIDATES, st.integers(0, 5))
def test_being_asked_more_never_makes_one_more_likely_to_be_asked(
    candidates: list[Candidate], more: int
) -> None:
    for one in candidates:
        assert points(QUESTION, replace(one, recent=one.recent + more)) <= points(QUESTION, one)


def test_twenty_asks_are_spread_over_equally_able_people() -> None:
    load: Counter[int] = Counter()
    for _ in range(20):
        candidates = [able(number, recent=load[number]) for number in range(2, 7)]
        load[route(QUESTION, candidates, most=1)[0].person_id] += 1
    assert set(load.values()) == {4}


def test_having_finished_the_course_outweighs_everything_else() -> None:
    finished = able(2)
    elsewhere = Candidate(3, topics=frozenset({"excel"}), shared_hours=4.0, regularity=0.9)
    assert [c.person_id for c in route(QUESTION, [elsewhere, finished])] == [2, 3]


def test_whoever_answers_regularly_comes_before_an_equal_who_does_not() -> None:
    assert route(QUESTION, [able(2, regularity=0.1), able(3, regularity=0.9)])[0].person_id == 3


def test_a_second_is_asked_only_where_they_can_do_enough() -> None:
    busy = able(3, recent=5, regularity=0.0)
    assert [c.person_id for c in route(QUESTION, [able(2), busy])] == [2]
    assert [c.person_id for c in route(QUESTION, [busy])] == [3]


def test_the_reasons_are_told() -> None:
    full = able(2, topics=frozenset({"excel"}), shared_hours=5.0, regularity=0.8)
    assert route(QUESTION, [full])[0].strengths == tuple(Strength)
    assert route(QUESTION, [able(2)])[0].strengths == (Strength.COURSE,)


def test_outside_a_course_the_topics_decide() -> None:
    question = Question(1, None, frozenset({"law"}))
    people = [able(2), Candidate(3, topics=frozenset({"law"}))]
    assert [c.person_id for c in route(question, people)] == [3]
