"""From a course page into the admin: by a password once, then by a link of a minute, and never by the launch alone."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from bs4 import BeautifulSoup
from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from companion.models.lti import AdminTicket
from companion.models.staff import Administrator
from companion.services.registry import Services
from tests.begun import Begun
from tests.functional.admin.visitor import ADDRESS, PASSWORD, Page, Visitor
from tests.functional.launcher import Launcher, Widget

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
ROLES = "http://purl.imsglobal.org/vocab/lis/v2/"


@pytest.fixture
def services(installation: Begun) -> Services:
    installation.services.staff.create(ADDRESS, "Ada Lovelace", PASSWORD)
    return installation.services


@pytest.fixture
def moodle_admin(sign_in: Callable[[str], Launcher], services: Services) -> Launcher:
    return sign_in("admin")


@pytest.fixture
def tab(moodle_admin: Launcher) -> Visitor:
    """Another tab of the same person: the frame's cookie is not sent there."""
    return Visitor(moodle_admin.client.application.test_client())


def door(widget: Widget) -> str:
    """The link that the frame offers for a new tab."""
    page = widget.client.post(
        widget.address.rsplit("/", 1)[0] + "/admin", data={"csrf_token": widget.fields()["csrf_token"]}
    )
    assert page.status_code == 200, page.text
    link = BeautifulSoup(page.text, "html.parser").select_one("a.button")
    assert link is not None
    assert link["target"] == "_blank"
    return str(link["href"])


def opened(launcher: Launcher) -> Widget:
    return launcher.open(course="ONB-SALES")


def inside(client: FlaskClient) -> bool:
    return client.get("/admin/").status_code == 200


def link(tab: Visitor, launcher: Launcher) -> Page:
    """Come for the first time, and give the password."""
    return tab.press(tab.get(door(opened(launcher))), "Link and go on", email=ADDRESS, password=PASSWORD)


def test_the_password_once_and_then_a_button(
    moodle_admin: Launcher, tab: Visitor, services: Services
) -> None:
    page = tab.get(door(opened(moodle_admin)))
    assert "Give the password of your account here once" in page.words
    assert not inside(tab.client), "the launch alone opens nothing"
    assert link(tab, moodle_admin).path == "/admin/"

    other = Visitor(moodle_admin.client.application.test_client())
    page = other.get(door(opened(moodle_admin)))
    assert "are Ada Lovelace" in page.words
    assert page.html.select("input[type=password]") == []
    assert not inside(other.client), "nobody is signed in without pressing a button"
    assert other.press(page, "Go on as").path == "/admin/"
    assert len(services.lti_admin.links()) == 1


@pytest.mark.parametrize("username", ["ines", "tomas"])
def test_who_does_not_administer_the_lms_sees_no_door_and_finds_none(
    sign_in: Callable[[str], Launcher], services: Services, username: str
) -> None:
    """The attack: a teacher, or a learner, calls the address by hand."""
    widget = sign_in(username).open(course="ONB-SALES" if username == "ines" else "WELCOME")
    assert "Open the admin" not in widget.words
    with widget.client.session_transaction(path=widget.address) as kept:
        assert kept["launch"]
    token = widget.fields().get("csrf_token") or _token(widget)
    answer = widget.client.post(widget.address.rsplit("/", 1)[0] + "/admin", data={"csrf_token": token})
    assert answer.status_code == 404
    with services.db.read() as session:
        assert session.query(AdminTicket).count() == 0


def _token(widget: Widget) -> str:
    """A form token of this launch, taken where there is a form; a page without one has none to give."""
    with widget.client.application.test_request_context(widget.address):
        token: str = generate_csrf()
        raw = session["csrf_token"]
    with widget.client.session_transaction(path=widget.address) as kept:
        kept["csrf_token"] = raw
    return token


@pytest.mark.parametrize(
    "role", ["institution/person#Administrator", "membership#Administrator", "system/person#administrator"]
)
def test_another_kind_of_administrator_has_no_door(moodle_admin: Launcher, role: str) -> None:
    path, fields = moodle_admin.message(course="ONB-SALES")
    claims = jwt.decode(fields["id_token"], options={"verify_signature": False})
    claims[LTI + "roles"] = [ROLES + role, ROLES + "membership#Instructor"]
    kid = jwt.get_unverified_header(fields["id_token"])["kid"]
    key = moodle_admin.begun.lms.sandbox.key
    token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})
    widget = moodle_admin.follow(moodle_admin.client.post(path, data={**fields, "id_token": token}))
    assert "Open the admin" not in widget.words


def test_the_link_works_once(moodle_admin: Launcher, tab: Visitor) -> None:
    """The attack: the link is found in a history, or seen over a shoulder."""
    address = door(opened(moodle_admin))
    assert tab.client.head(address).status_code == 405
    assert tab.get(address).path == "/account/lti", "and it is no longer in the address"
    thief = Visitor(tab.client.application.test_client())
    page = thief.get(address, status=404)
    assert "was used" in page.words


