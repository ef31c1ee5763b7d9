"""The check: what works, what is missing, and how to mend it."""

from companion.services.registry import Services
from tests.begun import Begun
from tests.functional.admin.visitor import Page, Visitor
from tests.sites import Lms


def findings(page: Page) -> list[tuple[str, str]]:
    """Level and sentence of each finding."""
    return [
        (each.select_one(".tag").get_text(strip=True), each.select_one("strong").get_text(strip=True))  # type: ignore[union-attr]
        for each in page.html.select(".findings li")
    ]


def test_an_empty_installation_is_told_what_is_missing_and_the_command(newcomer: Visitor) -> None:
    page = newcomer.get("/admin/check")
    assert ("Missing", "No Moodle is connected.") in findings(page)
    assert "python -m companion connect" in page.words
    assert "1 thing is missing." in page.words


def test_where_all_is_well_it_says_so(admin: Visitor, installation: Begun) -> None:
    told = findings(admin.get("/admin/check"))
    assert not [sentence for level, sentence in told if level == "Missing"]
    assert any("answers, and its people can be read" in sentence for _, sentence in told)


def test_a_moodle_that_does_not_answer_is_a_finding_and_not_an_error(
    connected: Visitor, services: Services, moodle: Lms
) -> None:
    moodle.sandbox.misbehave("invalid_token")
    page = connected.get("/admin/check")
    assert ("Missing", "The Moodle site does not answer as it should.") in findings(page)
