"""Every page of the admin is for administrators alone, and every change needs the form token."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.begun import Begun
from tests.functional.admin.visitor import Visitor

IDS = (
    "programme_id",
    "run_id",
    "platform_id",
    "entry_id",
    "link_id",
    "engagement_id",
    "pair_id",
    "learner_id",
    "adviser_id",
    "instruction_id",
)


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, once on each kind of database."""
    return begun_on


def routes(app: Flask, method: str, *, with_ids: bool = False) -> Iterator[str]:
    """The addresses of the admin for a method, as templates such as /admin/runs/{run_id}."""
    for rule in app.url_map.iter_rules():
        ours = rule.endpoint.startswith("admin.") and method in (rule.methods or ())
        if ours and (rule.arguments or not with_ids):
            yield re.sub(r"<[^>]*?(\w+)>", r"{\1}", rule.rule)


def at(template: str, number: object) -> str:
    """The address with this number for every id."""
    return re.sub(r"{\w+}", str(number), template)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(
    begun_app: Flask, installation: Begun, method: str
) -> None:
    client = begun_app.test_client()
    addresses = [at(route, installation.programme_id) for route in routes(begun_app, method)]
    assert len(addresses) >= 8
    for address in addresses:
        answer = client.open(address, method=method)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/account/sign-in"), address
        assert "Onboarding companions" not in answer.text


def test_a_page_asked_for_before_signing_in_opens_afterwards(admin: Visitor, begun_app: Flask) -> None:
    other = Visitor(begun_app.test_client())
    page = other.get("/admin/sync")
    assert page.heading == "Sign in"
    assert (
        other.press(page, "Sign in", email="ada@example.org", password="a password of the tests").heading
        == "Sync"
    )


def test_a_change_without_the_form_token_is_refused(
    admin: Visitor, installation: Begun, begun_app: Flask
) -> None:
    _, before = installation.services.matching.history(installation.programme_id)
    for route in routes(begun_app, "POST"):
        answer = admin.client.post(at(route, installation.programme_id))
        if "{concern_id}" in route or "{lesson_id}" in route:
            assert answer.status_code == 404, (
                route
            )  # there is none, and whoever may see none is told so first
            continue
        assert answer.status_code == 400, route
        assert "open for too long" in answer.text
    assert installation.services.matching.history(installation.programme_id)[1] == before


def test_guessed_ids_lead_nowhere(admin: Visitor, begun_app: Flask) -> None:
    token = admin.token()
    for number in (0, 987654, 2**63 - 1, 2**63, 10**30, "x", "-1", "1.5"):
        for route in routes(begun_app, "GET", with_ids=True):
            assert admin.client.get(at(route, number)).status_code == 404, (route, number)
        for route in routes(begun_app, "POST", with_ids=True):
            answer = admin.client.post(at(route, number), data={"csrf_token": token})
            # 405 is the router's word for an address that no route takes with this number.
            assert answer.status_code in {404, 405}, (route, number)


def test_after_signing_out_nothing_opens(admin: Visitor) -> None:
    page = admin.press(admin.get("/admin/"), "Sign out")
    assert page.heading == "Sign in"
    assert admin.get("/admin/").heading == "Sign in"
