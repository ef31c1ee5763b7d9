"""What people see, and who sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from sandbox import DEMO_PASSWORD, Registration, Sandbox

Call = Callable[..., Any]
SignIn = Callable[[str], None]


def log_in(client: FlaskClient, username: str, password: str = DEMO_PASSWORD, wanted: str = "") -> Any:
    form = {"username": username, "password": password, "wantsurl": wanted}
    return client.post("/login/index.php", data=form)


def test_sign_in_page_says_that_it_is_a_demo_and_how_to_get_in(client: FlaskClient, sandbox: Sandbox) -> None:
    page = client.get("/login/index.php").text
    assert "Sandbox LMS" in page
    assert DEMO_PASSWORD in page
    for name, note in sandbox.sign_in_names:
        assert name in page
        assert note in page


@pytest.mark.parametrize("address", ["/my/", "/course/view.php?id=2", "/mod/page/view.php?id=2"])
def test_pages_need_signing_in_and_come_after_it(client: FlaskClient, address: str) -> None:
    reply = client.get(address)
    assert reply.status_code == 302
    sign_in_page = client.get(reply.location).text
    assert f'name="wantsurl" value="{address}"' in sign_in_page
    assert log_in(client, "nia", wanted=address).location == address


@pytest.mark.parametrize("wanted", ["http://attacker.test/", "//attacker.test/", "/\\attacker.test", "x", ""])
def test_signing_in_never_leads_to_another_site(client: FlaskClient, wanted: str) -> None:
    assert log_in(client, "nia", wanted=wanted).location == "/my/"


@pytest.mark.parametrize(
    ("username", "password"),
    [("nia", "wrong"), ("nobody", DEMO_PASSWORD), ("companion", DEMO_PASSWORD), ("nia", "")],
)
def test_sign_in_is_refused_in_one_sentence(client: FlaskClient, username: str, password: str) -> None:
    reply = log_in(client, username, password)
    assert reply.status_code == 401
    assert "do not fit together" in reply.text


def test_suspended_people_are_out_at_once(client: FlaskClient, sandbox: Sandbox, sign_in: SignIn) -> None:
    sign_in("nia")
    sandbox.suspend(sandbox.find_person("nia").id)
    assert client.get("/my/").status_code == 302
    assert log_in(client, "nia").status_code == 401


def test_signing_out(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in("nia")
    assert client.post("/login/logout.php").status_code == 302
    assert client.get("/my/").status_code == 302


def test_session_cookie_is_lax_and_out_of_reach_of_scripts(client: FlaskClient) -> None:
    cookie = log_in(client, "NIA ").headers["Set-Cookie"]
    assert cookie.startswith("MoodleSession=")
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie


def test_my_courses_are_ones_own(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, registration: Registration
) -> None:
    sign_in("tomas")
    page = client.get("/my/").text
    taken = {row.course for row in sandbox.world.enrolments_of(sandbox.find_person("tomas").id)}
    for course in sandbox.world.courses.values():
        assert (f'/course/view.php?id={course.id}"' in page) == (course.id in taken)
    assert "Completed on 31 October 2026" in page


def test_the_administrator_sees_every_course(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, registration: Registration
) -> None:
    sign_in("admin")
    page = client.get("/my/").text
    assert "Mentoring template" in page
    assert client.get(f"/course/view.php?id={sandbox.template_course_id}").status_code == 200


def test_course_page_shows_widgets_in_frames_where_they_stand(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, ws: Call, registration: Registration
) -> None:
    course = sandbox.find_course("ONB-SALES")
    ws("core_course_import_course", importfrom=sandbox.template_course_id, importto=course.id)
    sign_in("nia")
    page = client.get(f"/course/view.php?id={course.id}").text
    first, second = page.split('id="section-1"')
    for row in ws("mod_lti_get_ltis_by_courses", courseids=[course.id])["ltis"]:
        assert row["intro"] in first
        assert f'href="/mod/lti/view.php?id={row["coursemodule"]}"' in first
    for section in sandbox.world.sections_in(course.id):
        assert f'href="#section-{section.number}">{section.name}' in page
    assert "Six customers in their own words" in second
    assert "Taught by Ines Castillo" in page
    assert '<a class="skip" href="#main">' in page


def test_names_are_escaped(client: FlaskClient, sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.update_person(sandbox.find_person("nia").id, firstname="<b>Nia</b>")
    sign_in("nia")
    page = client.get("/my/").text
    assert "<b>Nia" not in page
    assert "&lt;b&gt;Nia" in page


def test_courses_are_closed_to_others(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, registration: Registration
) -> None:
    sign_in("nia")
    closed = client.get(f"/course/view.php?id={sandbox.find_course('ONB-ENG').id}")
    assert closed.status_code == 403
    assert "not enrolled" in closed.text
    for address in ("/course/view.php?id=1", "/course/view.php?id=99", "/course/view.php", "/nothing"):
        assert client.get(address).status_code == 404
    hidden, nia = sandbox.template_course_id, sandbox.find_person("nia").id
    sandbox.enrol(nia, hidden, sandbox.site.clock())
    assert client.get(f"/course/view.php?id={hidden}").status_code == 403


def test_ended_enrolments_close_the_course(client: FlaskClient, sandbox: Sandbox, sign_in: SignIn) -> None:
    sign_in("nia")
    enrolment = sandbox.world.enrolment(sandbox.find_course("ONB-SALES").id, sandbox.find_person("nia").id)
    assert enrolment
    enrolment.active = False
    assert client.get(f"/course/view.php?id={enrolment.course}").status_code == 403
    assert "Sales onboarding" not in client.get("/my/").text


def test_visits_are_noted(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, ws: Call, clock: Any
) -> None:
    course, nia = sandbox.find_course("ONB-SALES").id, sandbox.find_person("nia").id
    sign_in("nia")
    clock.move(hours=1)
    client.get(f"/course/view.php?id={course}")
    (row,) = [row for row in ws("core_enrol_get_enrolled_users", courseid=course) if row["id"] == nia]
    assert row["lastaccess"] == row["lastcourseaccess"] == sandbox.site.epoch()


def test_activities_open(client: FlaskClient, sandbox: Sandbox, sign_in: SignIn) -> None:
    sign_in("nia")
    course = sandbox.find_course("ONB-SALES").id
    for module in sandbox.world.modules_in(course):
        page = client.get(f"/mod/{module.modname}/view.php?id={module.id}")
        assert page.status_code == 200
        assert module.name in page.text.replace("&#39;", "'")
    other = sandbox.world.modules_in(sandbox.find_course("ONB-ENG").id)[0]
    assert client.get(f"/mod/{other.modname}/view.php?id={other.id}").status_code == 403


def test_policy_lets_frames_reach_the_tool_and_nobody_frame_the_site(
    client: FlaskClient, registration: Registration
) -> None:
    headers = client.get("/login/index.php").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["frame-src"] == policy["form-action"] == "'self' http://localhost:5000"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_style_and_script_are_served(client: FlaskClient) -> None:
    for name in ("sandbox.css", "submit.js", "mark.svg"):
        with client.get(f"/theme/{name}") as reply:
            assert reply.status_code == 200
