"""Accounts of the admin as people use them: invited, with a second factor, signed out, closed, helped."""

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask

from companion.models.staff import StaffRole
from companion.services.registry import Services
from tests.clock import Clock
from tests.functional.admin.visitor import ADDRESS, PASSWORD, Page, Visitor

NEW = "another long password"


@pytest.fixture
def owner(newcomer: Visitor) -> Visitor:
    """The owner of an installation with nothing in it."""
    return newcomer


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Somebody else's browser."""
    return Visitor(app.test_client())


def shown(page: Page) -> str:
    """The path of a link that is shown once."""
    return re.sub(r"^https?://[^/]+", "", page.html.select_one(".copy").get_text())  # type: ignore[union-attr]


def enter(visitor: Visitor, password: str = PASSWORD, address: str = ADDRESS) -> Page:
    return visitor.press(visitor.get("/account/sign-in"), "Sign in", email=address, password=password)


def test_from_an_invitation_to_a_first_sign_in(owner: Visitor, stranger: Visitor) -> None:
    page = owner.press(owner.get("/admin/invitations"), "Invite", email="bea@example.org", role="auditor")
    path = shown(page)
    assert path.startswith("/account/invitation/")
    assert path not in owner.get("/admin/invitations").html.decode(), "it is shown once"
    welcome = stranger.get(path)
    assert "invites you as an auditor" in welcome.words
    short = stranger.press(welcome, "Make my account", 422, name="Bea", password="short")
    assert set(short.errors()) == {"password"}
    inside = stranger.press(short, "Make my account", password=NEW)
    assert inside.heading == "Home"
    assert "Bea" in inside.words
    stranger.get(path, 404)
    rows = owner.get("/admin/people").rows()
    assert [row[:2] for row in rows] == [
        ["Ada Lovelace ada@example.org", "Owner"],
        ["Bea bea@example.org", "Auditor"],
    ]


def test_an_invitation_can_be_withdrawn(owner: Visitor, stranger: Visitor) -> None:
    path = shown(
        owner.press(owner.get("/admin/invitations"), "Invite", email="bea@example.org", role="owner")
    )
    owner.press(owner.get("/admin/invitations"), "Withdraw")
    stranger.get(path, 404)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"email": "bea", "role": "owner"}, "email"),
        ({"email": "bea@example.org", "role": "coordinator"}, "programmes"),
        ({"email": ADDRESS, "role": "owner"}, "email"),
        ({"email": "bea@example.org", "role": "king"}, "role"),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_filled_in(
    connected: Visitor, services: Services, sent: dict[str, str], field: str
) -> None:
    page = connected.press(connected.get("/admin/invitations"), "Invite", 422, **sent)
    assert f"#{field}" in [str(a["href"]) for a in page.html.select(".notice.bad a")]
    assert page.html.select_one("#email")["value"] == sent["email"]  # type: ignore[index]
    assert services.ways_in.invitations() == ([], 0)


def set_up(visitor: Visitor, clock: Clock) -> tuple[pyotp.TOTP, list[str]]:
    """Set up a second factor; gives the app and the recovery codes."""
    page = visitor.get("/account/second-factor")
    assert page.html.select_one(".qr svg path") is not None
    codes = pyotp.TOTP(page.html.select_one(".copy").get_text())  # type: ignore[union-attr]
    wrong = visitor.press(page, "Confirm", 422, code="12345x")
    assert set(wrong.errors()) == {"code"}
    done = visitor.press(wrong, "Confirm", code=codes.at(clock()))
    return codes, [item.get_text() for item in done.html.select(".codes li")]


def test_signing_in_takes_the_code_too(owner: Visitor, stranger: Visitor, clock: Clock) -> None:
    codes, recovery = set_up(owner, clock)
    half = enter(stranger)
    assert half.heading == "One more step"
    assert stranger.get("/admin/").heading == "Sign in", "half the way opens nothing"
    half = enter(stranger)
    wrong = stranger.press(half, "Go on", 422, code=codes.at(clock()))
    assert "used already" in wrong.errors()["code"]
    clock.move(seconds=30)
    assert stranger.press(wrong, "Go on", code=codes.at(clock())).heading == "Home"
    stranger.press(stranger.get("/admin/"), "Sign out")
    assert stranger.press(enter(stranger), "Go on", code=recovery[0]).heading == "Home"
    assert "9 recovery codes are left" in stranger.get("/account/").words


def test_half_the_way_lasts_five_minutes(owner: Visitor, stranger: Visitor, clock: Clock) -> None:
    codes, _ = set_up(owner, clock)
    half = enter(stranger)
    clock.move(minutes=5)
    late = stranger.press(half, "Go on", code=codes.at(clock()))
    assert late.heading == "Sign in"
    assert "took too long" in late.words


