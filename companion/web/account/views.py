"""Sign in with a password, sign out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from marshmallow import fields, validate

from companion.web.account.users import SignedIn
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
            session.clear()
            login_user(SignedIn.of(account, services().access.reach(account)))
            return redirect(_own(form.data["then"]), 303)
        form = form.with_errors(
            {"email": "The address or the password is wrong, or the account is locked for 5 minutes."}
        )
    kept = Form({}, {k: v for k, v in form.values.items() if k != "password"}, form.errors)
    return render_template("account/sign_in.html", form=kept, accounts=True), 422


@blueprint.post("/sign-out")
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """Close the session."""
    logout_user()
    session.clear()
    flash("You are signed out.")
    return redirect(url_for("account.sign_in"), 303)


def _own(address: str) -> str:
    """Where to go on: only ever an address of our own admin."""
    return address if address.startswith("/admin/") and "\\" not in address else url_for("admin.home")
