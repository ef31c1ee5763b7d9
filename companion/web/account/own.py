"""One's own account: the password, the second factor, and where one is signed in."""

import io

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from marshmallow import fields, validate

from companion.errors import InputError
from companion.web.account.views import blueprint
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.limits import SIGN_IN, limited
from companion.web.permissions import Permission, requires

ID = "int(max=9223372036854775807)"


def _password(error: str) -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 1000, error=error))


class PasswordForm(FormSchema):
    """The old password and the new one."""

    old = _password("Give your old password.")
    new = _password("Choose a new password.")


class SecondFactorForm(FormSchema):
    """A first code."""

    code = fields.String(required=True, validate=validate.Length(6, 20, error="Give the six digits."))


class RemoveForm(FormSchema):
    """The password once more."""

    password = _password("Give your password.")


@blueprint.get("/")
@requires(Permission.OWN_ACCOUNT)
def me() -> ResponseReturnValue:
    """One's own account."""
    return _page(Form())


@blueprint.post("/password")
@requires(Permission.OWN_ACCOUNT)
@limited(SIGN_IN)
@takes(PasswordForm)
def change_password(form: Form) -> ResponseReturnValue:
    """Change the password; other sessions end."""
    try:
        if form.errors:
            raise InputError("The password was not changed.", form.errors)
        services().staff.change_password(current_user.id, form.data["old"], form.data["new"])
    except InputError as wrong:
        named = {"new" if name == "password" else name: text for name, text in wrong.fields.items()}
        return _page(Form(errors=named)), 422
    services().sign_ins.end_all(current_user.id, but=current_user.session_id)
    flash("The password is changed. You are signed out everywhere else.")
    return redirect(url_for("account.me"), 303)


@blueprint.post(f"/sessions/<{ID}:session_id>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign out in another browser."""
    services().sign_ins.end(current_user.id, session_id)
    flash("Signed out there.")
    return redirect(url_for("account.me", _anchor="sessions"), 303)


@blueprint.post("/sessions/end")
@requires(Permission.OWN_ACCOUNT)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    ended = services().sign_ins.end_all(current_user.id, but=current_user.session_id)
    flash(f"Signed out in {ended} other {'browser' if ended == 1 else 'browsers'}.")
    return redirect(url_for("account.me", _anchor="sessions"), 303)


@blueprint.get("/second-factor")
@requires(Permission.OWN_ACCOUNT)
def second_factor() -> ResponseReturnValue:
    """What to put into the app, as a picture and as text."""
    if current_user.second_factor:
        return redirect(url_for("account.me"), 303)
    return _enrolment(Form())


@blueprint.post("/second-factor")
@requires(Permission.OWN_ACCOUNT)
@limited(SIGN_IN)
@takes(SecondFactorForm)
def confirm_second_factor(form: Form) -> ResponseReturnValue:
    """Take a first code; show the recovery codes, once."""
    try:
        if form.errors:
            raise InputError("The code was not taken.", form.errors)
        codes = services().second_factor.confirm(current_user.id, form.data["code"])
    except InputError as wrong:
        return _enrolment(form.with_errors(wrong.fields)), 422
    services().sign_ins.end_all(current_user.id, but=current_user.session_id)
    return render_template("account/recovery.html", codes=codes)


@blueprint.post("/second-factor/remove")
@requires(Permission.OWN_ACCOUNT)
@limited(SIGN_IN)
@takes(RemoveForm)
def remove_second_factor(form: Form) -> ResponseReturnValue:
    """Ask for codes no more; the password is asked for once again."""
    if form.errors or not services().staff.right_password(current_user.id, form.data["password"]):
        return _page(Form(errors={"password": "The password is wrong."})), 422
    services().second_factor.remove(current_user.id)
    flash("You are no longer asked for a code.")
    return redirect(url_for("account.me"), 303)


def _page(form: Form) -> str:
    return render_template(
        "account/me.html",
        form=form,
        sessions=services().sign_ins.of(current_user.id),
        codes_left=services().second_factor.codes_left(current_user.id),
        line=services().staff.account(current_user.id),
    )


def _enrolment(form: Form) -> str:
    made = services().second_factor.begin(current_user.id, services().look.current().name)
    return render_template("account/second_factor.html", form=form, made=made, picture=qr_code(made.address))


def qr_code(text: str) -> Markup:
    """The text as a picture of squares, on a light ground so that it is read in dark mode too."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, scale=5, light="#ffffff", dark="#000000", title="QR code"
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us; it holds squares and a fixed title
