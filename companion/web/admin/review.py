"""One pair of a proposal: reasons, alternatives, "why not", pin, forbid, take apart, give, swap."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields

from companion.errors import ConflictError, InputError
from companion.models.matching import Instruction
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import LONGEST_TEXT
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires

RUN = f"/runs/<{ID}:run_id>"
PAIR = f"{RUN}/pairs/<{ID}:pair_id>"
WHY = f"{RUN}/why-not/<{ID}:learner_id>/<{ID}:adviser_id>"
LEARNER = f"{RUN}/learners/<{ID}:learner_id>"
RELOAD = "Reload the page."


class InstructionForm(FormSchema):
    """Whom to pin or to forbid."""

    learner = fields.Integer(required=True, error_messages={"invalid": RELOAD, "required": RELOAD})
    adviser = fields.Integer(required=True, error_messages={"invalid": RELOAD, "required": RELOAD})
    kind = fields.Enum(
        Instruction,
        by_value=True,
        required=True,
        error_messages={"unknown": RELOAD, "required": RELOAD},
    )


class SwapForm(FormSchema):
    """Two pairs whose learners exchange their advisers."""

    pair = fields.Integer(required=True, error_messages={"invalid": RELOAD, "required": RELOAD})
    other = fields.Integer(required=True, error_messages={"invalid": RELOAD, "required": RELOAD})


class GiveForm(FormSchema):
    """A learner and the adviser to be given."""

    learner = fields.Integer(required=True, error_messages={"invalid": RELOAD, "required": RELOAD})
    adviser = fields.Integer(required=True, error_messages={"invalid": RELOAD, "required": RELOAD})


@blueprint.get(PAIR)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_run_pair(run_id: int, pair_id: int) -> ResponseReturnValue:
    """What speaks for a pair, in the words for both sides, and who else there would be."""
    text = request.args.get("adviser", "").replace("\0", "")[:LONGEST_TEXT]
    view = services().review.pair(run_id, pair_id, text)
    return render_template("admin/run_pair.html", view=view, text=text)


@blueprint.get(LEARNER)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_run_learner(run_id: int, learner_id: int) -> ResponseReturnValue:
    """Why a learner is without a pair, and whom they could be given; one with a pair is led to it."""
    text = request.args.get("adviser", "").replace("\0", "")[:LONGEST_TEXT]
    view = services().review.learner(run_id, learner_id, text)
    if isinstance(view, int):
        return redirect(url_for("admin.programmes_run_pair", run_id=run_id, pair_id=view))
    return render_template("admin/run_learner.html", view=view, text=text)


@blueprint.get(WHY)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_run_why_not(run_id: int, learner_id: int, adviser_id: int) -> ResponseReturnValue:
    """Why another pair is not proposed, and what it would cost whom."""
    try:
        view = services().review.why_not(run_id, learner_id, adviser_id)
    except ConflictError as problem:
        return _back(run_id, str(problem))
    return render_template("admin/run_why_not.html", view=view, run_id=run_id)


@blueprint.post(f"{RUN}/instruct")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(InstructionForm)
def programmes_run_instruct(run_id: int, form: Form) -> ResponseReturnValue:
    """Pin or forbid a pair from now on."""
    done = {
        Instruction.PIN: "The pair is pinned: every matching from now on forms it first.",
        Instruction.FORBID: "The pair is forbidden: no matching from now on proposes it.",
    }

    def act(sent: dict[str, Any]) -> str:
        services().review_changes.instruct(
            run_id, sent["learner"], sent["adviser"], sent["kind"], by=current_user.name
        )
        return done[sent["kind"]]

    return _done(run_id, form, act)


@blueprint.post(f"{PAIR}/take-apart")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_take_apart(run_id: int, pair_id: int) -> ResponseReturnValue:
    """Leave a pair out of this proposal."""

    def act(_sent: dict[str, Any]) -> str:
        services().review_changes.take_apart(run_id, pair_id)
        return "The pair is taken apart. Another matching may propose it again."

    return _done(run_id, Form(), act)


@blueprint.post(f"{RUN}/give")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(GiveForm)
def programmes_run_give(run_id: int, form: Form) -> ResponseReturnValue:
    """Give a learner to an adviser with a free seat."""

    def act(sent: dict[str, Any]) -> str:
        services().review_changes.give(run_id, sent["learner"], sent["adviser"])
        return "The pair is changed by hand. Nobody is told before you approve."

    return _done(run_id, form, act)


@blueprint.post(f"{RUN}/swap")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(SwapForm)
def programmes_run_swap(run_id: int, form: Form) -> ResponseReturnValue:
    """Let two learners exchange their advisers."""

    def act(sent: dict[str, Any]) -> str:
        services().review_changes.swap(run_id, sent["pair"], sent["other"])
        return "The two exchanged their advisers. Nobody is told before you approve."

    return _done(run_id, form, act)


@blueprint.post(f"/programmes/<{ID}:programme_id>/instructions/<{ID}:instruction_id>/lift")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_lift(programme_id: int, instruction_id: int) -> ResponseReturnValue:
    """Take a pin or a ban back."""
    services().review_changes.lift(programme_id, instruction_id)
    flash("It is taken back, and holds no more from the next matching on.")
    latest = services().matching.latest(programme_id)
    if latest is None:
        return redirect(url_for("admin.programmes_show", programme_id=programme_id), 303)
    return redirect(url_for("admin.programmes_run", run_id=latest.id, _anchor="instructions"), 303)


def _done(run_id: int, form: Form, act: Callable[[dict[str, Any]], str]) -> ResponseReturnValue:
    """Act, and say on the page of the proposal what became of it."""
    if form.errors:
        return _back(run_id, RELOAD)
    try:
        return _back(run_id, act(dict(form.data)))
    except (ConflictError, InputError) as problem:
        return _back(run_id, str(problem))


def _back(run_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("admin.programmes_run", run_id=run_id), 303)
