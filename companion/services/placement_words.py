"""The steps of a placement plan in words, for whoever reads it: on a terminal or in the admin."""

from typing import Final

from companion.models.placement import Way
from companion.placement.placer import Step, Verb
from companion.services.placement_plan import Preview

_SAID: Final = {
    Verb.CREATE: "will be placed",
    Verb.MOVE: "will be moved to the top of the page",
    Verb.REMOVE: "will be removed",
    Verb.KEEP: "stands",
    Verb.LEAVE: "stands and is left alone",
}
_EXPLAINED: Final = {Verb.CREATE, Verb.REMOVE, Verb.LEAVE}
"""What a reason adds something to."""


def said(step: Step) -> str:
    """What happens to a widget, and why."""
    reason = f": {step.reason}" if step.reason and step.verb in _EXPLAINED else ""
    number = f" (activity {step.standing.module_id})" if step.standing and step.verb is Verb.REMOVE else ""
    return f"{_SAID[step.verb]}{number}{reason}"


def summed(preview: Preview) -> str:
    """The whole of a plan in one sentence."""
    counts = [
        f"{preview.count(verb)} {done}"
        for verb, done in ((Verb.CREATE, "to place"), (Verb.MOVE, "to move"), (Verb.REMOVE, "to remove"))
        if preview.count(verb)
    ]
    if counts:
        return f"{', '.join(counts)}."
    if preview.wish.way in (Way.DEEP_LINK, Way.SNIPPET):
        return "This way is gone by hand: Cairn only tells what it sees."
    return "Nothing would change."
