"""What needs a look, and doing something about it."""

from dataclasses import replace
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields

from companion.errors import ConflictError
from companion.models.watch import Remedy, Risk
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.forms import Form, FormSchema, asks, takes
from companion.web.permissions import Permission, reach, requires
from companion.web.wording import REMEDIES_TAKEN, REMEDY_EFFECTS, RISK_OPTIONS

ADVISER: Final = f"/programmes/<{ID}:programme_id>/advisers/<{ID}:person_id>"
CHOOSE = "Choose one of the list."
PER_PAGE = 25
TABLE: Final = Table(
    "risks",
    "What needs a look, the gravest first",
    (
        Column("people", "People", sorts=False),
        Column("gravity", "Why"),
        Column("helps", "What helps", sorts=False),
    ),
    choices=(Choice("risk", "Why", RISK_OPTIONS),),
    sort="gravity",
    per_page=PER_PAGE,
)


SILENT: Final = Table(
    "silent",
    "People who are no longer reminded",
    (
        Column("name", "Person"),
        Column("programme", "Programme"),
        Column("since", "Last reminder", descends=True),
    ),
    sort="name",
    per_page=PER_PAGE,
)


class RemedyForm(FormSchema):
    """What is to be done."""

    remedy = fields.Enum(
        Remedy, by_value=True, required=True, error_messages={"required": CHOOSE, "unknown": CHOOSE}
    )


@blueprint.get("/attention")
@requires(Permission.LOOK)
def attention() -> ResponseReturnValue:
    """Engagements and advisers that need a look."""
    known = {str(row.id): row.name for row in services().programmes.listed(reach().programmes)}
    programmes = Choice("programme", "Programme", sorted(known.items(), key=lambda each: each[1]))
    table = asked(replace(TABLE, choices=(programmes, *TABLE.choices)))
    ids = [int(each) for each in known if table.only.get("programme", each) == each]
    risk = Risk(table.only["risk"]) if "risk" in table.only else None
    found = services().attention.page(ids, risk=risk, wanted=table.slice)
    quiet = asked(SILENT)
    silent, number = services().nudges.silent(ids, quiet.slice)
    return render_template(
        "admin/attention.html",
        page=found,
        table=filled(table, found.total),
        silent=silent,
        quiet=filled(quiet, number),
    )


@blueprint.get(ADVISER)
@requires(Permission.ACT_ON_PROGRAMME)
def attention_adviser(programme_id: int, person_id: int) -> ResponseReturnValue:
    """What helps an adviser who has more learners than seats."""
    return render_template("admin/adviser.html", load=services().attention.adviser(programme_id, person_id))


@blueprint.post(ADVISER)
@requires(Permission.ACT_ON_PROGRAMME)
@takes(RemedyForm)
def attention_adviser_take(programme_id: int, person_id: int, form: Form) -> ResponseReturnValue:
    """Keep what was done about them."""
    try:
        remedy = form.data.get("remedy")
        taken = services().attention.take_of_adviser(programme_id, person_id, remedy, by=current_user.name)
        flash(f"{REMEDIES_TAKEN[taken]}. It is on record with your name.")
    except ConflictError as problem:
        flash(str(problem))
    return redirect(url_for("admin.attention"), 303)


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
