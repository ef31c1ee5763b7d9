"""Widgets placed by importing a template course; safe to do twice, though Moodle's import itself is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from companion.errors import NotReadyError
from lms_client import LtiActivity, MoodleClient

WIDGETS = ("check-in", "feedback")
"""Values of the custom parameter `widget` by which our activities are known."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A widget standing in a course; ids are the LMS's."""

    widget: str
    module_id: int
    activity_id: int


@dataclass(frozen=True, slots=True)
class Placed:
    """What placing did in one course."""

    standing: tuple[Standing, ...]
    added: int


def template_widgets(client: MoodleClient, template_course_id: int) -> frozenset[str]:
    """The widgets of the template course; raises NotReadyError where it holds none."""
    found = frozenset(standing(client.lti_activities([template_course_id])))
    if not found:
        raise NotReadyError(
            "No Cairn activity is seen in the template course. Each needs the custom parameter widget=check-in or "
            "widget=feedback, and the token's role needs mod/lti:view. docs/moodle-setup.md tells how to make it."
        )
    return found


def standing(activities: Iterable[LtiActivity]) -> Mapping[str, Standing]:
    """Our widgets among the activities of a course; of several of one kind the oldest."""
    found: dict[str, Standing] = {}
    for activity in sorted(activities, key=lambda a: a.course_module_id):
        widget = activity.custom.get("widget", "")
        if widget in WIDGETS:
            found.setdefault(widget, Standing(widget, activity.course_module_id, activity.id))
    return found


def place(client: MoodleClient, template_course_id: int, wanted: frozenset[str], course_id: int) -> Placed:
    """Make the wanted widgets stand in the course.

    The import always brings the whole template, so what stood before is taken out of what it brought.
    """
    before = client.lti_activities([course_id])
    there = standing(before)
    if wanted <= set(there):
        return Placed(_in_order(there), 0)
    client.import_course(template_course_id, course_id)
    known = {activity.course_module_id for activity in before}
    brought = [a for a in client.lti_activities([course_id]) if a.course_module_id not in known]
    surplus = [a.course_module_id for a in brought if a.custom.get("widget", "") in there]
    if surplus:
        client.delete_modules(surplus)
    added = standing(a for a in brought if a.course_module_id not in surplus)
    return Placed(_in_order({**added, **there}), len(added))


def remove(client: MoodleClient, course_id: int) -> int:
    """Take every widget of ours out of the course, copies too; gives how many there were."""
    modules = [
        activity.course_module_id
        for activity in client.lti_activities([course_id])
        if activity.custom.get("widget", "") in WIDGETS
    ]
    if modules:
        client.delete_modules(modules)
    return len(modules)


def _in_order(found: Mapping[str, Standing]) -> tuple[Standing, ...]:
    order: Sequence[str] = WIDGETS
    return tuple(sorted(found.values(), key=lambda s: order.index(s.widget)))
