"""A platform registers itself: from the address that the admin makes to a platform that waits, and what is refused."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from companion.services.registry import Services
from config import Settings
from sandbox import DEMO_PASSWORD
from tests.clock import Clock
from tests.functional.admin.visitor import ADDRESS, PASSWORD, Page, Visitor
from tests.sites import Lms


@pytest.fixture
def admin(app: Flask, services: Services) -> Visitor:
    """Our administrator."""
    services.staff.create(ADDRESS, "Ada Lovelace", PASSWORD)
    return Visitor(app.test_client()).sign_in()


@pytest.fixture
def moodle(lms: Lms) -> requests.Session:
    """The administrator of the LMS."""
    session = requests.Session()
    sent = {"username": "admin", "password": DEMO_PASSWORD}
    assert session.post(f"{lms.url}/login/index.php", data=sent, timeout=10).ok
    return session


def make_address(admin: Visitor) -> str:
    """The address that the admin shows once."""
    page = admin.press(admin.get("/admin/platforms"), "Make an")
    return str(page.html.select_one(".copy").get_text())  # type: ignore[union-attr]


def opened(moodle: requests.Session, lms: Lms, address: str, update: int = 0) -> str:
    """Paste the address into the LMS's tools: what its frame opens."""
    sent = {"url": address, "update": str(update)}
    page = moodle.post(f"{lms.url}/mod/lti/toolconfigure.php", data=sent, timeout=10)
    frame = BeautifulSoup(page.text, "html.parser").select_one("iframe")
    assert frame is not None
    return str(frame["src"])


def visit(client: FlaskClient, url: str) -> TestResponse:
    """Open one of our addresses."""
    parts = urlsplit(url)
    return client.get(parts.path, query_string=dict(parse_qsl(parts.query)))


def row(page: Page) -> list[str]:
    return page.rows()[0]


def test_an_address_is_pasted_and_a_platform_waits_until_it_is_enabled(
    admin: Visitor, moodle: requests.Session, lms: Lms, services: Services, client: FlaskClient
) -> None:
    answer = visit(client, opened(moodle, lms, make_address(admin)))
    assert answer.status_code == 200
    assert "Cairn is registered" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert f"frame-ancestors {lms.url}" in policy
    assert "unsafe" not in policy
    script = BeautifulSoup(answer.text, "html.parser").select_one("script[data-origin]")
    assert script is not None
    assert script["data-origin"] == lms.url

    [platform] = services.lti.platforms()
    tool = lms.sandbox.world.tools[int(next(iter(platform.deployment_ids)))]
    assert (platform.issuer, platform.client_id) == (lms.url, tool.client_id)
    assert (platform.enabled, platform.waiting) == (False, True)
    assert services.lti.frame_ancestors() == (), "nobody else's pages are framed before somebody decided"

    page = admin.get("/admin/platforms")
    assert row(page)[3] == "Waiting"
    page = admin.press(page, "Enable")
    assert row(page)[3] == "Enabled"
    assert services.lti.frame_ancestors() == (lms.url,)


def test_the_platform_is_told_what_it_needs_and_no_more(
    admin: Visitor, moodle: requests.Session, lms: Lms, client: FlaskClient
) -> None:
    visit(client, opened(moodle, lms, make_address(admin)))
    [tool] = lms.sandbox.world.tools.values()
    base = "http://127.0.0.1:8080"
    assert (tool.login_url, tool.launch_url, tool.jwks_url, tool.redirect_uris) == (
        f"{base}/lti/login",
        f"{base}/lti/launch",
        f"{base}/lti/jwks",
        [f"{base}/lti/launch"],
    )
    assert {scope.rsplit("/", 1)[1] for scope in tool.scopes} == {
        "contextmembership.readonly",
        "lineitem",
        "score",
    }
    assert tool.deep_linking
    assert "widget=" not in tool.custom, "a tool's parameter would win over every activity's"
    assert tool.custom == "tool=cairn"


def test_run_again_it_updates(
    admin: Visitor, moodle: requests.Session, lms: Lms, services: Services, client: FlaskClient
) -> None:
    visit(client, opened(moodle, lms, make_address(admin)))
    admin.press(admin.get("/admin/platforms"), "Enable")
    [before] = services.lti.platforms()
    [tool] = lms.sandbox.world.tools.values()
    answer = visit(client, opened(moodle, lms, make_address(admin), update=tool.id))
    assert "brought up to date" in answer.text
    assert services.lti.platforms() == [before], "still enabled: the same tool of the same issuer"


def test_an_address_works_once(
    admin: Visitor, moodle: requests.Session, lms: Lms, services: Services, client: FlaskClient
) -> None:
    address = make_address(admin)
    assert visit(client, opened(moodle, lms, address)).status_code == 200
    again = visit(client, opened(moodle, lms, address))
    assert again.status_code == 403
    assert len(services.lti.platforms()) == 1
    assert "was used, or is older than an hour" in admin.get("/admin/platforms").words


