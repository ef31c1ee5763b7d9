"""The template course, which holds an activity for each widget that is placed from it."""

from collections.abc import Iterable, Mapping

from companion import widgets
from companion.errors import NotReadyError
from companion.placement.ownership import widget_of
from lms_client import LtiActivity, MissingCapability, MoodleClient, NotFound

WIDGETS = tuple(widget.name for widget in widgets.WIDGETS)
"""Values of the custom parameter `widget` by which our activities are known."""

_PARAMETERS = " or ".join(f"widget={name}" for name in WIDGETS)


def template_widgets(client: MoodleClient, template_course_id: int) -> Mapping[str, LtiActivity]:
    """The template's activity for each widget, the oldest of several; raises NotReadyError where it holds none."""
    activities = sorted(client.lti_activities([template_course_id]), key=lambda a: a.course_module_id)
    found = {
        widget: activity
        for widget in WIDGETS
        if (activity := next((a for a in activities if widget_of(a) == widget), None)) is not None
    }
    if not found:
        raise NotReadyError(
            f"No Cairn activity is seen in the template course. Each needs a custom parameter ({_PARAMETERS}), and the "
            "token's role needs mod/lti:view. docs/moodle-setup.md tells how to make it."
        )
    return found


def tools_of(client: MoodleClient, template_course_id: int | None) -> frozenset[int]:
    """The LMS's ids of the tool types that the template's activities belong to; empty where it cannot be seen."""
    if template_course_id is None:
        return frozenset()
    try:
        template = template_widgets(client, template_course_id)
    except (NotReadyError, NotFound, MissingCapability):
        return frozenset()
    return type_ids(template.values())


def type_ids(activities: Iterable[LtiActivity]) -> frozenset[int]:
    """The tool types of activities, as far as Moodle tells them."""
    return frozenset(activity.type_id for activity in activities if activity.type_id is not None)
