"""How long things are kept: what a period would take away is counted before it is kept."""

from dataclasses import replace
from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from companion.errors import InputError
from companion.services.conduct import KEEP_DAYS
from companion.services.retention import GONE_DAYS, check_gone
from companion.web.admin.blueprint import ID, blueprint
from companion.web.context import services
from companion.web.forms import Form, FormSchema, asks, takes
from companion.web.permissions import Permission, requires

ONE: Final = f"/programmes/<{ID}:programme_id>/retention"
A_NUMBER: Final[dict[str, Any]] = {"invalid": "Give the days as a whole number."}
BY_ITSELF: Final = (
    ("Messages, letters and other work that was done", "90 days, then the record of it goes"),
    ("A session of an administrator", "12 hours without use, 7 days in any case"),
    ("A widget opened in a course page", "8 hours"),
    ("An invitation, and the address a platform registers at", "7 days, and one hour"),
    ("A group that was made in Moodle", "28 days after the engagement ended"),
    ("The people a proposal was made from", "Until it is decided, or a day longer where it was discarded"),
    ("Notes for oneself, and lessons for the next cohort", "Until their author takes them away"),
    ("The audit log", "For good: it is never changed, and holds no text of anybody"),
)
"""What goes without a setting, and when (services.outbox, sign_ins, lti_keeping, ways_in, meeting_places)."""


class GoneForm(FormSchema):
    """After how many days whoever left is forgotten."""

    gone_days = fields.Integer(load_default=None, allow_none=True, error_messages=A_NUMBER)


class LeaveForm(FormSchema):
    """Leave it to an administrator, or forget after so many days; sent once the counts were seen."""

    gone_days = fields.Integer(load_default=None, allow_none=True, error_messages=A_NUMBER)
    never = fields.Boolean(load_default=False)


class KeepForm(FormSchema):
    """For how many days texts are kept."""

    keep_texts_days = fields.Integer(load_default=None, allow_none=True, error_messages=A_NUMBER)


@blueprint.get("/settings/retention")
@requires(Permission.LOOK_AT_INSTALLATION)
@asks(GoneForm)
def settings_retention(form: Form) -> ResponseReturnValue:
    """What is kept for how long; with other days in the address, what these would take away."""
    tried = form.data.get("gone_days")
    try:
        if form.errors:
            raise InputError("Nothing was counted.", form.errors)
        check_gone(tried)
    except InputError as wrong:
        return _page(form.with_errors(wrong.fields)), 422
    return _page(form, tried)


@blueprint.post("/settings/retention")
@requires(Permission.CHANGE_INSTALLATION)
@takes(LeaveForm)
def settings_retention_change(form: Form) -> ResponseReturnValue:
    """Keep after how many days whoever left is forgotten."""
    days = form.data.get("gone_days")
    if form.errors or (days is None and not form.data.get("never")):
        return _page(form.with_errors(form.errors or {"gone_days": A_NUMBER["invalid"]})), 422
    try:
        services().retention.forget_gone(days)
    except InputError as wrong:
        return _page(form.with_errors(wrong.fields)), 422
    flash(
        "Whoever left stays until an administrator erases them."
        if days is None
        else f"Whoever left is forgotten after {days} days, from the next night on."
    )
    return redirect(url_for("admin.settings_retention"), 303)


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
@asks(KeepForm)
def programmes_retention(programme_id: int, form: Form) -> ResponseReturnValue:
    """What a programme keeps; with other days in the address, what these would take away."""
    return _programme(programme_id, form)


@blueprint.post(ONE)
@requires(Permission.ACT_ON_PROGRAMME)
@takes(KeepForm)
def programmes_retention_change(programme_id: int, form: Form) -> ResponseReturnValue:
    """Keep texts for other days."""
    days = form.data.get("keep_texts_days")
    _, conduct = services().conduct.conduct(programme_id)
    try:
        if days is None:
            raise InputError("Nothing was kept.", form.errors or {"keep_texts_days": A_NUMBER["invalid"]})
        services().conduct.set_conduct(programme_id, replace(conduct, keep_texts_days=days))
    except InputError as wrong:
        return _programme(programme_id, form.with_errors(wrong.fields)), 422
    flash(f"Texts are kept for {days} days, from the next night on.")
    return redirect(url_for("admin.programmes_retention", programme_id=programme_id), 303)


def _page(form: Form, tried: int | None = None) -> str:
    return render_template(
        "admin/settings_retention.html",
        form=form,
        page=services().retention.page(),
        tried=services().retention.page(tried, tried=True) if tried is not None else None,
        limits=GONE_DAYS,
        by_itself=BY_ITSELF,
    )


def _programme(programme_id: int, form: Form) -> str:
    days = form.data.get("keep_texts_days")
    least, most = KEEP_DAYS
    return render_template(
        "admin/retention_programme.html",
        form=form,
        now=services().retention.of_programme(programme_id),
        tried=services().retention.of_programme(programme_id, days)
        if days is not None and least <= days <= most
        else None,
        limits=KEEP_DAYS,
    )
