"""What needs a look, and doing something about it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields, validate

from companion.errors import ConflictError
from companion.models.watch import Remedy, Risk
from companion.web.admin.blueprint import ID, blueprint
from companion.web.context import services
from companion.web.forms import Form, FormSchema, asks, takes
from companion.web.permissions import Permission, reach, requires
from companion.web.wording import REMEDIES_TAKEN, REMEDY_EFFECTS

CHOOSE = "Choose one of the list."


class AttentionQuestion(FormSchema):
    """What the list is narrowed to."""

    programme = fields.Integer(load_default=None, allow_none=True, error_messages={"invalid": CHOOSE})
    risk = fields.Enum(
        Risk, by_value=True, load_default=None, allow_none=True, error_messages={"unknown": CHOOSE}
    )
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10**6, error="There is no such page."))


class RemedyForm(FormSchema):
    """What is to be done."""

    remedy = fields.Enum(
        Remedy, by_value=True, required=True, error_messages={"required": CHOOSE, "unknown": CHOOSE}
    )


@blueprint.get("/attention")
@requires(Permission.LOOK)
@asks(AttentionQuestion)
def attention(form: Form) -> ResponseReturnValue:
    """Engagements and advisers that need a look."""
    known = {row.id: row.name for row in services().programmes.listed(reach().programmes)}
    wanted = form.data.get("programme")
    ids = list(known) if wanted is None else [wanted] if wanted in known else []
    found = services().attention.page(ids, risk=form.data.get("risk"), page=form.data.get("page", 1))
    return render_template(
        "admin/attention.html",
        page=found,
        silent=services().nudges.silent(ids),
        form=form,
        programmes=sorted(known.items(), key=lambda each: each[1]),
    )


@blueprint.get(f"/engagements/<{ID}:engagement_id>/remedies")
@requires(Permission.ACT_ON_PROGRAMME)
@asks(RemedyForm)
def attention_confirm(engagement_id: int, form: Form) -> ResponseReturnValue:
    """What a remedy will do, before it is done."""
    members = services().attention.people(engagement_id)
    remedy = form.data.get("remedy")
    if remedy not in REMEDY_EFFECTS:
        return redirect(url_for("admin.attention"))
    return render_template("admin/remedy.html", engagement_id=engagement_id, remedy=remedy, members=members)


@blueprint.post(f"/engagements/<{ID}:engagement_id>/remedies")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(RemedyForm)
def attention_take(engagement_id: int, form: Form) -> ResponseReturnValue:
    """Do something about an engagement, and keep that it was done."""
    try:
        taken = services().attention.take(engagement_id, form.data.get("remedy"), by=current_user.name)
        flash(f"{REMEDIES_TAKEN[taken]}. It is on record with your name.")
    except ConflictError as problem:
        flash(str(problem))
    return redirect(url_for("admin.attention"), 303)
