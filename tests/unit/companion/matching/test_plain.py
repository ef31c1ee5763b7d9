"""Requests and results as plain data: through JSON and back they are what they were."""

import json
from datetime import date

from hypothesis import given

from companion.matching import MatchRequest, Profile, Weights, match_shard
from companion.matching.fingerprint import input_hash
from companion.matching.plain import request_from_plain, request_to_plain, result_from_plain, result_to_plain
from companion.matching.shards import Shard
from tests.unit.companion.matching.made_up import DAY, requests


@given(requests(5, 5))
def test_a_request_comes_back_from_json_as_it_was(request: MatchRequest) -> None:
    again = request_from_plain(json.loads(json.dumps(request_to_plain(request))))
    assert input_hash(again) == input_hash(request)
    assert list(again.learners) == list(request.learners)
    assert again.forbidden == request.forbidden
    assert again.running == request.running


def test_every_field_comes_back() -> None:
    person = Profile(
        person_id=1,
        languages=frozenset({"en"}),
        time_zone="Europe/Lisbon",
        working_hours=(8, 16),
        finished={7: date(2026, 1, 2)},
        enrolled=frozenset({8}),
        department="Sales",
        job_role="Clerk",
        location="Porto",
        interests=frozenset({"law"}),
        topics_wanted=frozenset({"tax"}),
        topics_offered=frozenset({"law"}),
        work_style={"pace": 2},
        manager_id=3,
        cohorts=frozenset({4}),
        capacity=5,
        low_bandwidth=True,
        wished=frozenset({6}),
        paused=True,
        opted_out=True,
        blocked=frozenset({9}),
    )
    request = MatchRequest(
        learners=[person],
        advisers=[Profile(person_id=2)],
        on=DAY,
        course_names={7: "Law"},
        programme_courses=frozenset({7}),
        window_days=(1, 9),
        weights=Weights(topics=1),
        min_shared_hours=3,
        load_penalty=4,
        unmatched_price=50,
        running={2: 1},
        course_in_common=True,
        common_language=False,
        forbidden=frozenset({(1, 2)}),
    )
    assert request_from_plain(json.loads(json.dumps(request_to_plain(request)))) == request


@given(requests(4, 4))
def test_a_result_comes_back_from_json_as_it_was(request: MatchRequest) -> None:
    result = match_shard(Shard("whole", request))
    assert result_from_plain(json.loads(json.dumps(result_to_plain(result)))) == result
