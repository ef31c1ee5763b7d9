"""A launch from the course page to the tool and back, with a tool that trusts nothing it did not check."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from sandbox import Registration, Sandbox, Tool

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
Call = Callable[..., Any]
SignIn = Callable[[str], None]


class FormReader(HTMLParser):
    """The one form of a page: its address, its hidden fields, its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.method, self.fields, self.buttons = "", "", dict[str, str](), 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = given["action"], given["method"]
        elif tag == "input":
            self.fields[given["name"]] = given["value"]
        elif tag == "button":
            self.buttons += 1


@pytest.fixture
def widget(ws: Call, sandbox: Sandbox, registration: Registration) -> int:
    """The check-in placed in Sales onboarding."""
    course = sandbox.find_course("ONB-SALES").id
    ws("core_course_import_course", importfrom=sandbox.template_course_id, importto=course)
    return min(
        int(row["coursemodule"]) for row in ws("mod_lti_get_ltis_by_courses", courseids=[course])["ltis"]
    )


def begin(client: FlaskClient, widget: int) -> FormReader:
    reply = client.get(f"/mod/lti/view.php?id={widget}")
    assert reply.status_code == 200
    return FormReader(reply.text)


def request_of(initiation: FormReader, **changes: str) -> dict[str, str]:
    """What a tool asks for in answer to a login initiation."""
    return {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": initiation.fields["client_id"],
        "redirect_uri": initiation.fields["target_link_uri"],
        "state": "s-1",
        "nonce": "n-1",
        "login_hint": initiation.fields["login_hint"],
        "lti_message_hint": initiation.fields["lti_message_hint"],
    } | changes


def checked(client: FlaskClient, registration: Registration, id_token: str) -> dict[str, Any]:
    """The claims, after what a tool checks by the platform's published keys."""
    keys = jwt.PyJWKSet.from_dict(client.get("/mod/lti/certs.php").get_json())
    key = keys[jwt.get_unverified_header(id_token)["kid"]]
    # The sandbox's clock is not the machine's: expiry is checked against the sandbox's own below.
    trusted: dict[str, Any] = jwt.decode(
        id_token,
        key,
        algorithms=["RS256"],
        audience=registration.client_id,
        issuer=registration.issuer,
        options={"verify_exp": False, "verify_iat": False},
    )
    return trusted


def test_initiation_names_the_launch(
    client: FlaskClient,
    sandbox: Sandbox,
    sign_in: SignIn,
    widget: int,
    registration: Registration,
    tool: Tool,
) -> None:
    sign_in("nia")
    form = begin(client, widget)
    assert (form.action, form.method, form.buttons) == (tool.login_url, "post", 1)
    hint = json.loads(form.fields.pop("lti_message_hint"))
    assert hint["cmid"] == widget
    assert form.fields == {
        "iss": registration.issuer,
        "target_link_uri": tool.launch_url,
        "login_hint": str(sandbox.find_person("nia").id),
        "client_id": registration.client_id,
        "lti_deployment_id": registration.deployment_id,
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_launch_tells_the_tool_who_and_where(
    client: FlaskClient,
    sandbox: Sandbox,
    sign_in: SignIn,
    widget: int,
    registration: Registration,
    method: str,
) -> None:
    sign_in("nia")
    wanted = request_of(begin(client, widget))
    place: dict[str, Any] = {"query_string": wanted} if method == "GET" else {"data": wanted}
    answer = FormReader(client.open("/mod/lti/auth.php", method=method, **place).text)

    assert (answer.action, answer.method, answer.buttons) == (wanted["redirect_uri"], "post", 1)
    assert answer.fields["state"] == "s-1"
    claims = checked(client, registration, answer.fields["id_token"])
    nia, course = sandbox.find_person("nia"), sandbox.find_course("ONB-SALES")
    assert (claims["nonce"], claims["sub"], claims["name"]) == ("n-1", str(nia.id), "Nia Okafor")
    assert claims["iat"] == sandbox.site.epoch()
    assert claims["exp"] - claims["iat"] == 60
    assert claims[LTI + "context"]["id"] == str(course.id)
    assert claims[LTI + "custom"]["widget"] == "check-in"
    assert claims[LTI + "deployment_id"] == registration.deployment_id
    assert claims[LTI + "roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    assert claims[LTI + "lis"]["person_sourcedid"] == nia.idnumber
    assert claims[LTI + "launch_presentation"]["locale"] == nia.lang


@pytest.mark.parametrize(
    ("username", "roles"),
    [
        ("ines", {"membership#Instructor"}),
        (
            "admin",
            {"membership#Instructor", "system/person#Administrator", "institution/person#Administrator"},
        ),
    ],
)
def test_teachers_and_administrators_come_with_their_roles(
    client: FlaskClient,
    sign_in: SignIn,
    widget: int,
    registration: Registration,
    username: str,
    roles: set[str],
) -> None:
    sign_in(username)
    answer = FormReader(client.post("/mod/lti/auth.php", data=request_of(begin(client, widget))).text)
    claims = checked(client, registration, answer.fields["id_token"])
    assert {
        role.removeprefix("http://purl.imsglobal.org/vocab/lis/v2/") for role in claims[LTI + "roles"]
    } == roles


def test_two_frames_of_one_page_launch_at_the_same_time(
    client: FlaskClient, sign_in: SignIn, widget: int, registration: Registration
) -> None:
    sign_in("nia")
    check_in, feedback = begin(client, widget), begin(client, widget + 1)
    widgets = []
    for form in (feedback, check_in):
        answer = FormReader(client.post("/mod/lti/auth.php", data=request_of(form)).text)
        widgets.append(checked(client, registration, answer.fields["id_token"])[LTI + "custom"]["widget"])
    assert widgets == ["feedback", "check-in"]


def test_a_launch_is_answered_once(client: FlaskClient, sign_in: SignIn, widget: int) -> None:
    sign_in("nia")
    wanted = request_of(begin(client, widget))
    assert "id_token" in FormReader(client.post("/mod/lti/auth.php", data=wanted).text).fields
    assert client.post("/mod/lti/auth.php", data=wanted).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "somebody"}, "unauthorized_client"),
        ({"login_hint": "2"}, "access_denied"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
    ],
)
def test_refusals_are_posted_to_the_tool(
    client: FlaskClient, sign_in: SignIn, widget: int, changes: dict[str, str], error: str
) -> None:
    sign_in("nia")
    answer = FormReader(
        client.post("/mod/lti/auth.php", data=request_of(begin(client, widget), **changes)).text
    )
    assert (answer.fields["error"], answer.fields["state"]) == (error, "s-1")
    assert "id_token" not in answer.fields


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://attacker.test/lti/launch"},
        {"scope": "profile"},
        {"response_type": "code"},
        {"nonce": ""},
        {"lti_message_hint": "{}"},
        {"lti_message_hint": "not json"},
        {"lti_message_hint": '{"launchid": "ltilaunch1_1"}'},
        {"lti_message_hint": "7"},
    ],
)
def test_what_cannot_be_trusted_is_posted_nowhere(
    client: FlaskClient, sign_in: SignIn, widget: int, changes: dict[str, str]
) -> None:
    sign_in("nia")
    reply = client.post("/mod/lti/auth.php", data=request_of(begin(client, widget), **changes))
    assert reply.status_code == 400
    assert "<form" not in reply.text


