"""Platforms: what to enter in Moodle, registering, enabling and disabling."""

from typing import Any

import pytest

from companion.services.registry import Services
from tests.begun import Begun
from tests.functional.admin.visitor import Visitor, values_of

GOOD: dict[str, Any] = {
    "issuer": "https://moodle.example.org",
    "client_id": "fT0xwWkqJgYDqYv",
    "deployment_id": "2",
    "auth_url": "https://moodle.example.org/mod/lti/auth.php",
    "token_url": "https://moodle.example.org/mod/lti/token.php",
    "jwks_url": "https://moodle.example.org/mod/lti/certs.php",
}


def test_the_page_tells_what_to_enter_in_moodle(newcomer: Visitor) -> None:
    page = newcomer.get("/admin/platforms")
    told = {
        row.select_one("dt").get_text(): row.select_one("dd").get_text(strip=True)  # type: ignore[union-attr]
        for row in page.html.select(".words > div")
    }
    base = "http://127.0.0.1:8080"
    assert told == {
        "Tool URL": f"{base}/lti/launch",
        "Public keyset": f"{base}/lti/jwks",
        "Initiate login URL": f"{base}/lti/login",
        "Redirection URI(s)": f"{base}/lti/launch",
    }
    for address in told.values():
        answer = newcomer.client.options(address.removeprefix(base))
        assert answer.status_code == 200, "every address told exists"
    assert "No platform is registered yet" in page.words


def test_a_platform_registered_by_hand_may_frame_the_widgets(newcomer: Visitor, services: Services) -> None:
    page = newcomer.press(
        newcomer.get("/admin/platforms"), "Register", **{**GOOD, "issuer": " https://moodle.example.org\n"}
    )
    assert page.rows()[0][:4] == ["https://moodle.example.org", "fT0xwWkqJgYDqYv", "2", "Enabled"]
    assert services.lti.frame_ancestors() == ("https://moodle.example.org",)


def test_registering_again_brings_it_up_to_date(newcomer: Visitor, services: Services) -> None:
    newcomer.press(newcomer.get("/admin/platforms"), "Register", **GOOD)
    page = newcomer.press(newcomer.get("/admin/platforms"), "Register", **{**GOOD, "deployment_id": "2  5"})
    assert [row[2] for row in page.rows()] == ["2 5"]
    [platform] = services.lti.platforms()
    assert platform.deployment_ids == {"2", "5"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("issuer", "moodle.example.org", "The issuer is not a web address"),
        ("issuer", "http://moodle.example.org", "has to begin with https://"),
        ("token_url", "https://elsewhere.example.org/token", "is on another host than the issuer"),
        ("jwks_url", "javascript:alert(1)", "is not a web address"),
        ("client_id", "", "A client id has 1 to 255 characters"),
        ("client_id", "x" * 256, "A client id has 1 to 255 characters"),
        ("deployment_id", " ", "Give at least one deployment id"),
    ],
)
def test_a_registration_that_cannot_be_accepted_comes_back_with_a_sentence(
    newcomer: Visitor, services: Services, name: str, value: str, sentence: str
) -> None:
    sent = {**GOOD, name: value}
    page = newcomer.press(newcomer.get("/admin/platforms"), "Register", status=422, **sent)
    assert sentence in page.words
    kept = values_of(page.form("Register"))
    assert {field: kept[field] for field in sent} == sent
    assert services.lti.platforms() == []


def test_disabling_closes_the_widgets_and_enabling_opens_them(admin: Visitor, installation: Begun) -> None:
    lti = installation.services.lti
    page = admin.press(admin.get("/admin/platforms"), "Disable")
    assert page.rows()[0][3] == "Disabled"
    assert lti.frame_ancestors() == ()
    page = admin.press(page, "Enable")
    assert page.rows()[0][3] == "Enabled"
    assert lti.frame_ancestors() == (installation.lms.url,)
