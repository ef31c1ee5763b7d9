"""The connection to Moodle: doing without a token."""

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
