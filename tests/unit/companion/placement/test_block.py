"""A block in Moodle that is older than Cairn, and does not know each of its widgets."""

from typing import Any

import pytest

from companion.placement.block import BlockPlacer
from companion.placement.placer import Target
from companion.placement.widgets import WIDGETS
from lms_client import Function, MoodleClient
from lms_client.testing import FakeTransport

KNOWN = ("check-in", "feedback")
REFUSED = {
    "exception": "core\\exception\\invalid_parameter_exception",
    "errorcode": "invalidparameter",
    "message": "x",
}


def answer(params: Any) -> dict[str, Any]:
    if params["widget"] not in KNOWN:
        return REFUSED
    made = params["action"] == "place"
    ids = dict.fromkeys(("blockinstanceid", "cmid", "instanceid"), int(made))
    return {"courseid": params["courseid"], "widget": params["widget"], "changed": made, **ids}


@pytest.fixture
def placer() -> BlockPlacer:
    return BlockPlacer(MoodleClient(FakeTransport({Function.PLACE_BLOCK: answer})))


def test_what_it_knows_is_placed_and_the_rest_is_told(placer: BlockPlacer) -> None:
    (plan,) = placer.plans([Target(4)])
    done = placer.carry_out(plan)
    assert [standing.widget for standing in done.standing] == list(KNOWN)
    unknown = [name for name in WIDGETS if name not in KNOWN]
    assert unknown
    assert [problem for name in unknown for problem in done.problems if f"widget {name}." in problem] == list(
        done.problems
    )


def test_what_it_does_not_know_is_nothing_to_take_out(placer: BlockPlacer) -> None:
    (plan,) = placer.removals([Target(4)])
    assert (plan.steps, plan.problem) == ((), None)
