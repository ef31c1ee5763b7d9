"""Widgets placed by importing a template course; safe to do twice, though Moodle's import itself is not."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from companion.errors import NotReadyError
from companion.models.placement import Way
from companion.placement.looking import look
from companion.placement.ownership import is_ours, widget_of
from companion.placement.placer import CoursePlan, Done, Standing, Step, Target, Verb
from companion.placement.planning import at_the_top, first_other, placing, standing_of, taking_out
from companion.placement.widgets import WIDGETS, template_widgets, tools_of, type_ids
from lms_client import (
    LmsError,
    LtiActivity,
    MoodleClient,
    NotFound,
    Section,
    SiteError,
)


class TemplatePlacer:
    """Copies the activities of a hidden course into course pages, and knows its copies again."""

    way = Way.TEMPLATE

    def __init__(self, client: MoodleClient, template_course_id: int | None, *, to_top: bool = False) -> None:
        """Args: template_course_id: None where it is not known; taking out works all the same."""
        self._client = client
        self._template_course_id = template_course_id
        self._to_top = to_top

    def plans(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What placing would do in each course; raises NotReadyError where the template holds no widget."""
        template = self._template
        for target, seen in look(self._client, targets):
            if isinstance(seen, CoursePlan):
                yield seen
            else:
                yield CoursePlan(
                    target.course_id, placing(target, seen, template, top=self._top(target, seen))
                )

    def removals(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What taking the widgets out would do; without a template only what was noted when it was placed."""
        tools = tools_of(self._client, self._template_course_id)
        for target, seen in look(self._client, targets):
            if isinstance(seen, CoursePlan):
                yield seen
            else:
                yield CoursePlan(target.course_id, taking_out(target, seen, WIDGETS, tools))

    def carry_out(self, plan: CoursePlan) -> Done:
        """Create, remove, then move; what cannot be moved is told as a problem."""
        wanted = frozenset(step.widget for step in plan.of(Verb.CREATE))
        created = self._import(plan.course_id, wanted) if wanted else []
        removed = self._delete([_module(step) for step in plan.of(Verb.REMOVE)])
        kept = [step.standing for step in plan.of(Verb.KEEP, Verb.MOVE) if step.standing]
        ours = created + kept
        moved, problem = self._move(plan.course_id, ours) if self._to_top and ours else (frozenset(), None)
        lacking = sorted(wanted - {each.widget for each in created})
        missing = f"Moodle copied no {' and no '.join(lacking)} from the template." if lacking else None
        return Done(
            standing=(*ours, *(step.standing for step in plan.of(Verb.LEAVE) if step.standing)),
            added=len(created),
            moved=sum(each.module_id in moved for each in kept),
            removed=removed,
            problems=tuple(sentence for sentence in (missing, problem) if sentence),
        )

    @cached_property
    def _template(self) -> Mapping[str, LtiActivity]:
        if self._template_course_id is None:
            raise NotReadyError("The template course is not known.")
        return template_widgets(self._client, self._template_course_id)

    def _top(self, target: Target, seen: Sequence[LtiActivity]) -> frozenset[int] | None:
        if not self._to_top:
            return None
        tools = type_ids(self._template.values())
        ours = frozenset(
            a.course_module_id for a in seen if widget_of(a) in WIDGETS and is_ours(a, tools, target.placed)
        )
        return at_the_top(self._sections(target.course_id), ours)

    def _sections(self, course_id: int) -> Sequence[Section]:
        return self._client.course_contents(course_id)

    def _import(self, course_id: int, wanted: frozenset[str]) -> list[Standing]:
        """The import always brings the whole template: what was not wanted is taken out of what it brought."""
        assert self._template_course_id is not None  # noqa: S101 - there was a template to plan from
        before = {a.course_module_id for a in self._client.lti_activities([course_id])}
        self._client.import_course(self._template_course_id, course_id)
        after = self._client.lti_activities([course_id])
        brought = [a for a in after if a.course_module_id not in before and self._is_copy(a)]
        self._delete([a.course_module_id for a in brought if widget_of(a) not in wanted])
        return [standing_of(a, self.way) for a in brought if widget_of(a) in wanted]

    def _is_copy(self, activity: LtiActivity) -> bool:
        """Just imported, and not made by hand in the same moment."""
        original = self._template.get(widget_of(activity))
        return original is not None and (activity.name, activity.custom) == (original.name, original.custom)

    def _delete(self, modules: Sequence[int]) -> int:
        """Delete activities; those that somebody deleted meanwhile are as good as deleted by us, and not counted."""
        if not modules:
            return 0
        try:
            self._client.delete_modules(modules)
        except NotFound:
            if len(modules) == 1:
                return 0
            return sum(self._delete([module]) for module in modules)
        return len(modules)

    def _move(self, course_id: int, ours: Sequence[Standing]) -> tuple[frozenset[int], str | None]:
        """Move what is not at the top; gives the modules moved, and a sentence where it cannot be done."""
        modules = frozenset(each.module_id for each in ours)
        try:
            sections = self._sections(course_id)
            elsewhere = modules - at_the_top(sections, modules)
            before = first_other(sections, modules)
            if elsewhere and before is not None:
                self._client.move_modules(course_id, sorted(modules), before=before)
            elif elsewhere:
                self._client.move_modules(course_id, sorted(modules), section_id=sections[0].id)
        except SiteError:
            raise
        except LmsError as refusal:
            return frozenset(), f"The widgets stand, but were not moved to the top. {refusal}"
        return elsewhere, None


def _module(step: Step) -> int:
    assert step.standing is not None  # noqa: S101 - only what stands is removed
    return step.standing.module_id
