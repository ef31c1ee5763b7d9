"""What the ways into a course page have in common: they plan first, and do what they planned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from companion.models.placement import Way


class Verb(StrEnum):
    """What a step of a plan does."""

    CREATE = "create"
    MOVE = "move"
    REMOVE = "remove"
    KEEP = "keep"
    """It stands already."""
    LEAVE = "leave"
    """It stands and is not ours to touch."""


CHANGES = frozenset({Verb.CREATE, Verb.MOVE, Verb.REMOVE})


@dataclass(frozen=True, slots=True)
class Target:
    """A course to place in; ids are the LMS's.

    Attributes:
        placed: course modules that Cairn noted as placed by itself.
    """

    course_id: int
    placed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """A widget standing in a course; ids are the LMS's."""

    widget: str
    module_id: int
    activity_id: int
    way: Way


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a plan does, or finds and leaves; `standing` is what it is about, None for what is to be created."""

    verb: Verb
    widget: str
    standing: Standing | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """What a way would do in one course.

    Attributes:
        problem: a sentence where the course could not be looked at; there are no steps then.
        gone: the course is no longer in the LMS.
    """

    course_id: int
    steps: tuple[Step, ...] = ()
    problem: str | None = None
    gone: bool = False

    def of(self, *verbs: Verb) -> tuple[Step, ...]:
        """The steps that do this."""
        return tuple(step for step in self.steps if step.verb in verbs)

    @property
    def changes(self) -> bool:
        """Whether anything would be another way afterwards."""
        return bool(self.of(*CHANGES))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a plan; problems are sentences."""

    standing: tuple[Standing, ...] = ()
    added: int = 0
    moved: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()

    def plus(self, other: "Done") -> "Done":
        """Both together."""
        return Done(
            self.standing + other.standing,
            self.added + other.added,
            self.moved + other.moved,
            self.removed + other.removed,
            self.problems + other.problems,
        )


class Placer(Protocol):
    """One way of making widgets stand in course pages. Every method may raise any LmsError of lms_client."""

    @property
    def way(self) -> Way:
        """Which way it is."""

    def plans(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What placing would do in each course, in order."""

    def removals(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What taking the widgets out would do in each course, in order."""

    def carry_out(self, plan: CoursePlan) -> Done:
        """Do what was planned, as long as the plan is fresh; `standing` is what of this way stands afterwards."""
