"""Settings of the installation: look, sign-in, mail, languages. Platforms and keys have a page of their own."""

from babel import Locale
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields, validate

from companion.errors import InputError
from companion.services.look import LARGEST_LOGO
from companion.store.slices import Slice
from companion.web.admin.blueprint import blueprint
from companion.web.context import look, services
from companion.web.forms import Form, FormSchema, takes
from companion.web.languages import catalogues
from companion.web.permissions import Permission, requires


class LookForm(FormSchema):
    """Name and colour; what can be used is a rule of the service."""

    name = fields.String(required=True, validate=validate.Length(0, 300, error="That is too long."))
    colour = fields.String(load_default="", validate=validate.Length(0, 30, error="That is too long."))


class SignInRuleForm(FormSchema):
    """What signing in takes."""

    second_factor = fields.Boolean(load_default=False)


@blueprint.get("/settings")
@requires(Permission.LOOK_AT_INSTALLATION)
def settings() -> ResponseReturnValue:
    """Name, colour and logo."""
    return _look(Form(values={"name": look().name, "colour": look().colour or ""}))


@blueprint.post("/settings/look")
@requires(Permission.CHANGE_INSTALLATION)
@takes(LookForm)
def settings_look(form: Form) -> ResponseReturnValue:
    """Change the name and the colour."""
    try:
        if form.errors:
            raise InputError("The look was not changed.", form.errors)
        services().look.dress(form.data["name"], form.data["colour"])
    except InputError as wrong:
        return _look(form.with_errors(wrong.fields)), 422
    flash("The look is changed, from the next page on.")
    return redirect(url_for("admin.settings"), 303)


@blueprint.post("/settings/logo")
@requires(Permission.CHANGE_INSTALLATION)
def settings_logo() -> ResponseReturnValue:
    """Keep a logo."""
    sent = request.files.get("logo")
    try:
        services().look.set_logo(sent.stream.read(LARGEST_LOGO + 1) if sent else b"")
    except InputError as wrong:
        values = {"name": look().name, "colour": look().colour or ""}
        return _look(Form({}, values, wrong.fields)), 422
    flash("The logo is kept.")
    return redirect(url_for("admin.settings"), 303)


@blueprint.post("/settings/logo/remove")
@requires(Permission.CHANGE_INSTALLATION)
def settings_logo_remove() -> ResponseReturnValue:
    """Show the mark of Cairn again."""
    services().look.remove_logo()
    flash("The mark of Cairn is shown again.")
    return redirect(url_for("admin.settings"), 303)


@blueprint.get("/settings/sign-in")
@requires(Permission.LOOK_AT_INSTALLATION)
def settings_sign_in() -> ResponseReturnValue:
    """Whether a second factor is asked of everybody, and who has one."""
    _, accounts = services().staff.page(Slice("name", only={"state": "open"}))
    _, without = services().staff.page(Slice("name", only={"state": "open", "factor": "off"}))
    return render_template("admin/settings_sign_in.html", accounts=accounts, without=without)


@blueprint.post("/settings/sign-in")
@requires(Permission.CHANGE_INSTALLATION)
@takes(SignInRuleForm)
def settings_sign_in_change(form: Form) -> ResponseReturnValue:
    """Ask everybody for a second factor, or leave it to each."""
    required = bool(form.data.get("second_factor"))
    services().look.require_second_factor(required)
    flash(
        "Everybody needs a second factor now. Who has none sets one up at the next page."
        if required
        else "A second factor is left to each account."
    )
    return redirect(url_for("admin.settings_sign_in"), 303)


@blueprint.get("/settings/mail")
@requires(Permission.LOOK_AT_INSTALLATION)
def settings_mail() -> ResponseReturnValue:
    """The mail server in use."""
    return render_template("admin/settings_mail.html", mail=services().mail)


@blueprint.post("/settings/mail/try")
@requires(Permission.CHANGE_INSTALLATION)
def settings_mail_try() -> ResponseReturnValue:
    """Send oneself a letter."""
    services().ways_in.try_mail(current_user.email)
    flash(f"A letter to {current_user.email} is queued; the worker sends it within a minute.")
    return redirect(url_for("admin.settings_mail"), 303)


@blueprint.get("/settings/languages")
@requires(Permission.LOOK_AT_INSTALLATION)
def settings_languages() -> ResponseReturnValue:
    """The languages of the widgets."""
    return render_template(
        "admin/settings_languages.html", languages=[Locale(code) for code in catalogues().languages]
    )


def _look(form: Form) -> str:
    return render_template("admin/settings.html", form=form, largest=LARGEST_LOGO // 1024)
