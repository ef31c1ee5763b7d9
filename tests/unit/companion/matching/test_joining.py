"""Who joins a running circle: as many as fit, by every hard rule with everybody in it, and nobody is moved."""

from dataclasses import replace
from functools import partial
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from companion.matching import MatchRequest, OpenCircle, Profile, Sizes, explain, join, propose_circles
from companion.matching.fingerprint import input_hash
from companion.matching.joining import peers
from companion.matching.plain import request_from_plain, request_to_plain
from tests.unit.companion.matching.made_up import DAY, requests

Person = partial(Profile, languages=frozenset({"en"}))


def circle(circle_id: int, *learners: Profile, room: int = 1, adviser: Profile | None = None) -> OpenCircle:
    leads = adviser or Person(person_id=100 + circle_id, capacity=0)
    return OpenCircle(circle_id=circle_id, adviser=leads, learners=learners, room=room)


def request(*learners: Profile, circles: tuple[OpenCircle, ...] = ()) -> MatchRequest:
    return MatchRequest(learners=learners, advisers=[], on=DAY, open_circles=circles)


def fits(asked: MatchRequest, learner: Profile, into: OpenCircle) -> int | None:
    """Points of a learner in a circle, worked out pair by pair; None where a hard rule forbids one of them."""
    leads = replace(asked, advisers=[replace(into.adviser, capacity=1)], pinned=())
    found = [explain(leads, learner.person_id, into.adviser.person_id)]
    total = found[0].points
    for other in into.learners:
        seated = [replace(one, capacity=1) for one in (learner, other)]
        both = replace(peers(asked), learners=seated, advisers=seated, pinned=())
        ways = [
            explain(both, *ids)
            for ids in ((learner.person_id, other.person_id), (other.person_id, learner.person_id))
        ]
        found += ways
        total += sum(way.points for way in ways) // 2
    return total if all(each.allowed for each in found) else None


@settings(max_examples=25, deadline=None)
@given(requests(learners=5, advisers=4), st.data())
def test_nobody_joins_against_a_rule_beyond_the_room_or_twice_and_no_place_is_wasted(
    made: MatchRequest, data: st.DataObject
) -> None:
    newcomers, seated = list(made.learners)[:3], list(made.learners)[3:]
    circles = tuple(
        circle(number, *seated[number : number + 1], room=data.draw(st.integers(1, 2)), adviser=adviser)
        for number, adviser in enumerate(list(made.advisers)[:2])
    )
    asked = replace(made, learners=newcomers, open_circles=circles, pinned=())
    found = join(asked, [person.person_id for person in newcomers])
    by_id = {person.person_id: person for person in newcomers}
    into = {each.circle_id: each for each in circles}
    for each in found:
        assert fits(asked, by_id[each.learner_id], into[each.circle_id]) == each.points
    assert len({each.learner_id for each in found}) == len(found)
    for number, open_one in into.items():
        assert sum(each.circle_id == number for each in found) <= open_one.room
    left = [person for person in newcomers if person.person_id not in {each.learner_id for each in found}]
    for person, open_one in product(left, circles):
        here = [by_id[each.learner_id] for each in found if each.circle_id == open_one.circle_id]
        alone = replace(open_one, learners=(*open_one.learners, *here))
        assert len(here) == open_one.room or fits(asked, person, alone) is None


def test_as_many_as_fit_come_before_points() -> None:
    """One could sit in either circle and is worth more in the first, where alone the other can sit."""
    both, one = (
        Person(person_id=1, topics_wanted=frozenset({"law"})),
        Profile(person_id=2, languages=frozenset({"de"})),
    )
    first = circle(
        1, adviser=Person(person_id=101, languages=frozenset({"en", "de"}), topics_offered=frozenset({"law"}))
    )
    found = join(request(both, one, circles=(first, circle(2))), [1, 2])
    assert [(each.learner_id, each.circle_id) for each in found] == [(1, 2), (2, 1)]


def test_newcomers_who_may_not_sit_together_do_not_join_the_same_circle() -> None:
    one, other = Person(person_id=1, blocked=frozenset({2})), Person(person_id=2)
    wide = circle(1, room=3)
    assert len(join(request(one, other, circles=(wide,)), [1, 2])) == 1
    found = join(request(one, other, circles=(wide, circle(2, room=3))), [1, 2])
    assert {each.circle_id for each in found} == {1, 2}


def test_only_the_adviser_has_to_have_finished_a_course() -> None:
    """Learners who take the course have not finished it: asked of them, no circle could ever be filled."""
    learners = [Person(person_id=number, enrolled=frozenset({7})) for number in range(1, 5)]
    adviser = Person(person_id=50, finished={7: DAY}, capacity=1)
    asked = replace(request(*learners), advisers=[adviser], course_in_common=True, window_days=(0, 180))
    (formed,) = propose_circles(asked, Sizes(4, 5)).circles
    assert len(formed.learner_ids) == 4
    open_one = circle(1, *learners[1:], adviser=adviser)
    here = replace(asked, learners=learners[:1], open_circles=(open_one,))
    assert [each.circle_id for each in join(here, [1])] == [1]
    assert join(replace(here, open_circles=(circle(1, *learners[1:]),)), [1]) == ()


def test_open_circles_are_part_of_the_input_and_come_back_from_plain_data() -> None:
    one, other = circle(1, Person(person_id=3)), circle(2, Person(person_id=4))
    asked = request(Person(person_id=1), circles=(one, other))
    assert request_from_plain(request_to_plain(asked)).open_circles == asked.open_circles
    assert input_hash(replace(asked, open_circles=(other, one))) == input_hash(asked)
    assert input_hash(replace(asked, open_circles=(one,))) != input_hash(asked)
