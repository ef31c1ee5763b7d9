"""What to create, move, remove and leave in one course, from what stands there. Pure."""

from collections.abc import Mapping, Sequence

from companion.models.placement import Way
from companion.placement.ownership import is_ours, may_be_ours, widget_of
from companion.placement.placer import Standing, Step, Target, Verb
from companion.placement.widgets import type_ids
from lms_client import LtiActivity, Section

COPY = "a second copy of ours"
OUTDATED = "it belongs to an earlier registration of Cairn"
TEACHERS = "a teacher put it there"
ELSEWHERE = "it is not at the top of the page"
TO_TOP = "at the top of the page"


def standing_of(activity: LtiActivity, way: Way) -> Standing:
    """An activity as what stands in a course."""
    return Standing(widget_of(activity), activity.course_module_id, activity.id, way)


def placing(
    target: Target,
    activities: Sequence[LtiActivity],
    template: Mapping[str, LtiActivity],
    *,
    top: frozenset[int] | None = None,
) -> tuple[Step, ...]:
    """The steps that make every widget of the template stand in the course once.

    Args:
        activities: the external-tool activities of the course.
        template: the template's activity for each widget, in the order in which they are to be told.
        top: course modules that stand at the top of the page already; None where nothing is to be moved.
    """
    tools = type_ids(template.values())
    steps: list[Step] = []
    for widget in template:
        seen = [a for a in activities if widget_of(a) == widget]
        ours = [a for a in seen if is_ours(a, tools, target.placed)]
        theirs = [a for a in seen if a not in ours and may_be_ours(a, tools)]
        kept = _kept([a for a in ours if may_be_ours(a, tools)], target.placed)
        if kept is not None:
            steps.append(_keep(kept, top))
        elif not theirs:
            steps.append(Step(Verb.CREATE, widget, reason="" if top is None else TO_TOP))
        steps += [_remove(a, COPY if may_be_ours(a, tools) else OUTDATED) for a in ours if a is not kept]
        steps += [_leave(a) for a in theirs]
    return tuple(steps)


def taking_out(
    target: Target, activities: Sequence[LtiActivity], widgets: Sequence[str], tools: frozenset[int]
) -> tuple[Step, ...]:
    """The steps that take every widget that Cairn placed out of the course."""
    ordered = sorted(
        (a for a in activities if widget_of(a) in widgets), key=lambda a: widgets.index(widget_of(a))
    )
    return tuple(
        _remove(a, "") if is_ours(a, tools, target.placed) else _leave(a)
        for a in ordered
        if is_ours(a, tools, target.placed) or may_be_ours(a, tools)
    )


def at_the_top(sections: Sequence[Section], modules: frozenset[int]) -> frozenset[int]:
    """Those of the modules that stand at the top of the page with nothing else among or above them."""
    found: list[int] = []
    for module in _top_section(sections).modules if sections else ():
        if module.id not in modules:
            break
        found.append(module.id)
    return frozenset(found)


def first_other(sections: Sequence[Section], modules: frozenset[int]) -> int | None:
    """The first module of the top section that is none of these: what they are moved before."""
    others = (m.id for m in _top_section(sections).modules if m.id not in modules) if sections else iter(())
    return next(others, None)


def _top_section(sections: Sequence[Section]) -> Section:
    return min(sections, key=lambda section: section.number)


def _kept(fit: Sequence[LtiActivity], placed: frozenset[int]) -> LtiActivity | None:
    """Of several the one that was noted when it was placed, then the oldest."""
    return min(fit, key=lambda a: (a.course_module_id not in placed, a.course_module_id), default=None)


def _keep(kept: LtiActivity, top: frozenset[int] | None) -> Step:
    standing = standing_of(kept, Way.TEMPLATE)
    if top is None or kept.course_module_id in top:
        return Step(Verb.KEEP, standing.widget, standing)
    return Step(Verb.MOVE, standing.widget, standing, ELSEWHERE)


def _remove(activity: LtiActivity, reason: str) -> Step:
    standing = standing_of(activity, Way.TEMPLATE)
    return Step(Verb.REMOVE, standing.widget, standing, reason)


def _leave(activity: LtiActivity) -> Step:
    standing = standing_of(activity, Way.DEEP_LINK)
    return Step(Verb.LEAVE, standing.widget, standing, TEACHERS)
