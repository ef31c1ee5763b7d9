"""What a programme asks of its people: pages for its charter, and for its cadence and what is kept."""

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields

from companion.errors import InputError
from companion.mentoring.cadence import MOST_CONTACTS, Table
from companion.mentoring.charter import MOST_NORMS, NORM_LIMIT
from companion.services.conduct import KEEP_DAYS, Conduct
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.matching_form import number
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires

ONE = f"/programmes/<{ID}:programme_id>"


class CharterForm(FormSchema):
    """The norms, one a line; how many and how long is a rule of the service."""

    norms = fields.String(load_default="")


class ConductForm(FormSchema):
    """The cadence as a table, and what is kept."""

    weekly = number("the contacts a week apart")
    fortnightly = number("the contacts a fortnight apart")
    monthly = number("the contacts a month apart")
    nudges = fields.Boolean(load_default=False)
    keep_texts_days = number("the days that texts are kept")
    tells_took_part = fields.Boolean(load_default=False)


@blueprint.get(f"{ONE}/charter")
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_charter(programme_id: int) -> ResponseReturnValue:
    """The charter, who accepted it, and those before."""
    return _charter_page(programme_id, Form())


@blueprint.post(f"{ONE}/charter")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(CharterForm)
def programmes_charter_change(programme_id: int, form: Form) -> ResponseReturnValue:
    """Make a new version of the charter."""
    try:
        made = services().conduct.change_charter(programme_id, form.data["norms"], by=current_user.name)
    except InputError as wrong:
        return _charter_page(programme_id, form.with_errors(wrong.fields)), 422
    flash(f"Version {made} holds. Everybody is asked to accept it when they open their mentoring next.")
    return redirect(url_for("admin.programmes_charter", programme_id=programme_id), 303)


@blueprint.get(f"{ONE}/cadence")
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_cadence(programme_id: int) -> ResponseReturnValue:
    """How people are kept in touch, and what is kept of them."""
    _, found = services().conduct.conduct(programme_id)
    return _cadence_page(programme_id, Form(values=conduct_values(found)))


@blueprint.post(f"{ONE}/cadence")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(ConductForm)
def programmes_cadence_change(programme_id: int, form: Form) -> ResponseReturnValue:
    """Change it."""
    try:
        services().conduct.set_conduct(programme_id, conduct_of(form))
    except InputError as wrong:
        return _cadence_page(programme_id, form.with_errors(wrong.fields)), 422
    flash(
        "It is kept, and holds from now on, for running engagements as well. Nobody is told anything by it."
    )
    return redirect(url_for("admin.programmes_cadence", programme_id=programme_id), 303)


def conduct_of(form: Form) -> Conduct:
    """What a ConductForm asks for; raises InputError where it cannot be read."""
    if form.errors:
        raise InputError("Some of it cannot be used.", form.errors)
    sent = dict(form.data)
    table = Table(**{name: sent.pop(name) for name in ("weekly", "fortnightly", "monthly")})
    return Conduct(cadence=table, **sent)


def conduct_values(found: Conduct) -> dict[str, Any]:
    """What the form shows of it."""
    values = asdict(found)
    return {**values.pop("cadence"), **values}


def _charter_page(programme_id: int, form: Form) -> str:
    return render_template(
        "admin/charter.html",
        page=services().conduct.charter(programme_id),
        form=form,
        most=MOST_NORMS,
        limit=NORM_LIMIT,
    )


def _cadence_page(programme_id: int, form: Form) -> str:
    programme, found = services().conduct.conduct(programme_id)
    return render_template(
        "admin/cadence.html",
        programme=programme,
        conduct=found,
        form=form,
        most=MOST_CONTACTS,
        keep_days=KEEP_DAYS,
    )
