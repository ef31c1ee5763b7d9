"""What is wished for in the courses of a programme, the way that does it, and the preview of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from companion.errors import NotReadyError
from companion.models.lms import Site
from companion.models.placement import PlacementAction, Way
from companion.placement.block import BlockPlacer, has_block
from companion.placement.by_hand import ByHand
from companion.placement.combined import Combined
from companion.placement.placer import CHANGES, Placer, Step, Verb
from companion.placement.template import TemplatePlacer
from lms_client import Function, MoodleClient

CANNOT_MOVE = "Nothing can be moved to the top of a page: the token's service lacks {}."
_MOVING = (Function.COURSE_CONTENTS, Function.UPDATE_COURSE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done: place (in which way, at the top of the page or where it comes) or take out."""

    action: PlacementAction = PlacementAction.PLACE
    way: Way = Way.TEMPLATE
    to_top: bool = False


@dataclass(frozen=True, slots=True)
class PlannedCourse:
    """What would be done in one course; `problem` is a sentence where it could not be looked at."""

    name: str
    address: str
    steps: tuple[Step, ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done, course by course; `problems` are sentences about all of them."""

    wish: Wish
    courses: tuple[PlannedCourse, ...]
    problems: tuple[str, ...]

    def count(self, verb: Verb) -> int:
        """How many steps do this."""
        return sum(step.verb is verb for course in self.courses for step in course.steps)

    @property
    def changes(self) -> bool:
        """Whether anything would be another way afterwards."""
        return any(self.count(verb) for verb in CHANGES)


def template_of(site: Site) -> int:
    """The LMS's id of the course that widgets are imported from; raises NotReadyError where it is not known."""
    if site.template_course_id is None:
        raise NotReadyError(
            "Cairn does not know the template course yet. Make it as docs/moodle-setup.md tells (short name "
            "CAIRN-TEMPLATE) and connect again, or run: python -m companion place --template COURSE_ID"
        )
    return site.template_course_id


def placer_for(client: MoodleClient, site: Site, wish: Wish) -> tuple[Placer, tuple[str, ...]]:
    """What does a wish, and sentences about what it will leave undone. Asks the LMS what the token may call.

    Raises NotReadyError where the way is not open on this site, LmsError of lms_client where it does not answer.
    """
    functions = client.site_info().functions
    block = [BlockPlacer(client)] if has_block(functions) else []
    if wish.action is PlacementAction.REMOVE:
        return Combined(None, [TemplatePlacer(client, site.template_course_id), *block]), ()
    if wish.way is Way.BLOCK:
        if not block:
            raise NotReadyError(
                "The block is not there: this Moodle does not have it, or its functions are not in the token's "
                "service. docs/moodle-block.md tells how to install it."
            )
        return Combined(block[0], [TemplatePlacer(client, site.template_course_id)]), ()
    if wish.way is not Way.TEMPLATE:
        return ByHand(client, wish.way, site.template_course_id), ()
    template_id = template_of(site)
    problems = _cannot_move(functions) if wish.to_top else ()
    placer = TemplatePlacer(client, template_id, to_top=wish.to_top and not problems)
    return Combined(placer, block), problems


def _cannot_move(functions: Iterable[str]) -> tuple[str, ...]:
    lacking = [function for function in _MOVING if function not in frozenset(functions)]
    return (CANNOT_MOVE.format(" and ".join(lacking)),) if lacking else ()
