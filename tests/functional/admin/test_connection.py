"""The connection to Moodle: doing without a token."""

from tests.functional.admin.test_platforms import GOOD
from tests.functional.admin.visitor import Visitor

BUTTON = "Do without a token"


def test_an_administrator_can_do_without_a_token_and_is_told_what_that_leaves_out(
    connected: Visitor,
) -> None:
    page = connected.get("/admin/connection")
    assert "No date of enrolment or completion is known then" in page.words
    refused = connected.press(page, BUTTON, 422, platform="https://another.example.org")
    assert "No enabled LTI platform has the address https://another.example.org" in refused.words
    page = connected.press(page, BUTTON)
    assert page.flashes == [
        "People are read from the rosters of the LTI platform from now on. The check tells what that leaves out."
    ]
    assert "None: people are read from the rosters of its LTI platform." in page.words
    assert BUTTON not in page.words
    assert "There is no web-service token" in connected.get("/admin/check").words
    assert "without a token" in connected.get("/admin/").words


def test_from_an_empty_installation_a_moodle_without_a_token_is_connected_by_its_platform(
    newcomer: Visitor,
) -> None:
    way = newcomer.get("/admin/setup")
    page = newcomer.get(way.link("Connect Moodle"))
    assert "No LTI platform is enabled yet" in page.words
    platforms = newcomer.get(page.link("Register a platform"))
    newcomer.press(platforms, "Register", **GOOD)
    page = newcomer.press(newcomer.get("/admin/connection"), BUTTON, platform=GOOD["issuer"])
    assert "moodle.example.org" in page.words
    way = newcomer.get("/admin/setup")
    done = [item.select_one("a").get_text() for item in way.html.select("main .steps li.done")]  # type: ignore[union-attr]
    assert done == ["Connect Moodle", "Let Moodle open the widgets"]
    form = newcomer.get(way.link("Choose the courses"))
    assert "No course is known yet" in form.words