def test_nobody_takes_over_the_launch_of_another(client: FlaskClient, sign_in: SignIn, widget: int) -> None:
    sign_in("nia")
    wanted = request_of(begin(client, widget))
    sign_in("tomas")
    assert client.post("/mod/lti/auth.php", data=wanted).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_its_cookie_the_platform_asks_itself_again(
    app: Flask, client: FlaskClient, sign_in: SignIn, widget: int, method: str
) -> None:
    """The tool's page in the frame is another site, so the Lax cookie stays away until the page posts to itself."""
    sign_in("nia")
    wanted = request_of(begin(client, widget))
    place: dict[str, Any] = {"query_string": wanted} if method == "GET" else {"data": wanted}
    first = app.test_client().open("/mod/lti/auth.php", method=method, **place)
    assert "Set-Cookie" not in first.headers
    again = FormReader(first.text)
    assert again.action.startswith("/mod/lti/auth.php")
    assert again.fields["repost"] == "1"
    answer = FormReader(client.post(again.action, data=again.fields).text)
    assert answer.action == wanted["redirect_uri"]
    assert "id_token" in answer.fields


def test_without_signing_in_the_second_time_is_the_last(
    app: Flask, client: FlaskClient, sign_in: SignIn, widget: int
) -> None:
    sign_in("nia")
    wanted = request_of(begin(client, widget))
    reply = app.test_client().post("/mod/lti/auth.php", data=wanted | {"repost": "1"})
    assert reply.status_code == 403
    assert "<form" not in reply.text


def test_activities_are_for_those_in_the_course(
    client: FlaskClient, sign_in: SignIn, widget: int, sandbox: Sandbox
) -> None:
    address = f"/mod/lti/view.php?id={widget}"
    reply = client.get(address)
    assert (reply.status_code, reply.location) == (
        302,
        f"/login/index.php?wantsurl=/mod/lti/view.php?id%3D{widget}",
    )
    sign_in("jonas")
    assert client.get(address).status_code == 403
    assert client.get("/mod/lti/view.php?id=99999").status_code == 404
    assert client.get(f"/mod/lti/view.php?id={sandbox.world.modules_in(2)[0].id}").status_code == 404


def test_widget_taken_out_meanwhile_ends_the_launch(
    client: FlaskClient, sign_in: SignIn, widget: int, ws: Call
) -> None:
    sign_in("nia")
    wanted = request_of(begin(client, widget))
    ws("core_course_delete_modules", cmids=[widget])
    assert client.post("/mod/lti/auth.php", data=wanted).status_code == 400


def test_coming_back_leads_to_the_course(client: FlaskClient) -> None:
    assert client.get("/mod/lti/return.php?course=2&sesskey=x").location == "/course/view.php?id=2"
