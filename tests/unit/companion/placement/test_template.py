"""Imports from the template that do not go as planned; all the rest is tried in the tests of the service."""

from typing import Any

import pytest

from companion.models.placement import Way
from companion.placement.placer import Target, Verb
from companion.placement.template import TemplatePlacer
from lms_client import Function, MoodleClient
from lms_client.testing import FakeTransport


def lti(module: int, course: int, widget: str, name: str = "") -> dict[str, Any]:
    return {
        "id": module + 1000,
        "coursemodule": module,
        "course": course,
        "name": name or f"Mentoring {widget}",
        "intro": f'<iframe src="https://m.example/mod/lti/view.php?id={module}"></iframe>',
        "typeid": 3,
        "instructorcustomparameters": f"widget={widget}",
    }


def answer(*activities: dict[str, Any]) -> dict[str, Any]:
    return {"ltis": list(activities), "warnings": []}


@pytest.fixture
def moodle() -> FakeTransport:
    """A template of two widgets, course 8, and an empty course 4."""
    return FakeTransport({Function.IMPORT_COURSE: None, Function.DELETE_MODULES: None})


@pytest.fixture
def placer(moodle: FakeTransport) -> TemplatePlacer:
    return TemplatePlacer(MoodleClient(moodle), 8)


TEMPLATE = answer(lti(1, 8, "check-in"), lti(2, 8, "feedback"))
EMPTY = answer()


def sent(moodle: FakeTransport, function: Function) -> list[dict[str, Any]]:
    return [params for name, params in moodle.calls if name == function]


def test_an_import_that_brings_nothing_is_told(moodle: FakeTransport, placer: TemplatePlacer) -> None:
    moodle.in_turn(Function.LTI_ACTIVITIES, TEMPLATE, EMPTY, EMPTY, EMPTY)
    (plan,) = placer.plans([Target(4)])
    done = placer.carry_out(plan)
    assert (done.added, done.standing) == (0, ())
    assert done.problems == ("Moodle copied no check-in and no feedback from the template.",)
    assert sent(moodle, Function.DELETE_MODULES) == []


def test_what_a_teacher_makes_while_we_import_is_not_taken_for_a_copy(
    moodle: FakeTransport, placer: TemplatePlacer
) -> None:
    stood = lti(20, 4, "feedback")
    made = lti(31, 4, "feedback", name="My own feedback round")
    brought = [lti(32, 4, "check-in"), lti(33, 4, "feedback")]
    moodle.in_turn(
        Function.LTI_ACTIVITIES, TEMPLATE, answer(stood), answer(stood), answer(stood, made, *brought)
    )
    (plan,) = placer.plans([Target(4)])
    done = placer.carry_out(plan)
    assert sent(moodle, Function.DELETE_MODULES) == [{"cmids": [33]}]
    assert {(s.widget, s.module_id, s.way) for s in done.standing} == {
        ("check-in", 32, Way.TEMPLATE),
        ("feedback", 20, Way.TEMPLATE),
    }


def test_many_courses_are_looked_at_in_few_requests(moodle: FakeTransport, placer: TemplatePlacer) -> None:
    moodle.in_turn(Function.LTI_ACTIVITIES, TEMPLATE, answer(lti(20, 7, "check-in")), EMPTY, EMPTY)
    plans = list(placer.plans([Target(course) for course in range(2, 122)]))
    assert [len(params["courseids"]) for params in sent(moodle, Function.LTI_ACTIVITIES)] == [1, 50, 50, 20]
    assert [plan.course_id for plan in plans] == list(range(2, 122))
    kept = [plan.course_id for plan in plans if plan.of(Verb.KEEP)]
    assert kept == [7]
