"""Several ways as one: one of them places, the others are cleared, so that no widget stands twice in different ways."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from companion.models.placement import Way
from companion.placement.placer import CoursePlan, Done, Placer, Step, Target, Verb

OTHER_WAY = "it is placed in another way now"


class Combined:
    """Places by one way and takes out what the others placed; without a way to place by it only takes out."""

    def __init__(self, places: Placer | None, clears: Sequence[Placer]) -> None:
        self._places = places
        self._clears = clears

    @property
    def way(self) -> Way:
        """The way that places, else the first that is cleared."""
        return (self._places or self._clears[0]).way

    def plans(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What would be done in each course; where a teacher put a widget nothing is created beside it."""
        cleared = [placer.removals(targets) for placer in self._clears]
        if self._places is None:
            return (_merged(plans) for plans in zip(*cleared, strict=True))
        placed = self._places.plans(targets)
        return (
            _merged([first, *(_explained(plan) for plan in rest)])
            for first, *rest in zip(placed, *cleared, strict=True)
        )

    def removals(self, targets: Sequence[Target]) -> Iterator[CoursePlan]:
        """What taking everything out would do, whichever way it came."""
        everyone = [*([self._places] if self._places else []), *self._clears]
        return (_merged(plans) for plans in zip(*(p.removals(targets) for p in everyone), strict=True))

    def carry_out(self, plan: CoursePlan) -> Done:
        """Do the steps of each way by its own means; first those that place."""
        done = Done()
        for placer in [*([self._places] if self._places else []), *self._clears]:
            steps = tuple(step for step in plan.steps if self._belongs(step, placer))
            if steps:
                done = done.plus(placer.carry_out(replace(plan, steps=steps)))
        return done

    def _belongs(self, step: Step, placer: Placer) -> bool:
        if step.standing is None:
            return placer is self._places
        # A teacher's own is seen where activities are looked at: by the template's way.
        way = Way.TEMPLATE if step.standing.way is Way.DEEP_LINK else step.standing.way
        return placer.way is way


def _explained(plan: CoursePlan) -> CoursePlan:
    steps = (replace(s, reason=OTHER_WAY) if s.verb is Verb.REMOVE else s for s in plan.steps)
    return replace(plan, steps=tuple(steps))


def _merged(plans: Sequence[CoursePlan]) -> CoursePlan:
    unseen = next((plan for plan in plans if plan.problem), None)
    if unseen:
        return unseen
    steps = [step for plan in plans for step in plan.steps]
    theirs = {step.widget for step in steps if step.verb is Verb.LEAVE}
    kept = [s for s in steps if s.verb is not Verb.CREATE or s.widget not in theirs]
    return CoursePlan(plans[0].course_id, tuple(kept))
