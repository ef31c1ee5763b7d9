"""The steps of the way in words, and the page that does each."""

from flask import url_for

from companion.services.overview import Card, Step

_STEPS: dict[Step, tuple[str, str]] = {
    Step.CONNECT: ("Connect Moodle", "admin.health"),
    Step.PROGRAMME: ("Make a programme", "admin.programmes_new"),
    Step.READ: ("Read people from Moodle", "admin.sync"),
    Step.FIND: ("Nobody is found: look at the rules", "admin.programmes_edit"),
    Step.PROPOSE: ("Propose pairs", "admin.programmes_show"),
    Step.APPROVE: ("Review the proposal", "admin.programmes_run"),
    Step.PLACE: ("Place the widgets", "admin.programmes_show"),
    Step.REGISTER: ("Register the LTI platform", "admin.platforms"),
    Step.FOLLOW: ("See how engagements go", "admin.programmes_engagements"),
}


def step_text(step: Step) -> str:
    """What a step is called."""
    return _STEPS[step][0]


def step_address(step: Step, card: Card | None = None) -> str:
    """The page where a step is taken; before there is a programme, the page that makes one."""
    endpoint = _STEPS[step][1]
    if not endpoint.startswith("admin.programmes_") or step is Step.PROGRAMME:
        return url_for(endpoint)
    if card is None:
        return url_for("admin.programmes_new")
    if step is Step.APPROVE and card.waiting is not None:
        return url_for(endpoint, run_id=card.waiting)
    if step is Step.APPROVE:
        endpoint = "admin.programmes_show"
    return url_for(endpoint, programme_id=card.programme.id)
