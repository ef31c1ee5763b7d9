"""Who is signed in, and what they may see."""

from urllib.parse import urlsplit

from flask import abort, redirect, request, session, url_for
from werkzeug.wrappers import Response

from sandbox.records import Course, Enrolment, Module, Person
from sandbox.sandbox import DEMO_PASSWORD, Sandbox
from sandbox.world import SITE_COURSE_ID

_KEY = "person"


def sign_in(sandbox: Sandbox, username: str, password: str) -> Person | None:
    """Sign in where the password is right and the account is one that people use."""
    person = sandbox.world.person_named(username)
    if person is None or person.suspended or person.auth != "manual" or password != DEMO_PASSWORD:
        return None
    session.clear()
    session[_KEY] = person.id
    with sandbox.change():
        person.lastaccess = sandbox.site.epoch()
        person.firstaccess = person.firstaccess or person.lastaccess
    return person


def sign_out() -> None:
    session.clear()


def signed_in(sandbox: Sandbox) -> Person | None:
    person = sandbox.world.people.get(session.get(_KEY, 0))
    return None if person is None or person.suspended else person


def to_sign_in() -> Response:
    """The way to the sign-in page and back to where one wanted to go."""
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("pages.sign_in_page", wantsurl=wanted))


def local_path(wanted: str) -> str:
    """Where to go after signing in: a path of this site, or the start."""
    parts = urlsplit(wanted)
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if is_local else "/my/"


def course_for(sandbox: Sandbox, person: Person, course_id: int) -> tuple[Course, Enrolment | None]:
    """A course this person may enter. Ends the request with 404 or 403 otherwise."""
    course = sandbox.world.courses.get(course_id)
    if course is None or course.id == SITE_COURSE_ID:
        abort(404)
    enrolment = sandbox.world.enrolment(course_id, person.id)
    if not person.is_admin and (enrolment is None or not enrolment.active or not course.visible):
        abort(403)
    return course, enrolment


def module_for(sandbox: Sandbox, person: Person, cmid: int, kind: str) -> Module:
    """An activity of one kind in a course this person may enter. Ends the request with 404 or 403 otherwise."""
    module = sandbox.world.modules.get(cmid)
    if module is None or module.modname != kind:
        abort(404)
    course_for(sandbox, person, module.course)
    return module
