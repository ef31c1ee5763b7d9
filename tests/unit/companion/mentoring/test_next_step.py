"""One next step, the most urgent first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.next_step import Facts, Step, next_step
from companion.models.engagement import RUNNING, EngagementState

CALM = Facts(EngagementState.ACTIVE, committed=True)
FLAGS = (
    "accepted",
    "declined",
    "charter",
    "leaving",
    "settle",
    "reply",
    "extend",
    "check_in",
    "feedback",
    "committed",
    "may_advise",
)


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({}, Step.NOTHING),
        ({"committed": False}, Step.COMMIT),
        ({"feedback": True}, Step.FEEDBACK),
        ({"check_in": True, "feedback": True}, Step.CHECK_IN),
        ({"extend": True, "check_in": True}, Step.EXTEND),
        ({"reply": True, "extend": True}, Step.REPLY),
        ({"settle": True, "reply": True}, Step.SETTLE),
        ({"charter": False, "settle": True}, Step.ACCEPT_CHARTER),
        ({"leaving": True, "charter": False}, Step.LEAVING),
        ({"state": EngagementState.PAUSED, "check_in": True}, Step.RESUME),
        ({"state": EngagementState.PROPOSED, "accepted": False}, Step.ANSWER_PROPOSAL),
        ({"state": EngagementState.PROPOSED}, Step.WAIT_FOR_OTHERS),
        ({"state": EngagementState.PROPOSED, "accepted": False, "declined": True}, Step.DECLINED),
        ({"state": EngagementState.ACCEPTED}, Step.BEGINS_SOON),
        ({"state": EngagementState.ACCEPTED, "declined": True}, Step.DECLINED),
        ({"state": EngagementState.CLOSED, "may_advise": True}, Step.ADVISE),
        ({"state": EngagementState.CLOSED}, Step.ENDED),
    ],
)
def test_what_waits_longest_for_others_comes_first(change: dict[str, object], step: Step) -> None:
    assert next_step(replace(CALM, **change)) is step  # type: ignore[arg-type]


@given(st.sampled_from(EngagementState), st.fixed_dictionaries({name: st.booleans() for name in FLAGS}))
def test_nothing_is_written_where_nothing_can_be(state: EngagementState, flags: dict[str, bool]) -> None:
    step = next_step(Facts(state, **flags))
    writes = step in (Step.SETTLE, Step.REPLY, Step.EXTEND, Step.CHECK_IN, Step.FEEDBACK, Step.COMMIT)
    assert not writes or (state in RUNNING and flags["charter"])
