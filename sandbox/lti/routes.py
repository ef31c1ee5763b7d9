"""Addresses of the LTI platform, with Moodle's own paths."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.lti.authorise import InvalidRequestError, authorise, login_initiation
from sandbox.lti.configuration import openid_configuration
from sandbox.lti.keys import key_set
from sandbox.lti.services import add_services
from sandbox.lti.tokens import AccessTokens, TokenRefusedError, fetch_json
from sandbox.lti.tools import add_content, add_registration
from sandbox.pages import access
from sandbox.sandbox import Sandbox


def lti_blueprint(sandbox: Sandbox) -> Blueprint:
    blueprint = Blueprint("lti", __name__)
    tokens = AccessTokens()

    @blueprint.get("/mod/lti/view.php")
    def view() -> Response | str:
        """Opening an activity, in a frame or in the whole window, begins a launch."""
        person = access.signed_in(sandbox)
        if person is None:
            return access.to_sign_in()
        with sandbox.lock:
            module = access.module_for(sandbox, person, request.args.get("id", 0, int), "lti")
            form = login_initiation(sandbox, module.id, person)
        return render_template("post.html", form=form, title=module.name)

    @blueprint.route("/mod/lti/auth.php", methods=["GET", "POST"])
    def auth() -> Response | str | tuple[str, int]:
        """Without its cookie, as when the tool's page in the frame sent the browser here, ask the same once more."""
        person = access.signed_in(sandbox)
        if person is None and "repost" not in request.form:
            fields = request.form.to_dict() | {"repost": "1"}
            again = {"action": request.full_path.rstrip("?"), "fields": fields}
            return render_template("post.html", form=again, title="One moment")
        if person is None:
            return _refused("You are not signed in. Sign in, then open the activity again.", 403)
        try:
            with sandbox.lock:
                form = authorise(sandbox, request.values.to_dict(), person)
        except InvalidRequestError as error:
            return _refused(str(error), 400)
        return render_template("post.html", form=form, title="One moment")

    @blueprint.get("/mod/lti/certs.php")
    def certs() -> Any:
        return jsonify(key_set(sandbox.key))

    @blueprint.get("/mod/lti/openid-configuration.php")
    def configuration() -> Any:
        return jsonify(openid_configuration(sandbox.site))

    @blueprint.post("/mod/lti/token.php")
    def token() -> Any:
        try:
            return jsonify(tokens.grant(sandbox.site, request.form, fetch_json))
        except TokenRefusedError as error:
            return jsonify({"error": str(error)}), 400

    @blueprint.get("/mod/lti/return.php")
    def back() -> Response:
        return redirect(url_for("pages.course", id=request.args.get("course", 0, int)))

    add_services(blueprint, sandbox, tokens)
    add_registration(blueprint, sandbox)
    add_content(blueprint, sandbox)
    return blueprint


def _refused(sentence: str, status: int) -> tuple[str, int]:
    return render_template("refused.html", sentence=sentence), status
