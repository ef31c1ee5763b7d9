"""What the platform calls: each view parses, calls one service method, and answers."""

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from companion.lti.dynamic import Invitation
from companion.services.lti import LAUNCH_PATH
from companion.services.lti_registration import REGISTER_PATH
from companion.web import form_token
from companion.web.context import services
from companion.web.cookies import set_cookie
from companion.web.headers import let_frame
from companion.web.limits import LAUNCH, REGISTER, limited
from companion.web.permissions import Permission, requires
from companion.web.words import address

blueprint = Blueprint("lti", __name__)


@blueprint.route("/lti/login", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@limited(LAUNCH)
def login() -> ResponseReturnValue:
    """Answer a login the platform initiates, with a cookie that binds the launch to this browser."""
    answer = services().lti.begin_login(request.values.to_dict())
    response = redirect(answer.url)
    set_cookie(response, answer.cookie_name, answer.cookie_value, max_age=answer.max_age)
    return response


@blueprint.post(LAUNCH_PATH)
@requires(Permission.PUBLIC)
@limited(LAUNCH)
def launch() -> ResponseReturnValue:
    """Verify a launch and open a session of its own for it."""
    result = services().lti.finish_launch(request.form.to_dict(), request.cookies)
    session.clear()
    session["launch"] = g.opened_launch = result.launch_id
    form_token.begin()  # every widget has a form: so its page need not set the cookie once more
    endpoint = f"widgets.{result.widget.replace('-', '_')}"
    response = redirect(address(endpoint, launch_id=result.launch_id), 303)
    set_cookie(response, result.spent_cookie, "", max_age=0)
    return response


@blueprint.get("/lti/jwks")
@requires(Permission.PUBLIC)
def jwks() -> ResponseReturnValue:
    """Our public keys."""
    response = jsonify(services().lti.jwks())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get(f"{REGISTER_PATH}<code>")
@requires(Permission.PUBLIC)
@limited(REGISTER)
def register(code: str) -> ResponseReturnValue:
    """Let a platform register itself, within the page of its administrator."""
    if request.method != "GET":
        abort(405)  # a HEAD would use the address up
    sent = request.args
    invitation = Invitation(sent.get("openid_configuration", ""), sent.get("registration_token", ""))
    made = services().lti_registration.register(code, invitation)
    let_frame(made.origin)
    return render_template("lti/registered.html", made=made)
