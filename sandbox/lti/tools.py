"""Pages about tools: the administrator's list, where one registers itself, and picking content for a course."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.lti.authorise import choice_initiation, is_teacher, session_key
from sandbox.lti.content import RefusedContentError, add, read_answer
from sandbox.lti.dynamic import Invitations, RefusedRegistrationError, activate, register
from sandbox.lti.tokens import fetch_json
from sandbox.pages import access
from sandbox.records import Person, ToolType
from sandbox.sandbox import Sandbox


def add_registration(blueprint: Blueprint, sandbox: Sandbox) -> None:
    """The administrator's list of tools, and what a tool needs to register itself."""
    invitations = Invitations()

    @blueprint.route("/mod/lti/toolconfigure.php", methods=["GET", "POST"])
    def manage_tools() -> Response | str:
        """Paste a tool's address; it opens in a frame and registers itself."""
        person = access.signed_in(sandbox)
        if person is None:
            return access.to_sign_in()
        if not person.is_admin:
            abort(403)
        url, known = request.form.get("url", ""), request.form.get("update", 0, int)
        if url and urlsplit(url).scheme not in ("http", "https"):
            abort(400)
        with sandbox.lock:
            opened = invitations.invite(sandbox, url, known) if url else ""
            tools = list(sandbox.world.tools.values())
        if opened:
            g.also_framed = "{0.scheme}://{0.netloc}".format(urlsplit(opened))
        return render_template("tools.html", tools=tools, opened=opened)

    @blueprint.post("/mod/lti/toolconfigure.php/<int:tool>/activate")
    def activate_tool(tool: int) -> Response:
        person = access.signed_in(sandbox)
        if person is None or not person.is_admin:
            abort(403)
        if tool not in sandbox.world.tools:
            abort(404)
        activate(sandbox, tool)
        return redirect(url_for("lti.manage_tools"))

    @blueprint.post("/mod/lti/openid-registration.php")
    def register_tool() -> Any:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            known = invitations.use(bearer)
            return jsonify(register(sandbox, request.get_json(silent=True), known))
        except RefusedRegistrationError as refused:
            return str(refused), refused.status


def add_content(blueprint: Blueprint, sandbox: Sandbox) -> None:
    """Picking a tool's content for a course."""

    def may(course: int, tool: int) -> tuple[Person | None, ToolType]:
        """Who asks, and the tool; ends the request where either may not be."""
        person, found = access.signed_in(sandbox), sandbox.world.tools.get(tool)
        if course not in sandbox.world.courses or found is None or found.pending or not found.deep_linking:
            abort(404)
        if person is not None and not is_teacher(sandbox, person, course):
            abort(403)
        return person, found

    @blueprint.get("/course/modedit.php")
    def add_activity() -> Response | str:
        """The page with the tool's own page in a frame, where a teacher picks."""
        course, tool = request.args.get("course", 0, int), request.args.get("tool", 0, int)
        person, found = may(course, tool)
        if person is None:
            return access.to_sign_in()
        return render_template("pick.html", course=sandbox.world.courses[course], tool=found)

    @blueprint.get("/mod/lti/contentitem.php")
    def content() -> Response | str:
        course, tool = request.args.get("course", 0, int), request.args.get("id", 0, int)
        person, found = may(course, tool)
        if person is None:
            return access.to_sign_in()
        with sandbox.lock:
            form = choice_initiation(sandbox, found, course, person)
        return render_template("post.html", form=form, title=found.name)

    @blueprint.post("/mod/lti/contentitem_return.php")
    def content_return() -> Response | str | tuple[str, int]:
        """Sent from the tool's page in the frame, so without our cookie: the same is asked once more."""
        course, tool = request.args.get("course", 0, int), request.args.get("id", 0, int)
        person, found = may(course, tool)
        if person is None and "repost" not in request.form:
            again = {"action": request.full_path, "fields": request.form.to_dict() | {"repost": "1"}}
            return render_template("post.html", form=again, title="One moment")
        if person is None or request.args.get("sesskey") != session_key(sandbox, person):
            abort(403)
        try:
            items = read_answer(sandbox, found, request.form.get("JWT", ""), fetch_json)
        except RefusedContentError as refused:
            return render_template("refused.html", sentence=str(refused)), 400
        made = add(sandbox, found, course, items)
        return render_template("picked.html", course=sandbox.world.courses[course], made=made)
