"""Many reads in one request, which stops at the first error."""

import json
from typing import Any

import pytest

from lms_client import FunctionUnavailable, InvalidToken, LmsError, MalformedReply, MoodleError, NotEnrolled
from lms_client.batch import call_each, call_many
from lms_client.calling import checked
from lms_client.functions import Function
from lms_client.params import Params


class Site:
    """Answers batches as Moodle does: in order, up to and with the first error. What is asked is what is answered."""

    def __init__(self, errors: dict[int, str] | None = None) -> None:
        self.errors = errors or {}
        self.batches: list[list[int]] = []

    def call(self, function: str, params: Params) -> object:
        assert function == Function.BATCH
        answers: list[dict[str, Any]] = []
        requests: Any = params["requests"]
        asked = [json.loads(request["arguments"])["n"] for request in requests]
        self.batches.append(asked)
        for number in asked:
            if code := self.errors.get(number):
                exception = json.dumps(
                    {"errorcode": code, "message": "for Rosa", "link": "", "moreinfourl": ""}
                )
                answers.append({"error": True, "exception": exception})
                break
            answers.append({"error": False, "data": json.dumps({"n": number})})
        return checked(function, {"responses": answers})


def ask(site: Site, count: int, size: int = 30) -> list[object]:
    return list(call_many(site.call, [(Function.COMPLETION, {"n": n}) for n in range(count)], size))


def test_answers_come_in_the_order_of_the_requests() -> None:
    site = Site()
    assert ask(site, 5, size=2) == [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}]
    assert site.batches == [[0, 1], [2, 3], [4]]


def test_after_an_error_the_rest_is_sent_again_and_nothing_twice() -> None:
    site = Site({1: "usernotenroled", 2: "usernotenroled", 4: "strange"})
    answers = ask(site, 5)
    assert [type(answer) for answer in answers] == [dict, NotEnrolled, NotEnrolled, dict, MoodleError]
    assert site.batches == [[0, 1, 2, 3, 4], [2, 3, 4], [3, 4]]
    errors = [answer for answer in answers if isinstance(answer, LmsError)]
    assert {error.function for error in errors} == {"core_completion_get_course_completion_status"}


@pytest.mark.parametrize(
    ("code", "kind"), [("accessexception", FunctionUnavailable), ("invalidtoken", InvalidToken)]
)
def test_what_concerns_every_request_is_raised(code: str, kind: type[LmsError]) -> None:
    site = Site({1: code})
    with pytest.raises(kind):
        ask(site, 50)
    assert len(site.batches) == 1


def test_a_function_that_answers_nothing_has_no_data() -> None:
    answers = call_many(lambda *_: {"responses": [{"error": False}]}, [(Function.COMPLETION, {})], 1)
    assert list(answers) == [None]


@pytest.mark.parametrize("exception", [None, "null", '"text"', "{}"])
def test_an_error_without_details_is_an_error(exception: str | None) -> None:
    reply = {"responses": [{"error": True, "exception": exception}]}
    (answer,) = call_many(lambda *_: reply, [(Function.COMPLETION, {})], 1)
    assert type(answer) is MoodleError


def test_half_an_answer_fails_its_request_alone() -> None:
    reply = {"responses": [{"error": False, "data": '{"n": '}, {"error": False, "data": "2"}]}
    first, second = call_many(lambda *_: reply, [(Function.COMPLETION, {}), (Function.COMPLETION, {})], 2)
    assert isinstance(first, MalformedReply)
    assert second == 2


@pytest.mark.parametrize(
    "reply",
    [
        None,
        True,
        [],
        {},
        {"responses": None},
        {"responses": []},
        {"responses": [{"error": False, "data": "1"}] * 3},
        {"responses": [{"data": "1"}]},
    ],
)
def test_an_answer_of_another_form_ends_it(reply: object) -> None:
    with pytest.raises(MalformedReply):
        list(call_many(lambda *_: reply, [(Function.COMPLETION, {})] * 2, 2))


def test_nothing_asked_nothing_sent() -> None:
    assert list(call_many(Site().call, [], 3)) == []


def test_what_changes_something_does_not_go_into_a_batch() -> None:
    with pytest.raises(ValueError, match="Only reads"):
        call_many(Site().call, [(Function.DELETE_GROUPS, {})], 3)


def test_one_by_one_an_error_is_handed_out_too() -> None:
    def call(function: str, params: Params) -> object:
        if params["n"] == 1:
            raise NotEnrolled(function)
        return params["n"]

    answers = list(call_each(call, [(Function.COMPLETION, {"n": n}) for n in range(3)]))
    assert [answers[0], type(answers[1]), answers[2]] == [0, NotEnrolled, 2]
