"""The ways that people take by hand, deep linking and the snippet: Cairn tells what it finds and touches nothing."""

from collections.abc import Iterator, Sequence

from companion.models.placement import Way
from companion.placement.looking import look
from companion.placement.ownership import is_ours, may_be_ours, widget_of
from companion.placement.placer import CoursePlan, Done, Step, Target, Verb
from companion.placement.planning import TEACHERS, standing_of
from companion.placement.widgets import WIDGETS, tools_of
from lms_client import LtiActivity, MoodleClient


class ByHand:
    """Finds the activities of our tool, whoever made them."""

    def __init__(self, client: MoodleClient, way: Way, template_course_id: int | None = None) -> None:
        """Args: template_course_id: tells which tool is ours; without it every activity with a widget's name counts."""
        self._client = client
        self._way = way
        self._template_course_id = template_course_id

    @property
    def way(self) -> Way:
        """DEEP_LINK or SNIPPET."""
        return self._way

    def plans(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What stands in each course."""
        tools = tools_of(self._client, self._template_course_id)
        for target, seen in look(self._client, targets):
            if isinstance(seen, CoursePlan):
                yield seen
                continue
            found = [a for a in seen if widget_of(a) in WIDGETS and may_be_ours(a, tools)]
            yield CoursePlan(target.course_id, tuple(_step(target, activity, tools) for activity in found))

    def removals(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """Nothing: what people made they take away themselves."""
        return self.plans(targets)

    def carry_out(self, plan: CoursePlan) -> Done:
        """Nothing is done."""
        return Done(tuple(step.standing for step in plan.steps if step.standing))


def _step(target: Target, activity: LtiActivity, tools: frozenset[int]) -> Step:
    ours = is_ours(activity, tools, target.placed)
    standing = standing_of(activity, Way.TEMPLATE if ours else Way.DEEP_LINK)
    return Step(Verb.LEAVE, standing.widget, standing, "" if ours else TEACHERS)
