"""Widgets placed by Cairn's own block (moodle/block_cairn), where the site has it."""

from collections.abc import Iterable, Iterator, Sequence

from companion.models.placement import Way
from companion.placement.looking import unseen
from companion.placement.placer import CoursePlan, Done, Standing, Step, Target, Verb
from companion.placement.widgets import WIDGETS
from lms_client import BlockPlacement, Function, InvalidParameter, MissingCapability, MoodleClient, NotFound

OLDER = (
    "The block in Moodle is older than Cairn and does not know the widget {}. Install the newer one "
    "(docs/moodle-block.md)."
)


def has_block(functions: Iterable[str]) -> bool:
    """Whether the functions that the token may call are those of a site with the block."""
    return Function.PLACE_BLOCK in frozenset(functions)


class BlockPlacer:
    """Asks the site's block to show the widgets; the block itself sees to it that none stands twice."""

    way = Way.BLOCK

    def __init__(self, client: MoodleClient) -> None:
        self._client = client

    def plans(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What placing would do in each course."""
        return (self._plan(target, standing=Verb.KEEP, missing=Verb.CREATE) for target in targets)

    def removals(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What taking the blocks out would do in each course."""
        return (self._plan(target, standing=Verb.REMOVE, missing=None) for target in targets)

    def carry_out(self, plan: CoursePlan) -> Done:
        """Do what was planned."""
        added, problems = [], []
        for step in plan.of(Verb.CREATE):
            try:
                added.append(self._client.place_block(plan.course_id, step.widget))
            except InvalidParameter:
                problems.append(OLDER.format(step.widget))
        removed = [self._client.remove_block(plan.course_id, step.widget) for step in plan.of(Verb.REMOVE)]
        kept = [step.standing for step in plan.of(Verb.KEEP) if step.standing]
        made = [standing for each in added if (standing := _standing(each))]
        return Done(
            standing=tuple(made + kept),
            added=sum(each.changed for each in added),
            removed=sum(each.changed for each in removed),
            problems=tuple(problems),
        )

    def _plan(self, target: Target, *, standing: Verb, missing: Verb | None) -> CoursePlan:
        steps = []
        try:
            for widget in WIDGETS:
                found = self._found(target.course_id, widget)
                if found:
                    steps.append(Step(standing, widget, found))
                elif missing:
                    steps.append(Step(missing, widget))
        except (MissingCapability, NotFound) as refusal:
            return unseen(self._client, target.course_id, refusal)
        return CoursePlan(target.course_id, tuple(steps))

    def _found(self, course_id: int, widget: str) -> Standing | None:
        try:
            return _standing(self._client.find_block(course_id, widget))
        except InvalidParameter:  # one that this block does not know cannot stand by it
            return None


def _standing(found: BlockPlacement) -> Standing | None:
    if found.block_id is None or found.course_module_id is None or found.activity_id is None:
        return None
    return Standing(found.widget, found.course_module_id, found.activity_id, Way.BLOCK)
