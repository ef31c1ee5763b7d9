"""A teacher picks a widget in the LMS: the choice, the signed answer, and who is refused."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from companion.models.lti import DeepLinking
from companion.placement.widgets import WIDGETS
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget
from tests.unit.companion.lti.platform import rsa_key

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


def form_of(html: str) -> tuple[str, dict[str, str]]:
    form = BeautifulSoup(html, "html.parser").select_one("form[action]")
    assert form is not None, html
    fields = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
    return str(form["action"]), fields


def course_id(installation: Begun) -> int:
    return installation.lms.sandbox.find_course("ONB-SALES").id


def message(who: Launcher) -> tuple[str, dict[str, str]]:
    """The deep linking launch that the LMS would have the browser post."""
    begun = who.begun
    tool = next(iter(begun.lms.sandbox.world.tools))
    page = who.session.get(
        f"{begun.lms.url}/mod/lti/contentitem.php",
        params={"course": course_id(begun), "id": tool},
        timeout=10,
    )
    assert page.ok, page.text
    action, fields = form_of(page.text)
    login = who.client.post(urlsplit(action).path, data=fields)
    assert login.status_code == 302, login.text
    return who.authorised(login.headers["Location"])


def picking(who: Launcher) -> Widget:
    """The page where somebody picks."""
    path, fields = message(who)
    return who.follow(who.client.post(path, data=fields))


def told(answer: TestResponse, installation: Begun) -> dict[str, Any]:
    """The claims of our answer, checked by our own key set."""
    _, fields = form_of(answer.text)
    keys = jwt.PyJWKSet.from_dict(installation.services.lti.jwks())
    key = keys[jwt.get_unverified_header(fields["JWT"])["kid"]]
    claims: dict[str, Any] = jwt.decode(
        fields["JWT"],
        key,
        algorithms=["RS256"],
        audience=installation.lms.url,
        options={"verify_exp": False, "verify_iat": False},
    )
    return claims


@pytest.fixture
def teacher(sign_in: Callable[[str], Launcher]) -> Launcher:
    return sign_in("ines")


def test_a_teacher_sees_each_widget_with_a_preview(teacher: Launcher) -> None:
    page = picking(teacher)
    assert "Add a mentoring widget" in page.words
    assert "Sales onboarding" in page.words
    radios = [str(one["value"]) for one in page.html.select("input[type=radio]")]
    assert radios == list(WIDGETS), "what there is, and nothing else"
    previews = page.html.select(".preview")
    assert len(previews) == len(WIDGETS)
    assert all(one["aria-hidden"] == "true" and one.has_attr("inert") for one in previews)
    shown = {" ".join(part.get_text(" ") for part in one.select("p")[1:]) for one in previews}
    assert len(shown) == len(WIDGETS), "each shows what is its own, below its name"


def test_what_was_picked_comes_back_signed_and_stays_bound_to_the_tool(
    teacher: Launcher, installation: Begun
) -> None:
    answer = picking(teacher).send(widget="feedback").response
    claims = told(answer, installation)
    [tool] = installation.lms.sandbox.world.tools.values()
    now = int(installation.clock().timestamp())
    assert (claims["iss"], claims["aud"]) == (tool.client_id, [installation.lms.url])
    assert claims[LTI + "message_type"] == "LtiDeepLinkingResponse"
    assert claims[LTI + "deployment_id"] == str(tool.id)
    assert claims["iat"] == now
    assert 0 < claims["exp"] - now <= 300
    assert len(claims["nonce"]) >= 22
    assert claims[ITEMS] == [
        {"type": "ltiResourceLink", "title": "Mentoring feedback", "custom": {"widget": "feedback"}}
    ], "an address would part it from the tool, and Moodle knows no frame"


def test_the_answer_goes_to_the_platform_and_nowhere_else(teacher: Launcher, installation: Begun) -> None:
    page = picking(teacher)
    assert (
        f"form-action 'self'; base-uri 'none'; frame-ancestors {installation.lms.url}"
        in (page.response.headers["Content-Security-Policy"])
    ), "the page before it posts to us alone"
    answer = page.send(widget="check-in").response
    action, fields = form_of(answer.text)
    assert action.startswith(f"{installation.lms.url}/mod/lti/contentitem_return.php?")
    assert set(fields) == {"JWT"}, "our form token is for us alone"
    policy = answer.headers["Content-Security-Policy"]
    assert f"form-action 'self' {installation.lms.url};" in policy
    assert "unsafe" not in policy
    button = BeautifulSoup(answer.text, "html.parser").select_one("form button")
    assert button is not None, "without a script somebody presses it"


def test_the_activity_stands_in_the_course_and_opens_the_widget(
    teacher: Launcher, reachable: Begun, sign_in: Callable[[str], Launcher]
) -> None:
    answer = picking(teacher).send(widget="feedback").response
    action, fields = form_of(answer.text)
    page = teacher.session.post(action, data=fields, timeout=10)
    assert "Mentoring feedback stands in the course now" in " ".join(
        BeautifulSoup(page.text, "html.parser").get_text(" ").split()
    ), page.text
    world = reachable.lms.sandbox.world
    made = max(world.modules.values(), key=lambda row: row.id)
    assert (made.course, made.custom) == (course_id(reachable), "widget=feedback")
    assert made.tool in world.tools
    opened = teacher.session.get(f"{reachable.lms.url}/mod/lti/view.php?id={made.id}", timeout=10)
    action, fields = form_of(opened.text)
    login = teacher.client.post(urlsplit(action).path, data=fields)
    path, sent = teacher.authorised(login.headers["Location"])
    assert teacher.client.post(path, data=sent).headers["Location"].endswith("/feedback")


def test_somebody_who_does_not_teach_may_not_pick(
    sign_in: Callable[[str], Launcher], teacher: Launcher
) -> None:
    """The attack: a learner answers the login of a deep linking launch; Moodle would not let it come to that."""
    path, fields = message(teacher)
    claims = jwt.decode(fields["id_token"], options={"verify_signature": False})
    claims[LTI + "roles"] = ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    sandbox = teacher.begun.lms.sandbox
    kid = jwt.get_unverified_header(fields["id_token"])["kid"]
    forged = jwt.encode(claims, sandbox.key, algorithm="RS256", headers={"kid": kid})
    answer = teacher.client.post(path, data={**fields, "id_token": forged})
    assert answer.status_code == 403
    assert "Only somebody who teaches" in answer.text


@pytest.mark.parametrize(
    "settings",
    [
        {"deep_link_return_url": "https://evil.example/take"},
        {"deep_link_return_url": "javascript:alert(1)"},
        {"deep_link_return_url": "http://localhost.evil.example/x"},
        {"deep_link_return_url": None},
        {"accept_types": ["link"]},
        {"accept_types": []},
    ],
)
def test_settings_that_lead_elsewhere_or_take_no_link_are_refused(
    teacher: Launcher, settings: dict[str, Any]
) -> None:
    path, fields = message(teacher)
    claims = jwt.decode(fields["id_token"], options={"verify_signature": False})
    name = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
    claims[name] |= settings
    kid = jwt.get_unverified_header(fields["id_token"])["kid"]
    token = jwt.encode(claims, teacher.begun.lms.sandbox.key, algorithm="RS256", headers={"kid": kid})
    assert teacher.client.post(path, data={**fields, "id_token": token}).status_code == 400


def test_an_answer_is_given_once(teacher: Launcher) -> None:
    page = picking(teacher)
    sent = {**page.fields(), "widget": "check-in"}
    assert page.client.post(page.address, data=sent).status_code == 200
    again = page.client.post(page.address, data=sent)
    assert again.status_code == 409
    assert "was sent already" in again.text
    assert page.client.get(page.address).status_code == 409


@pytest.mark.parametrize("widget", ["", "gradebook", "Check-in", "../feedback"])
def test_what_is_no_widget_is_asked_for_again(teacher: Launcher, widget: str) -> None:
    page = picking(teacher).send(widget=widget)
    assert page.response.status_code == 422
    assert "Choose a widget" in page.words
    assert page.send(widget="check-in").response.status_code == 200, "nothing was used up"


def test_a_form_without_its_token_is_refused(teacher: Launcher) -> None:
    page = picking(teacher)
    assert page.client.post(page.address, data={"widget": "check-in"}).status_code == 400


def test_an_ordinary_launch_picks_nothing(sign_in: Callable[[str], Launcher]) -> None:
    """The attack: the address of the choice, with the launch of a widget."""
    widget = sign_in("ines").open(course="ONB-SALES")
    launch_id = widget.address.split("/")[2]
    assert widget.client.get(f"/w/{launch_id}/choice").status_code == 409


def test_the_choice_of_somebody_else_stays_theirs(
    teacher: Launcher, sign_in: Callable[[str], Launcher]
) -> None:
    theirs = picking(teacher)
    mine = sign_in("admin")
    picking(mine)
    assert mine.client.get(theirs.address).status_code == 403


def test_a_choice_waits_an_hour(teacher: Launcher, installation: Begun) -> None:
    page = picking(teacher)
    installation.clock.move(hours=1)
    assert page.reload().response.status_code == 401


def test_the_address_with_the_session_key_is_not_kept_in_clear(
    teacher: Launcher, installation: Begun
) -> None:
    path, fields = message(teacher)
    claims = jwt.decode(fields["id_token"], options={"verify_signature": False})
    name = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
    key = dict(parse_qsl(urlsplit(claims[name]["deep_link_return_url"]).query))["sesskey"]
    teacher.follow(teacher.client.post(path, data=fields))
    with installation.services.db.read() as session:
        [kept] = session.scalars(sa.select(DeepLinking.settings_encrypted))
    assert key.encode() not in kept
    assert b"http" not in kept


def test_a_forged_answer_is_nothing_to_the_platform(teacher: Launcher, reachable: Begun) -> None:
    """Our key signs: what somebody else signs adds no activity."""
    answer = picking(teacher).send(widget="check-in").response
    action, fields = form_of(answer.text)
    claims = jwt.decode(fields["JWT"], options={"verify_signature": False})
    forged = jwt.encode(
        claims, rsa_key("attacker"), "RS256", headers=jwt.get_unverified_header(fields["JWT"])
    )
    before = len(reachable.lms.sandbox.world.modules)
    assert teacher.session.post(action, data={"JWT": forged}, timeout=10).status_code == 400
    assert len(reachable.lms.sandbox.world.modules) == before
