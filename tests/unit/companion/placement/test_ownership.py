"""Which activities are Cairn's, beyond doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.placement.ownership import frames_itself, is_ours, may_be_ours, widget_of
from lms_client import LtiActivity

TOOLS = frozenset({3})


def activity(module: int = 57, *, type_id: int | None = 3, intro: str = "", **custom: str) -> LtiActivity:
    return LtiActivity(1, module, 4, "Mentoring", type_id, {"widget": "check-in", **custom}, intro, 5)


def frame(module: int) -> str:
    return f'<p><iframe title="x" src="https://moodle.example/mod/lti/view.php?id={module}" width="100%"></iframe></p>'


@pytest.mark.parametrize(
    ("intro", "itself"),
    [
        (frame(57), True),
        (frame(57).replace('"', "'"), True),
        (frame(57).upper().replace("/MOD/LTI/VIEW.PHP?ID=", "/mod/lti/view.php?id="), True),
        ('<iframe\n src = "/mod/lti/view.php?id=57&amp;x=1">', True),
        (frame(56), False),
        (frame(570), False),
        (frame(5), False),
        ('<a href="https://moodle.example/mod/lti/view.php?id=57">Open</a>', False),
        ('<iframe src="https://moodle.example/mod/page/view.php?id=57"></iframe>', False),
        ("", False),
    ],
)
def test_a_frame_of_its_own_page_is_told_from_other_frames_and_links(intro: str, itself: bool) -> None:
    assert frames_itself(activity(intro=intro)) is itself


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_only_its_own_number_makes_a_frame_its_own(module: int, shown: int) -> None:
    assert frames_itself(activity(module, intro=frame(shown))) is (module == shown)


@given(st.text())
def test_any_description_can_be_looked_at(intro: str) -> None:
    assert not is_ours(activity(intro=intro), TOOLS, ()) or "57" in intro


@pytest.mark.parametrize(
    ("made", "placed", "ours"),
    [
        (activity(intro=frame(57)), (), True),
        (activity(), (57,), True),
        (activity(type_id=9), (57,), True),  # noted, though the tool was registered anew since
        (activity(), (), False),  # picked by a teacher
        (activity(intro=frame(56)), (), False),
        (activity(type_id=9, intro=frame(57)), (), False),  # another tool's
        (activity(type_id=None, intro=frame(57)), (), False),  # nobody knows whose
    ],
)
def test_beyond_doubt(made: LtiActivity, placed: tuple[int, ...], ours: bool) -> None:
    assert is_ours(made, TOOLS, placed) is ours


def test_without_knowing_our_tool_only_what_was_noted_is_ours() -> None:
    assert not is_ours(activity(intro=frame(57)), (), ())
    assert is_ours(activity(), (), (57,))


@pytest.mark.parametrize(
    ("type_id", "tools", "may_be"), [(3, TOOLS, True), (None, TOOLS, True), (9, TOOLS, False), (9, (), True)]
)
def test_whose_it_may_be(type_id: int | None, tools: frozenset[int], may_be: bool) -> None:
    assert may_be_ours(activity(type_id=type_id), tools) is may_be


def test_the_hidden_activities_of_the_block_are_not_looked_at() -> None:
    assert widget_of(activity()) == "check-in"
    assert widget_of(activity(placement="block")) == ""
    assert widget_of(LtiActivity(1, 2, 3, "x", 3, {}, "", None)) == ""