def test_the_link_works_for_a_minute(moodle_admin: Launcher, tab: Visitor, installation: Begun) -> None:
    address = door(opened(moodle_admin))
    installation.clock.move(seconds=60)
    tab.get(address, status=404)


def test_a_guessed_link_opens_nothing(tab: Visitor) -> None:
    for token in ("x", "A" * 43, "%00", "../admin"):
        assert tab.client.get(f"/account/lti/{token}").status_code == 404
    tab.get("/account/lti", status=404)


def test_a_link_of_a_platform_disabled_meanwhile_opens_nothing(
    moodle_admin: Launcher, tab: Visitor, services: Services
) -> None:
    address = door(opened(moodle_admin))
    [platform] = services.lti.platforms()
    services.lti.set_enabled(platform.id, False)
    tab.get(address, status=404)


def test_only_the_hash_of_the_link_is_kept(moodle_admin: Launcher, services: Services) -> None:
    token = door(opened(moodle_admin)).rsplit("/", 1)[1]
    with services.db.read() as session:
        [kept] = session.query(AdminTicket)
    assert len(token) == 43
    assert token not in kept.token_hash


def test_a_wrong_password_links_nothing_and_locks_the_account_in_the_end(
    moodle_admin: Launcher, tab: Visitor, services: Services
) -> None:
    """The attack: an administrator of the LMS, who has no account here, guesses."""
    page = tab.get(door(opened(moodle_admin)))
    for _ in range(5):
        page = tab.press(page, "Link and go on", status=422, email=ADDRESS, password="a wrong one")
        assert "is wrong, or the account is locked" in page.words
    page = tab.press(page, "Link and go on", status=422, email=ADDRESS, password=PASSWORD)
    assert services.lti_admin.links() == []
    assert not inside(tab.client)


def test_somebody_else_of_the_same_lms_is_asked_for_a_password(
    moodle_admin: Launcher, tab: Visitor, sign_in: Callable[[str], Launcher], installation: Begun
) -> None:
    """The link is of the pair (issuer, subject), not of the LMS."""
    link(tab, moodle_admin)
    person = installation.lms.sandbox.find_person("ines")
    installation.lms.sandbox.update_person(person.id, is_admin=True)
    other = Visitor(tab.client.application.test_client())
    assert "Give the password" in other.get(door(opened(sign_in("ines")))).words


def test_a_form_without_its_token_opens_nothing(moodle_admin: Launcher, tab: Visitor) -> None:
    """The attack: another site has the browser press the button."""
    link(tab, moodle_admin)
    other = Visitor(tab.client.application.test_client())
    other.get(door(opened(moodle_admin)))
    assert other.client.post("/account/lti", data={}).status_code == 400
    assert not inside(other.client)


def test_an_account_that_was_closed_opens_no_more(
    moodle_admin: Launcher, tab: Visitor, services: Services
) -> None:
    link(tab, moodle_admin)
    with services.db.begin() as session:
        session.query(Administrator).update({"active": False})
    other = Visitor(tab.client.application.test_client())
    page = other.get(door(opened(moodle_admin)))
    assert "Go on as" not in page.words
    other.press(page, "Link and go on", status=422, email=ADDRESS, password=PASSWORD)
    assert not inside(other.client)


def test_unlinked_in_the_admin_a_password_is_asked_again(
    moodle_admin: Launcher, tab: Visitor, services: Services
) -> None:
    link(tab, moodle_admin)
    page = tab.get("/admin/platforms")
    assert f"{ADDRESS} from {moodle_admin.begun.lms.url}" in page.words
    page = tab.press(page, "Unlink")
    assert services.lti_admin.links() == []
    other = Visitor(tab.client.application.test_client())
    assert "Give the password" in other.get(door(opened(moodle_admin))).words


def test_who_came_has_ten_minutes_to_type(moodle_admin: Launcher, tab: Visitor, installation: Begun) -> None:
    tab.get(door(opened(moodle_admin)))
    installation.clock.move(minutes=9, seconds=59)
    assert "Give the password" in tab.get("/account/lti").words
    installation.clock.move(seconds=1)
    tab.get("/account/lti", status=404)


def test_the_page_cannot_be_framed_and_holds_no_token(moodle_admin: Launcher, tab: Visitor) -> None:
    page = tab.get(door(opened(moodle_admin)))
    headers: Any = page.response.headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_the_session_before_is_not_taken_over(moodle_admin: Launcher, tab: Visitor) -> None:
    """The attack: a session fixed before signing in is still good after it."""
    tab.get(door(opened(moodle_admin)))
    before = tab.client.get_cookie("cairn_admin")
    page = tab.get("/account/lti")
    tab.press(page, "Link and go on", email=ADDRESS, password=PASSWORD)
    after = tab.client.get_cookie("cairn_admin")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    tab.get("/account/lti", status=404)


def test_too_many_tries_are_stopped(tab: Visitor) -> None:
    statuses = [
        tab.client.get("/account/lti/x", environ_overrides={"REMOTE_ADDR": "192.0.2.11"}).status_code
        for _ in range(21)
    ]
    assert statuses == [404] * 20 + [429]
