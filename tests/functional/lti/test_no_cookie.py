"""A browser that keeps no cookie of ours in a frame: it is told so, and a tab of its own works."""

from collections.abc import Callable

import jwt
import pytest
from bs4 import BeautifulSoup

from tests.begun import Begun
from tests.functional.launcher import Launcher
from tests.unit.companion.lti.platform import rsa_key

HEADING = "Your browser keeps this widget apart"


@pytest.fixture
def somebody(sign_in: Callable[[str], Launcher]) -> Launcher:
    return sign_in("tomas")


def link_in(html: str) -> str | None:
    found = BeautifulSoup(html, "html.parser").select_one("main a.button")
    return str(found["href"]) if found else None


def test_the_launch_says_so_and_offers_a_tab(somebody: Launcher, installation: Begun) -> None:
    path, fields = somebody.message("feedback", "WELCOME")
    apart = somebody.client.application.test_client()
    answer = apart.post(path, data=fields)
    assert answer.status_code == 401
    assert HEADING in answer.text
    standing = {
        (c.short_name, p.widget): p.lms_module_id
        for p, c in installation.services.placements.standing([installation.programme_id])
    }
    module = standing["WELCOME", "feedback"]
    assert link_in(answer.text) == f"{installation.lms.url}/mod/lti/view.php?id={module}"
    assert f"frame-ancestors {installation.lms.url}" in answer.headers["Content-Security-Policy"]
    assert 'target="_blank"' in answer.text


def test_the_tab_works(somebody: Launcher) -> None:
    """There the browser sends the cookie: the same launch from the start."""
    assert somebody.open("feedback", "WELCOME").response.status_code == 200


def test_nothing_is_kept_of_a_launch_without_its_cookie(somebody: Launcher, installation: Begun) -> None:
    path, fields = somebody.message(course="WELCOME")
    apart = somebody.client.application.test_client()
    apart.post(path, data=fields)
    again = somebody.client.post(path, data=fields)
    assert again.status_code == 401, "its state is spent, also for the browser that has the cookie"
    assert HEADING not in again.text


def test_only_a_sound_launch_is_offered_a_way(somebody: Launcher) -> None:
    """The attack: a forged message without a cookie learns no address."""
    path, fields = somebody.message(course="WELCOME")
    claims = jwt.decode(fields["id_token"], options={"verify_signature": False})
    header = jwt.get_unverified_header(fields["id_token"])
    forged = jwt.encode(claims, rsa_key("attacker"), "RS256", headers={"kid": header["kid"]})
    answer = somebody.client.application.test_client().post(path, data={**fields, "id_token": forged})
    assert answer.status_code == 401
    assert link_in(answer.text) is None
    assert HEADING not in answer.text


def test_where_we_placed_nothing_the_way_is_told_in_words(somebody: Launcher, installation: Begun) -> None:
    path, fields = somebody.message(course="WELCOME")
    installation.services.placements.remove([installation.programme_id])
    answer = somebody.client.application.test_client().post(path, data=fields)
    assert link_in(answer.text) is None
    assert "Open it by its name in the course page." in answer.text


def test_an_unknown_widget_is_the_greater_trouble(somebody: Launcher, installation: Begun) -> None:
    for module in installation.lms.sandbox.world.modules.values():
        module.custom = "widget=unheard-of"
    path, fields = somebody.message(course="WELCOME")
    answer = somebody.client.application.test_client().post(path, data=fields)
    assert answer.status_code == 400
    assert "a widget that does not exist" in answer.text
