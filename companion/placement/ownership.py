"""Which activities of a course page Cairn placed, and which a teacher put there. Pure.

An activity is a widget of ours when its custom parameter `widget` names one and it belongs to the tool of the
template's activities (or Moodle does not say to which). Cairn placed it itself, beyond doubt, when

- it noted the course module when it placed it, or
- it belongs to that tool for certain, and its description shows a frame of its own page: that is how the template's
  activities show their widget, Moodle rewrites the number in it for every copy it makes, and nothing a teacher picks
  by deep linking or in the activity chooser has it.

Everything else is a teacher's own: it counts as standing, and is never moved or removed.
"""

import re
from collections.abc import Iterable

from lms_client import LtiActivity

_FRAME = re.compile(
    r"<iframe\b[^>]*\bsrc\s*=\s*[\"'][^\"']*/mod/lti/view\.php\?id=(\d+)[\"'&#]", re.IGNORECASE
)

OF_THE_BLOCK = "block"
"""Value of the custom parameter `placement` of the hidden activities behind the block."""


def widget_of(activity: LtiActivity) -> str:
    """The widget an activity opens, "" for none. The hidden activities behind the block are the block's."""
    return "" if activity.custom.get("placement") == OF_THE_BLOCK else activity.custom.get("widget", "")


def frames_itself(activity: LtiActivity) -> bool:
    """Whether the description shows a frame of the activity's own page."""
    return str(activity.course_module_id) in _FRAME.findall(activity.intro)


def may_be_ours(activity: LtiActivity, tools: Iterable[int]) -> bool:
    """Whether an activity belongs to one of our tools, as far as Moodle tells."""
    known = frozenset(tools)
    return activity.type_id is None or not known or activity.type_id in known


def is_ours(activity: LtiActivity, tools: Iterable[int], placed: Iterable[int]) -> bool:
    """Whether Cairn placed an activity, beyond doubt.

    Args:
        tools: the LMS's ids of the tool types that the template's activities belong to.
        placed: course modules that Cairn noted as placed by itself.
    """
    if activity.course_module_id in frozenset(placed):
        return True
    return activity.type_id in frozenset(tools) and frames_itself(activity)
