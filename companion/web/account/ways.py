"""Ways in that work once: an invitation, and a new password for who forgot the old one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from companion.errors import InputError
from companion.web.account.entry import let_in
from companion.web.account.views import blueprint
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.limits import SIGN_IN, limited
from companion.web.permissions import Permission, requires

TOKEN = "<string(length=43):token>"  # noqa: S105 - part of an address


class ForgotForm(FormSchema):
    """An address."""

    email = fields.String(required=True, validate=validate.Length(1, 300, error="Give your e-mail address."))


class ResetForm(FormSchema):
    """A new password."""

    password = fields.String(required=True, validate=validate.Length(1, 1000, error="Choose a password."))


class InvitationForm(ResetForm):
    """A name and a password."""

    name = fields.String(load_default="", validate=validate.Length(0, 300, error="That is too long."))


@blueprint.get("/forgot")
@requires(Permission.PUBLIC)
def forgot() -> ResponseReturnValue:
    """Ask for a way to a new password."""
    return render_template("account/forgot.html", form=Form(), mails=services().ways_in.mails)


@blueprint.post("/forgot")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
@takes(ForgotForm)
def send_forgot(form: Form) -> ResponseReturnValue:
    """Send one; the answer is the same whether there is such an account or not."""
    if form.errors:
        return render_template("account/forgot.html", form=form, mails=services().ways_in.mails), 422
    services().ways_in.ask_reset(form.data["email"])
    flash("If there is such an account, a letter is on its way to it. The link in it works for an hour.")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.get(f"/reset/{TOKEN}")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password. Looking does not use the way up."""
    services().ways_in.resetting(token)
    return render_template("account/reset.html", form=Form(), token=token)


@blueprint.post(f"/reset/{TOKEN}")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
@takes(ResetForm)
def send_reset(token: str, form: Form) -> ResponseReturnValue:
    """Take it."""
    try:
        if form.errors:
            raise InputError("The password was not kept.", form.errors)
        services().ways_in.reset(token, form.data["password"])
    except InputError as wrong:
        return render_template("account/reset.html", form=Form(errors=wrong.fields), token=token), 422
    flash("The new password is kept, and you are signed out everywhere. Sign in with it.")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.get(f"/invitation/{TOKEN}")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
def invitation(token: str) -> ResponseReturnValue:
    """Choose a name and a password. Looking does not use the invitation up."""
    found = services().ways_in.invited(token)
    return render_template("account/invitation.html", form=Form(), token=token, invitation=found)


@blueprint.post(f"/invitation/{TOKEN}")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
@takes(InvitationForm)
def send_invitation(token: str, form: Form) -> ResponseReturnValue:
    """Make the account, and sign in."""
    found = services().ways_in.invited(token)
    try:
        if form.errors:
            raise InputError("The account was not made.", form.errors)
        account = services().ways_in.accept(token, form.data["name"], form.data["password"])
    except InputError as wrong:
        kept = Form({}, {"name": form.values.get("name", "")}, wrong.fields)
        page = render_template("account/invitation.html", form=kept, token=token, invitation=found)
        return page, 422
    return let_in(account)
