"""Plans for one course, from every mixture of what can stand there."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from companion.models.placement import Way
from companion.placement.placer import CoursePlan, Step, Target, Verb
from companion.placement.planning import at_the_top, first_other, placing, taking_out
from companion.placement.widgets import WIDGETS
from lms_client import LtiActivity, Module, Section


def activity(module: int, widget: str, type_id: int | None = 3, *, framed: bool = True) -> LtiActivity:
    intro = f'<iframe src="https://m.example/mod/lti/view.php?id={module}"></iframe>' if framed else ""
    return LtiActivity(module + 1000, module, 4, f"Mentoring {widget}", type_id, {"widget": widget}, intro, 5)


TEMPLATE = {"check-in": activity(1, "check-in"), "feedback": activity(2, "feedback")}
TOOLS = frozenset({3})


@st.composite
def pages(draw: st.DrawFn) -> tuple[Target, list[LtiActivity]]:
    """What stands in a course: ours, copies, teachers' own, other tools', and some of it noted."""
    made = [
        activity(
            number,
            draw(st.sampled_from([*WIDGETS, "other"])),
            draw(st.sampled_from([3, 9, None])),
            framed=framed,
        )
        for number, framed in enumerate(draw(st.lists(st.booleans(), max_size=8)), start=10)
    ]
    noted = draw(st.sets(st.sampled_from([a.course_module_id for a in made]))) if made else set()
    return Target(4, frozenset(noted)), made


def after(steps: tuple[Step, ...], made: list[LtiActivity]) -> list[LtiActivity]:
    """The course once the plan was carried out."""
    plan = CoursePlan(4, steps)
    gone = {s.standing.module_id for s in plan.of(Verb.REMOVE) if s.standing}
    created = [activity(100 + n, s.widget) for n, s in enumerate(plan.of(Verb.CREATE))]
    return [a for a in made if a.course_module_id not in gone] + created


@given(pages())
def test_a_plan_carried_out_leaves_nothing_to_do(page: tuple[Target, list[LtiActivity]]) -> None:
    target, made = page
    steps = placing(target, made, TEMPLATE)
    noted = {s.standing.module_id for s in steps if s.verb is Verb.KEEP and s.standing}
    again = placing(Target(4, frozenset(noted)), after(steps, made), TEMPLATE)
    assert not CoursePlan(4, again).changes


@given(pages())
def test_every_widget_stands_afterwards_and_ours_at_most_once(page: tuple[Target, list[LtiActivity]]) -> None:
    target, made = page
    steps = placing(target, made, TEMPLATE)
    for widget in TEMPLATE:
        of_it = [s for s in steps if s.widget == widget]
        ours = [s for s in of_it if s.verb in (Verb.KEEP, Verb.CREATE)]
        theirs = [s for s in of_it if s.verb is Verb.LEAVE]
        assert len(ours) == 1 or (not ours and theirs)


@given(pages())
def test_what_is_not_beyond_doubt_ours_is_never_removed(page: tuple[Target, list[LtiActivity]]) -> None:
    target, made = page
    for steps in (placing(target, made, TEMPLATE), taking_out(target, made, WIDGETS, TOOLS)):
        removed = {s.standing.module_id for s in steps if s.verb is Verb.REMOVE and s.standing}
        for each in made:
            if each.course_module_id in removed - target.placed:
                assert each.type_id == 3
                assert each.intro
                assert each.custom["widget"] in WIDGETS


@given(pages())
def test_taking_out_and_again_finds_nothing(page: tuple[Target, list[LtiActivity]]) -> None:
    target, made = page
    steps = taking_out(target, made, WIDGETS, TOOLS)
    assert not CoursePlan(4, taking_out(target, after(steps, made), WIDGETS, TOOLS)).changes


@given(pages(), st.randoms())
def test_the_order_of_moodles_answer_changes_nothing(
    page: tuple[Target, list[LtiActivity]], random: Random
) -> None:
    target, made = page
    shuffled = list(made)
    random.shuffle(shuffled)
    assert set(placing(target, shuffled, TEMPLATE)) == set(placing(target, made, TEMPLATE))


def test_of_two_the_noted_one_is_kept_else_the_oldest() -> None:
    made = [activity(30, "check-in"), activity(31, "check-in")]
    for placed, kept in ((frozenset({31}), 31), (frozenset[int](), 30)):
        steps = placing(Target(4, placed), made, {"check-in": TEMPLATE["check-in"]})
        (step,) = [s for s in steps if s.verb is Verb.KEEP]
        assert step.standing is not None
        assert (step.standing.module_id, step.standing.way) == (kept, Way.TEMPLATE)


def test_a_template_that_does_not_frame_itself_makes_copies_that_are_only_known_by_note() -> None:
    plain = {"check-in": replace(TEMPLATE["check-in"], intro="")}
    made = [activity(30, "check-in", framed=False), activity(31, "check-in", framed=False)]
    steps = placing(Target(4, frozenset({30})), made, plain)
    assert [(s.verb, s.standing.module_id) for s in steps if s.standing] == [
        (Verb.KEEP, 30),
        (Verb.LEAVE, 31),
    ]


def section(number: int, *modules: int) -> Section:
    made = tuple(Module(m, "x", "lti", m, visible=True) for m in modules)
    return Section(number + 50, number, "", made)


def test_what_stands_at_the_top() -> None:
    ours = frozenset({1, 2})
    assert at_the_top([section(1, 1), section(0, 2, 9, 1)], ours) == {2}
    assert at_the_top([section(0, 2, 1, 9)], ours) == {1, 2}
    assert at_the_top([section(0, 9, 1, 2)], ours) == frozenset()
    assert at_the_top([section(0)], ours) == frozenset()
    assert at_the_top([], ours) == frozenset()


def test_what_they_are_moved_before() -> None:
    ours = frozenset({1, 2})
    assert first_other([section(0, 2, 9, 8)], ours) == 9
    assert first_other([section(1, 9), section(0, 1)], ours) is None
    assert first_other([], ours) is None
