"""The connection to Moodle: doing without a token."""

import sqlalchemy as sa

from companion.models.lms import Site
from companion.services.registry import Services
from tests.functional.admin.test_platforms import GOOD
from tests.functional.admin.visitor import Page, Visitor
from tests.sites import Lms

ASK = "Do without a token"
FORGET = "Forget the token and read rosters"
BEGIN = "Read people from rosters"


def asked(visitor: Visitor, platform: str, status: int = 200) -> Page:
    """The page that the form of the connection leads to."""
    form = visitor.get("/admin/connection").form(ASK)
    assert str(form["method"]) == "get"
    return visitor.get(f"{form['action']}?platform={platform}", status)


def test_a_token_is_forgotten_only_after_what_stops_and_the_way_back_were_read(
    connected: Visitor, services: Services, moodle: Lms
) -> None:
    refused = asked(connected, "https://another.example.org", 422)
    assert "No enabled LTI platform has the address https://another.example.org" in refused.words
    question = asked(connected, moodle.url)
    for said in (
        "The token is forgotten at once. Cairn can neither show it nor bring it back",
        "Dates of enrolment and completion",
        "Groups, dates in calendars and widgets",
        "No mail server is set up",
        "give a token on the page of the connection",
    ):
        assert said in question.words
    assert question.link("Leave it as it is") == "/admin/connection"
    assert services.sites.current().token_encrypted, "asking changes nothing"

    page = connected.press(question, FORGET)
    assert page.flashes == [
        "People are read from the rosters of the LTI platform from now on. The check tells what that leaves out."
    ]
    assert "None: people are read from the rosters of its LTI platform." in page.words
    assert page.link("Acme Learning") == moodle.url, "its name is known, though nobody tells it any more"
    assert ASK not in page.words
    assert "There is no web-service token" in connected.get("/admin/check").words
    assert "without a token" in connected.get("/admin/").words
    late = connected.press(question, FORGET, 422, platform="https://another.example.org")
    assert "No enabled LTI platform has the address" in late.words


def test_another_moodle_without_a_token_leaves_the_connected_one_its_token(
    connected: Visitor, services: Services
) -> None:
    connected.press(connected.get("/admin/platforms"), "Register", **GOOD)
    question = asked(connected, GOOD["issuer"])
    assert "rests until it is connected again, and keeps its token" in question.words
    assert "is forgotten" not in question.words
    connected.press(question, BEGIN)
    assert services.sites.current().base_url == GOOD["issuer"]
    with services.db.read() as session:
        kept = {site.base_url: bool(site.token_encrypted) for site in session.scalars(sa.select(Site))}
    assert sorted(kept.values()) == [False, True]
    assert kept[GOOD["issuer"]] is False


def test_from_an_empty_installation_a_moodle_without_a_token_is_connected_by_its_platform(
    newcomer: Visitor,
) -> None:
    way = newcomer.get("/admin/setup")
    page = newcomer.get(way.link("Connect Moodle"))
    assert "No LTI platform is enabled yet" in page.words
    platforms = newcomer.get(page.link("Register a platform"))
    newcomer.press(platforms, "Register", **GOOD)
    question = asked(newcomer, GOOD["issuer"])
    assert "Dates of enrolment and completion" in question.words
    assert "is forgotten" not in question.words
    page = newcomer.press(question, BEGIN)
    assert "moodle.example.org" in page.words
    way = newcomer.get("/admin/setup")
    done = [item.select_one("a").get_text() for item in way.html.select("main .steps li.done")]  # type: ignore[union-attr]
    assert done == ["Connect Moodle", "Let Moodle open the widgets"]
    form = newcomer.get(way.link("Choose the courses"))
    assert "No course is known yet" in form.words
