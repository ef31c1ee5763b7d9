"""The way from an empty installation to a first cohort: a list that says what is done, what is not and why."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from companion.models.programme import Part
from companion.services import overview
from companion.services.setup import Step
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.steps import step_page
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, reach, requires

ONE = f"/programmes/<{ID}:programme_id>/setup"


class SettleForm(FormSchema):
    """What was looked at."""

    part = fields.Enum(Part, by_value=True, required=True)


@blueprint.get("/setup")
@requires(Permission.LOOK)
def setup() -> ResponseReturnValue:
    """The way of whatever is being set up, or of the next programme."""
    found = overview.under_way(services(), reach().programmes)
    return render_template("admin/setup.html", setup=found or overview.setup(services()))


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_setup(programme_id: int) -> ResponseReturnValue:
    """The way of a programme."""
    return render_template("admin/setup.html", setup=overview.setup(services(), programme_id))


@blueprint.post(ONE)
@requires(Permission.ACT_ON_PROGRAMME)
@takes(SettleForm)
def programmes_settle(programme_id: int, form: Form) -> ResponseReturnValue:
    """Let a part of a programme be as it is, and go on."""
    part = form.data.get("part")
    if part is None:
        flash("Choose what is to be kept as it is.")
        return redirect(url_for("admin.programmes_setup", programme_id=programme_id), 303)
    services().programmes.settle(programme_id, part)
    found = overview.setup(services(), programme_id)
    following = found.after(Step(part.value))
    page = following and step_page(found, following.step)
    return redirect(page or url_for("admin.programmes_setup", programme_id=programme_id), 303)
