"""Sign in with a password, sign out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from marshmallow import fields, validate

from companion.web.account.entry import halfway, let_in, open_session
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.limits import SIGN_IN, limited
from companion.web.permissions import Permission, requires

blueprint = Blueprint("account", __name__, url_prefix="/account")


class SignInForm(FormSchema):
    """Address and password."""

    email = fields.String(required=True, validate=validate.Length(1, 300, error="Give your e-mail address."))
    password = fields.String(required=True, validate=validate.Length(1, 1000, error="Give your password."))
    then = fields.String(load_default="")


@blueprint.get("/sign-in")
@requires(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(url_for("admin.home"))
    values = {"then": request.args.get("then", "")}
    return render_template("account/sign_in.html", form=Form(values=values), accounts=services().staff.any())


@blueprint.post("/sign-in")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
@takes(SignInForm)
def send_sign_in(form: Form) -> ResponseReturnValue:
    """Check the password and open a session."""
    if not form.errors:
        account = services().staff.sign_in(form.data["email"], form.data["password"])
        if account is not None:
            return let_in(account, form.data["then"])
        form = form.with_errors(
            {"email": "The address or the password is wrong, or the account is locked for 5 minutes."}
        )
    kept = Form({}, {k: v for k, v in form.values.items() if k != "password"}, form.errors)
    return render_template("account/sign_in.html", form=kept, accounts=True), 422


class CodeForm(FormSchema):
    """A code of the app, or a recovery code."""

    code = fields.String(required=True, validate=validate.Length(6, 40, error="Give the six digits."))


@blueprint.get("/code")
@requires(Permission.PUBLIC)
def code() -> ResponseReturnValue:
    """Ask for the second factor, after the password."""
    if halfway() is None:
        return redirect(url_for("account.sign_in"), 303)
    return render_template("account/code.html", form=Form())


@blueprint.post("/code")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
@takes(CodeForm)
def send_code(form: Form) -> ResponseReturnValue:
    """Check the code and open a session."""
    found = halfway()
    if found is None:
        flash("That took too long. Give your password again.")
        return redirect(url_for("account.sign_in"), 303)
    account = None if form.errors else services().second_factor.check(found[0], form.data["code"])
    if account is None:
        wrong = "This code is not right or was used already, or the account is locked for 5 minutes."
        return render_template("account/code.html", form=Form(errors={"code": wrong})), 422
    return open_session(account, found[1])


@blueprint.post("/sign-out")
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """Close the session."""
    services().sign_ins.end(current_user.id, current_user.session_id)
    logout_user()
    session.clear()
    flash("You are signed out.")
    return redirect(url_for("account.sign_in"), 303)
