"""The steps of setting up in words, and the page that does each."""

from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from flask_login import current_user

from companion.services import overview
from companion.services.setup import Setup, State, Step, Stretch
from companion.web.context import services
from companion.web.permissions import may, reach

STEPS: Final[dict[Step, tuple[str, str]]] = {
    Step.CONNECT: (
        "Connect Moodle",
        "With a web-service token, or else from the rosters of its LTI platform, Cairn reads people.",
    ),
    Step.REGISTER: (
        "Let Moodle open the widgets",
        "Moodle and Cairn tell each other their addresses once, for LTI.",
    ),
    Step.CHECK: (
        "Check that everything is in place",
        "Keys, worker, mail, Moodle: what is missing says how to mend it.",
    ),
    Step.PROGRAMME: (
        "Choose the courses",
        "A programme is made of courses; only the people in them are read.",
    ),
    Step.READ: ("Read the people", "Names, enrolments and completions of these courses come from Moodle."),
    Step.RULES: ("Say who is new and who advises", "You see whom the rules find while you change them."),
    Step.CHARTER: ("Charter", "What both sides agree to at the start. Ours holds where you write none."),
    Step.CADENCE: (
        "Cadence and keeping",
        "How often they are in touch, whether they are reminded, what is kept.",
    ),
    Step.WEIGHTS: (
        "Weights, and what if",
        "What speaks for a pair, and what would change if it spoke louder.",
    ),
    Step.PLACE: ("Place the widgets", "You see the plan, course by course, before anything is placed."),
    Step.COHORT: ("First cohort", "Propose, review, approve. Until you approve, nobody is told anything."),
}
"""Title of each step, and what it is about."""

_PAGES: Final[dict[Step, str]] = {
    Step.CONNECT: "admin.connection",
    Step.REGISTER: "admin.platforms",
    Step.CHECK: "admin.health",
    Step.PROGRAMME: "admin.programmes_edit",
    Step.READ: "admin.sync",
    Step.RULES: "admin.programmes_edit",
    Step.CHARTER: "admin.programmes_charter",
    Step.CADENCE: "admin.programmes_cadence",
    Step.WEIGHTS: "admin.programmes_what_if",
    Step.PLACE: "admin.programmes_placement",
    Step.COHORT: "admin.programmes_show",
}

_HERE: Final[dict[str, Step | None]] = {
    "connection": Step.CONNECT,
    "connection_make": Step.CONNECT,
    "connection_without_token": Step.CONNECT,
    "connection_rosters": Step.CONNECT,
    "platforms": Step.REGISTER,
    "platforms_register": Step.REGISTER,
    "platforms_address": Step.REGISTER,
    "health": Step.CHECK,
    "programmes_new": Step.PROGRAMME,
    "programmes_create": Step.PROGRAMME,
    "programmes_new_preview": Step.PROGRAMME,
    "sync": Step.READ,
    "programmes_edit": Step.RULES,
    "programmes_change": Step.RULES,
    "programmes_preview": Step.RULES,
    "programmes_charter": Step.CHARTER,
    "programmes_charter_change": Step.CHARTER,
    "programmes_cadence": Step.CADENCE,
    "programmes_cadence_change": Step.CADENCE,
    "programmes_what_if": Step.WEIGHTS,
    "programmes_what_if_ask": Step.WEIGHTS,
    "programmes_placement": Step.PLACE,
    "programmes_placement_plan": Step.PLACE,
    "programmes_show": None,
    "programmes_run": Step.COHORT,
    "programmes_run_approval": Step.COHORT,
}
"""The step that a page belongs to, by its endpoint; None where it belongs to the way without being a step."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is on the way."""

    setup: Setup
    here: Stretch | None
    next: Stretch | None


def setup_place() -> Place | None:
    """Where the page at hand is on the way; None where it is not on it, or nothing is left to set up."""
    name = (request.endpoint or "").removeprefix("admin.")
    if name not in _HERE or not current_user.is_authenticated or not reach().acts:
        return None
    step, making = _HERE[name], name.startswith(("programmes_new", "programmes_create"))
    about = services().access.programme_of(request.view_args or {})
    setup = (
        overview.setup(services()) if making else overview.under_way(services(), reach().programmes, about)
    )
    if setup is None:
        return None
    here = setup.of(step) if step else None
    following = setup.after(step) if step else setup.next
    return Place(setup, here, following if following != here else None)


def step_page(setup: Setup, step: Step) -> str | None:
    """The page where a step is taken; None where it cannot be yet, or an owner has to take it."""
    if setup.of(step).state is State.LOCKED or not may(_endpoint(setup, step)):
        return None
    endpoint = _endpoint(setup, step)
    if endpoint == "admin.programmes_run":
        return url_for(endpoint, run_id=setup.waiting)
    if endpoint.startswith("admin.programmes_") and endpoint != "admin.programmes_new":
        return url_for(endpoint, programme_id=setup.programme_id)
    return url_for(endpoint)


def _endpoint(setup: Setup, step: Step) -> str:
    if step is Step.PROGRAMME and setup.programme_id is None:
        return "admin.programmes_new"
    if step is Step.COHORT and setup.waiting is not None:
        return "admin.programmes_run"
    return _PAGES[step]


def next_step(setup: Setup) -> Step | None:
    """What a programme needs next; None where people are at it, and there is nothing to do but to look."""
    if setup.waiting is not None:
        return Step.COHORT
    if not setup.published:
        return setup.next.step if setup.next else None
    needed = (Step.PLACE, Step.REGISTER)
    return next((step for step in needed if setup.of(step).state is State.OPEN), None)


def step_text(step: Step) -> str:
    """What a step is called."""
    return STEPS[step][0]


def step_about(step: Step) -> str:
    """What a step is about, in a sentence."""
    return STEPS[step][1]
