"""Connecting Moodle: its address and a web-service token, tried before they are kept."""

from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, pre_load, validate

from companion.errors import LmsError, NotReadyError
from companion.web.admin.blueprint import blueprint
from companion.web.context import services
from companion.web.forms import Form, FormSchema, asks, takes
from companion.web.permissions import Permission, requires

CHOOSE: Final = "Choose the platform."


class ConnectionForm(FormSchema):
    """Where Moodle is, and what opens it."""

    address = fields.String(
        required=True,
        validate=validate.Length(
            1, 500, error="Give the address of Moodle, such as https://moodle.example.org."
        ),
    )
    token = fields.String(
        required=True, validate=validate.Length(1, 500, error="Give the token of the integration user.")
    )

    @pre_load
    def strip(self, sent: dict[str, str], **_options: object) -> dict[str, str]:
        """What was copied from another page brings spaces along."""
        return {name: value.strip() for name, value in sent.items()}


class PlatformForm(FormSchema):
    """The LTI platform whose rosters are read."""

    platform = fields.String(
        required=True,
        error_messages={"required": CHOOSE},
        validate=validate.Length(1, 500, error=CHOOSE),
    )


@blueprint.get("/connection")
@requires(Permission.LOOK_AT_INSTALLATION)
def connection() -> ResponseReturnValue:
    """The Moodle in use, and the form to connect one."""
    return _page(Form())


@blueprint.post("/connection")
@requires(Permission.CHANGE_INSTALLATION)
@takes(ConnectionForm)
def connection_make(form: Form) -> ResponseReturnValue:
    """Try an address and a token, and keep them where people can be read."""
    if form.errors:
        return _page(form), 422
    try:
        report = services().sites.connect(form.data["address"], form.data["token"], guarded=True)
    except LmsError as problem:
        return _page(form.with_errors({"address": str(problem)})), 422
    flash(f"Connected to {report.name}, Moodle {report.release}, with {report.courses} courses.")
    return redirect(url_for("admin.connection"), 303)


@blueprint.get("/connection/rosters")
@requires(Permission.CHANGE_INSTALLATION)
@asks(PlatformForm)
def connection_without_token(form: Form) -> ResponseReturnValue:
    """What doing without a token stops, and the way back, before it is done."""
    if not form.values:
        return redirect(url_for("admin.connection"))
    if form.errors:
        return _page(form), 422
    try:
        change = services().sites.without_token(form.data["platform"])
    except NotReadyError as problem:
        return _page(form.with_errors({"platform": str(problem)})), 422
    mails = services().mail is not None
    return render_template("admin/connection_without_token.html", change=change, mails=mails)


@blueprint.post("/connection/rosters")
@requires(Permission.CHANGE_INSTALLATION)
@takes(PlatformForm)
def connection_rosters(form: Form) -> ResponseReturnValue:
    """Do without a token: read people from the rosters of an LTI platform."""
    if form.errors:
        return _page(form), 422
    try:
        services().sites.connect_without_token(form.data["platform"])
    except NotReadyError as problem:
        return _page(form.with_errors({"platform": str(problem)})), 422
    flash(
        "People are read from the rosters of the LTI platform from now on. The check tells what that leaves out."
    )
    return redirect(url_for("admin.connection"), 303)


def _page(form: Form) -> str:
    try:
        site = services().sites.current()
    except NotReadyError:
        site = None
    found = {platform.issuer for platform in services().lti.platforms() if platform.enabled}
    issuers = [(issuer, issuer) for issuer in sorted(found)]
    return render_template("admin/connection.html", form=form, site=site, issuers=issuers)