def test_an_address_works_for_an_hour(
    admin: Visitor, moodle: requests.Session, lms: Lms, services: Services, client: FlaskClient, clock: Clock
) -> None:
    address = make_address(admin)
    clock.move(hours=1)
    assert visit(client, opened(moodle, lms, address)).status_code == 403
    assert services.lti.platforms() == []


def test_a_guessed_code_registers_nothing_and_makes_no_request(
    moodle: requests.Session, lms: Lms, services: Services, client: FlaskClient
) -> None:
    """The attack: a site of the attacker's registers itself, or has Cairn search its own network."""
    before = len(lms.sandbox.calls)
    url = opened(moodle, lms, "http://127.0.0.1:8080/lti/register/AAAAAAAAAAAAAAAAAAAAAA")
    answer = visit(client, url)
    assert answer.status_code == 403
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert services.lti.platforms() == []
    assert len(lms.sandbox.calls) == before


def test_looking_first_does_not_use_the_address_up(
    admin: Visitor, moodle: requests.Session, lms: Lms, client: FlaskClient
) -> None:
    url = opened(moodle, lms, make_address(admin))
    parts = urlsplit(url)
    assert client.head(parts.path, query_string=parts.query).status_code == 405
    assert visit(client, url).status_code == 200


def test_only_the_hash_of_the_code_is_kept(admin: Visitor, services: Services, settings: Settings) -> None:
    code = make_address(admin).rsplit("/", 1)[1]
    assert len(code) == 22, "128 bits"
    services.db.engine.dispose()
    kept = Path(settings.database_url.removeprefix("sqlite:///"))
    assert not [file for file in kept.parent.glob(f"{kept.name}*") if code.encode() in file.read_bytes()]
    assert code not in admin.get("/admin/platforms").response.text, "it is shown once"


@pytest.mark.parametrize(
    "configuration",
    [
        "",
        "ftp://127.0.0.1/configuration",
        "http://moodle.example.org/openid-configuration.php",
        "https://user:secret@127.0.0.1/",
        "https://10.0.0.7/openid-configuration.php",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/x",
        "https://0.0.0.0/x",
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_in_words_and_the_admin_sees_why(
    admin: Visitor, services: Services, client: FlaskClient, configuration: str
) -> None:
    """The attack: the configuration lies in our own network, or where nobody vouches for it."""
    path = urlsplit(make_address(admin)).path
    answer = client.get(path, query_string={"openid_configuration": configuration, "registration_token": "t"})
    assert answer.status_code == 400
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert services.lti.platforms() == []
    assert "past its hour" not in admin.get("/admin/platforms").words
    assert any(line.problem and line.used_at for line in services.lti_registration.links())


def test_a_waiting_platform_opens_nothing_and_can_be_refused(
    admin: Visitor, moodle: requests.Session, lms: Lms, services: Services, client: FlaskClient
) -> None:
    visit(client, opened(moodle, lms, make_address(admin)))
    [platform] = services.lti.platforms()
    login = {
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "login_hint": "2",
        "target_link_uri": "http://127.0.0.1:8080/lti/launch",
    }
    assert client.get("/lti/login", query_string=login).status_code == 403
    page = admin.press(admin.get("/admin/platforms"), "Refuse")
    assert "No platform is registered yet" in page.words
    assert services.lti.platforms() == []


def test_an_enabled_platform_cannot_be_refused_away(
    admin: Visitor, moodle: requests.Session, lms: Lms, services: Services, client: FlaskClient
) -> None:
    """Two administrators at once: one enables, the other still sees the button."""
    visit(client, opened(moodle, lms, make_address(admin)))
    stale = admin.get("/admin/platforms")
    admin.press(admin.get("/admin/platforms"), "Enable")
    admin.press(stale, "Refuse", status=404)
    assert [platform.enabled for platform in services.lti.platforms()] == [True]


def test_expired_addresses_are_listed_for_a_week_and_then_forgotten(
    admin: Visitor, services: Services, clock: Clock
) -> None:
    make_address(admin)
    clock.move(hours=2)
    assert "past its hour, never used" in admin.get("/admin/platforms").words
    services.lti.purge()
    assert len(services.lti_registration.links()) == 1
    clock.now += timedelta(days=8)
    services.lti.purge()
    assert services.lti_registration.links() == []


def test_too_many_tries_are_stopped(client: FlaskClient) -> None:
    statuses = [
        client.get("/lti/register/x", environ_overrides={"REMOTE_ADDR": "192.0.2.10"}).status_code
        for _ in range(11)
    ]
    assert statuses == [403] * 10 + [429]