def test_where_everybody_needs_one_nothing_opens_without(owner: Visitor, clock: Clock) -> None:
    owner.press(owner.get("/admin/settings/sign-in"), "Keep", second_factor="true")
    assert owner.get("/admin/").heading == "Set up the second factor"
    assert owner.get("/admin/people").heading == "Set up the second factor"
    set_up(owner, clock)
    assert owner.get("/admin/people").heading == "Accounts"
    page = owner.press(owner.get("/account/"), "Remove the second factor", 422, password="wrong")
    assert set(page.errors()) == {"password"}
    owner.press(page, "Remove the second factor", password=PASSWORD)
    assert owner.get("/admin/").heading == "Set up the second factor"


def test_sessions_are_listed_and_ended_from_another_browser(owner: Visitor, stranger: Visitor) -> None:
    assert enter(stranger).heading == "Home"
    page = owner.get("/account/")
    assert len(page.html.select("#sessions li")) == 2
    assert "Signed out in 1 other browser." in owner.press(page, "Sign out everywhere else").words
    assert stranger.get("/admin/").heading == "Sign in"
    assert owner.get("/admin/").heading == "Home"


def test_a_changed_password_signs_out_elsewhere(owner: Visitor, stranger: Visitor) -> None:
    enter(stranger)
    page = owner.press(owner.get("/account/"), "Change the password", 422, old="wrong", new=NEW)
    assert set(page.errors()) == {"old"}
    owner.press(page, "Change the password", old=PASSWORD, new=NEW)
    assert owner.get("/admin/").heading == "Home"
    assert stranger.get("/admin/").heading == "Sign in"
    assert enter(stranger, NEW).heading == "Home"


def test_a_forgotten_password_is_answered_alike_for_everybody(
    owner: Visitor, stranger: Visitor, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Ask an owner" in stranger.get("/account/forgot").words
    monkeypatch.setattr(services.ways_in, "_mails", True)
    answers = {
        stranger.press(stranger.get("/account/forgot"), "Send me a link", email=address).words
        for address in (ADDRESS, "nobody@example.org")
    }
    assert len(answers) == 1


def test_an_owner_hands_on_a_new_password_and_helps_who_lost_the_app(
    owner: Visitor, stranger: Visitor, services: Services, clock: Clock
) -> None:
    number = services.staff.create("bea@example.org", "Bea", PASSWORD, role=StaffRole.AUDITOR)
    enter(stranger, address="bea@example.org")
    set_up(stranger, clock)
    page = f"/admin/people/{number}"
    path = shown(owner.press(owner.get(page), "New password"))
    owner.press(owner.get(page), "Remove it")
    form = stranger.get(path)
    assert stranger.press(form, "Keep it", password=NEW).heading == "Sign in"
    assert enter(stranger, NEW, "bea@example.org").heading == "Home"


def test_a_role_is_changed_and_the_last_owner_stays_one(
    connected: Visitor, services: Services, make_bea: Callable[[], int]
) -> None:
    bea = make_bea()
    page = connected.get(f"/admin/people/{bea}")
    assert "Kept." in connected.press(page, "Keep", role="owner").words
    assert services.staff.account(bea).account.role is StaffRole.OWNER
    connected.press(connected.get(f"/admin/people/{bea}"), "Close it")
    me = next(line.account.id for line in services.staff.all() if line.account.email == ADDRESS)
    refused = connected.press(connected.get(f"/admin/people/{me}"), "Keep", 422, role="auditor")
    assert "last owner" in refused.errors()["role"]
    assert "last owner" in connected.press(connected.get(f"/admin/people/{me}"), "Close it").words
    assert connected.get("/admin/").heading == "Home"


@pytest.fixture
def make_bea(services: Services) -> Callable[[], int]:
    return lambda: services.staff.create("bea@example.org", "Bea", PASSWORD, role=StaffRole.AUDITOR)


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
    owner: Visitor, stranger: Visitor, make_bea: Callable[[], int]
) -> None:
    bea = make_bea()
    enter(stranger, address="bea@example.org")
    owner.press(owner.get(f"/admin/people/{bea}"), "Close it")
    assert stranger.get("/admin/").heading == "Sign in"
    sign_in = stranger.get("/account/sign-in")
    stranger.press(sign_in, "Sign in", 422, email="bea@example.org", password=PASSWORD)
    owner.press(owner.get(f"/admin/people/{bea}"), "Open the account again")
    assert enter(stranger, address="bea@example.org").heading == "Home"
