"""Addresses of the pages, with Moodle's own paths."""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from sandbox.lti.authorise import is_teacher
from sandbox.pages import access
from sandbox.pages.views import KINDS, course_view, courses_of
from sandbox.records import Enrolment, Person
from sandbox.sandbox import DEMO_PASSWORD, Sandbox

LAST_ACCESS_STEP = 60  # seconds between two notes of the same visit, as in Moodle
_ERRORS = {
    403: (
        "You are not enrolled in this course",
        "Choose one of your own courses, or ask its teacher to add you.",
    ),
    404: ("We could not find that page", "It may have been moved or removed."),
}


def pages_blueprint(sandbox: Sandbox) -> Blueprint:
    blueprint = Blueprint("pages", __name__)

    @blueprint.app_context_processor
    def everywhere() -> dict[str, Person | None]:
        return {"me": access.signed_in(sandbox)}

    @blueprint.get("/")
    def start() -> Response:
        return redirect(url_for("pages.my_courses"))

    @blueprint.get("/login/index.php")
    def sign_in_page() -> str:
        return _sign_in_page(sandbox, request.args.get("wantsurl", ""))

    @blueprint.post("/login/index.php")
    def sign_in() -> Response | tuple[str, int]:
        form = request.form
        if access.sign_in(sandbox, form.get("username", ""), form.get("password", "")):
            return redirect(access.local_path(form.get("wantsurl", "")))
        return _sign_in_page(sandbox, form.get("wantsurl", ""), refused=True), 401

    @blueprint.post("/login/logout.php")
    def sign_out() -> Response:
        access.sign_out()
        return redirect(url_for("pages.sign_in_page"))

    @blueprint.get("/my/")
    def my_courses() -> Response | str:
        person = access.signed_in(sandbox)
        if person is None:
            return access.to_sign_in()
        with sandbox.lock:
            return render_template("my.html", views=courses_of(sandbox.world, person))

    @blueprint.get("/course/view.php")
    def course() -> Response | str:
        person = access.signed_in(sandbox)
        if person is None:
            return access.to_sign_in()
        with sandbox.lock:
            record, enrolment = access.course_for(sandbox, person, request.args.get("id", 0, int))
            _note_visit(sandbox, enrolment)
            view = course_view(sandbox.world, record, enrolment)
            teaches = is_teacher(sandbox, person, record.id)
            tools = (
                [t for t in sandbox.world.tools.values() if t.deep_linking and not t.pending]
                if teaches
                else []
            )
            return render_template("course.html", view=view, kinds=KINDS, tools=tools)

    @blueprint.get("/mod/<any(assign, forum, page, quiz):kind>/view.php")
    def activity(kind: str) -> Response | str:
        person = access.signed_in(sandbox)
        if person is None:
            return access.to_sign_in()
        with sandbox.lock:
            module = access.module_for(sandbox, person, request.args.get("id", 0, int), kind)
            where = sandbox.world.courses[module.course]
            return render_template("activity.html", module=module, course=where, kind=KINDS[kind])

    return blueprint


def _sign_in_page(sandbox: Sandbox, wanted: str, *, refused: bool = False) -> str:
    return render_template(
        "login.html", wanted=wanted, refused=refused, password=DEMO_PASSWORD, names=sandbox.sign_in_names
    )


def _note_visit(sandbox: Sandbox, enrolment: Enrolment | None) -> None:
    now = sandbox.site.epoch()
    if enrolment and now - enrolment.lastaccess >= LAST_ACCESS_STEP:
        with sandbox.change() as world:
            enrolment.lastaccess = world.people[enrolment.person].lastaccess = now


def register_error_pages(app: Flask) -> None:
    """A page in words for every refusal."""

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        title, advice = _ERRORS.get(code, (error.name, error.description or ""))
        return render_template("error.html", title=title, advice=advice), code
