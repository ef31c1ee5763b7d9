"""Setting up, from an empty installation to the first cohort: what is done, what is not, and what must come first.

Nothing of it is kept apart: a step is done where what it leaves behind is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """A step of setting up, in the order in which they are taken."""

    CONNECT = "connect"
    REGISTER = "register"
    CHECK = "check"
    PROGRAMME = "programme"
    READ = "read"
    RULES = "rules"
    CHARTER = "charter"
    CADENCE = "cadence"
    WEIGHTS = "weights"
    PLACE = "place"
    COHORT = "cohort"


class State(StrEnum):
    """How a step stands."""

    DONE = "done"
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A step and how it stands; `first` is the step that must be done before a locked one."""

    step: Step
    state: State
    first: Step | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """All steps, of the installation and of a programme where there is one already."""

    programme_id: int | None
    name: str | None
    waiting: int | None
    """The run whose proposal waits for approval."""
    stretches: tuple[Stretch, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(each.state is State.DONE for each in self.stretches)

    @property
    def next(self) -> Stretch | None:
        """The first step that can be taken; None where all are done."""
        return next((each for each in self.stretches if each.state is State.OPEN), None)

    @property
    def published(self) -> bool:
        """Whether a first cohort was approved."""
        return self.of(Step.COHORT).state is State.DONE

    def of(self, step: Step) -> Stretch:
        """One of the steps."""
        return next(each for each in self.stretches if each.step is step)

    def after(self, step: Step) -> Stretch | None:
        """The next step that can be taken after one; from the first on where there is none behind it."""
        behind = list(Step)[list(Step).index(step) + 1 :]
        found = next((s for s in self.stretches if s.step in behind and s.state is State.OPEN), None)
        return found or self.next

    @property
    def left(self) -> tuple[Stretch, ...]:
        """What is not done of the steps before the first cohort."""
        return tuple(s for s in self.stretches if s.state is not State.DONE and s.step is not Step.COHORT)


NEEDS: Mapping[Step, tuple[Step, ...]] = {
    Step.CHECK: (Step.CONNECT,),
    Step.PROGRAMME: (Step.CONNECT,),
    Step.READ: (Step.PROGRAMME,),
    Step.RULES: (Step.PROGRAMME, Step.READ),
    Step.CHARTER: (Step.PROGRAMME,),
    Step.CADENCE: (Step.PROGRAMME,),
    Step.WEIGHTS: (Step.PROGRAMME, Step.READ, Step.RULES),
    Step.PLACE: (Step.PROGRAMME, Step.REGISTER),
    Step.COHORT: (Step.PROGRAMME, Step.READ, Step.RULES),
}
"""What a step cannot be taken without. The others may be taken in any order."""


def stretches(done: Mapping[Step, bool]) -> tuple[Stretch, ...]:
    """How every step stands, where it is known of each whether it is done."""
    return tuple(_stretch(step, done) for step in Step)


def _stretch(step: Step, done: Mapping[Step, bool]) -> Stretch:
    if done[step]:
        return Stretch(step, State.DONE)
    first = next((need for need in NEEDS.get(step, ()) if not done[need]), None)
    return Stretch(step, State.LOCKED if first else State.OPEN, first)
