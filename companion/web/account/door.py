"""From a course page into the admin: an administrator of the LMS, by a link of a minute, to their own account."""

from datetime import datetime, timedelta
from typing import Final

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from companion.errors import NotFoundError
from companion.services.lti_admin import NO_DOOR
from companion.store.lti_admin import Caller
from companion.web.account.entry import let_in
from companion.web.account.views import blueprint
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.limits import SIGN_IN, limited
from companion.web.permissions import Permission, requires

TIME_TO_TYPE: Final = timedelta(minutes=10)
"""How long somebody who came may take to give the password."""


class DoorForm(FormSchema):
    """Address and password, where the account is not linked yet."""

    email = fields.String(load_default="", validate=validate.Length(0, 300, error="That is too long."))
    password = fields.String(load_default="", validate=validate.Length(0, 1000, error="That is too long."))


@blueprint.get("/lti/<token>")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
def door(token: str) -> ResponseReturnValue:
    """Take the link, and go on without it in the address."""
    if request.method != "GET":
        abort(405)  # a HEAD would use the link up
    caller = services().lti_admin.enter(token)
    until = services().clock() + TIME_TO_TYPE
    session["door"] = [caller.issuer, caller.subject, until.isoformat()]
    return redirect(url_for("account.door_page"), 303)


@blueprint.get("/lti")
@requires(Permission.PUBLIC)
def door_page() -> ResponseReturnValue:
    """Whose account it will be, or the password once. Nobody is signed in without pressing a button here."""
    return _page(_caller(), Form())


@blueprint.post("/lti")
@requires(Permission.PUBLIC)
@limited(SIGN_IN)
@takes(DoorForm)
def send_door(form: Form) -> ResponseReturnValue:
    """Sign in to the linked account, or link it by its password."""
    caller = _caller()
    account = services().lti_admin.account(caller)
    if account is None and not form.errors:
        account = services().lti_admin.link(caller, form.data["email"], form.data["password"])
    if account is None:
        wrong = "The address or the password is wrong, or the account is locked for 5 minutes."
        kept = Form({}, {"email": form.values.get("email", "")}, form.errors or {"email": wrong})
        return _page(caller, kept), 422
    return let_in(account)


def _page(caller: Caller, form: Form) -> str:
    account = services().lti_admin.account(caller)
    return render_template("account/door.html", caller=caller, account=account, form=form)


def _caller() -> Caller:
    """Who came, as kept in this browser; raises NotFoundError where nobody did within the last minutes."""
    issuer, subject, until = session.get("door") or ("", "", "")
    if not until or services().clock() >= datetime.fromisoformat(until):
        raise NotFoundError(NO_DOOR)
    return Caller(issuer, subject)
