"""The first page: programmes with their next step, the way of setting up, the work behind."""

from collections.abc import Callable

import pytest

from companion.models.jobs import OutboxEntry, OutboxState
from companion.services.registry import Services
from tests.begun import Begun
from tests.functional.admin.visitor import Page, Visitor
from tests.sites import Lms, make_programme

WAY = [
    "Connect Moodle",
    "Make a programme",
    "Read people from Moodle",
    "Propose pairs",
    "Review the proposal",
    "Place the widgets",
    "Register the LTI platform",
]


def done(page: Page) -> list[str]:
    """The steps of the way that are done."""
    return [step.select_one("a").get_text(strip=True) for step in page.html.select(".steps .done")]  # type: ignore[union-attr]


def figures(page: Page) -> dict[str, str]:
    """The numbers of the first programme's card."""
    card = page.html.select(".cards > .card")[0]
    return {f.select_one("dt").get_text(): f.select_one("dd").get_text() for f in card.select(".figure")}  # type: ignore[union-attr]


def test_an_empty_installation_shows_the_way_and_the_command_to_begin_with(newcomer: Visitor) -> None:
    page = newcomer.get("/admin/")
    assert [a.get_text(strip=True) for a in page.html.select(".steps a")] == WAY
    assert done(page) == []
    assert "python -m companion connect" in page.words
    for step in page.html.select(".steps a"):
        newcomer.get(str(step["href"]))


def test_the_way_is_walked_step_by_step(connected: Visitor, services: Services) -> None:
    assert done(connected.get("/admin/")) == ["Connect Moodle", "Register the LTI platform"]
    programme_id = make_programme(services, "ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
    page = connected.get("/admin/")
    assert "Make a programme" in done(page)
    assert page.html.select_one(".cards .button")["href"] == "/admin/sync"  # type: ignore[index]
    services.sync.run()
    page = connected.get("/admin/")
    assert page.link("Propose pairs") == f"/admin/programmes/{programme_id}"
    run_id = services.matching.propose(programme_id)
    page = connected.get("/admin/")
    assert page.link("Review the proposal") == f"/admin/runs/{run_id}"
    services.matching.approve(run_id, by="the test")
    page = connected.get("/admin/")
    assert done(page) == [*WAY[:5], WAY[6]]
    assert page.link("Place the widgets") == f"/admin/programmes/{programme_id}"
    services.placements.place([programme_id])
    page = connected.get("/admin/")
    assert done(page) == WAY
    assert page.link("See how engagements go") == f"/admin/programmes/{programme_id}/engagements"


def test_a_disabled_platform_is_the_next_step(admin: Visitor, installation: Begun) -> None:
    installation.services.lti.set_enabled(installation.services.lti.platforms()[0].id, False)
    page = admin.get("/admin/")
    assert page.link("Register the LTI platform") == "/admin/platforms"
    assert WAY[6] not in done(page)


def test_rules_that_find_nobody_are_the_next_step(
    admin: Visitor, installation: Begun, make_second: Callable[..., int]
) -> None:
    installation.clock.move(minutes=1)
    made = make_second(new_hire_field="nosuchfield")
    installation.clock.move(minutes=1)
    installation.services.sync.run()
    assert admin.get("/admin/").link("Nobody is found") == f"/admin/programmes/{made}/edit"


def test_a_card_counts_people_and_running_engagements(admin: Visitor, installation: Begun) -> None:
    view = installation.services.programmes.view(installation.programme_id)
    running = len(installation.services.engagements.of_programme(installation.programme_id))
    assert running > 0
    assert figures(admin.get("/admin/")) == {
        "New hires": str(view.new_hires),
        "Recent learners": str(view.recent_learners),
        "Running engagements": str(running),
    }
    installation.clock.move(days=60)
    installation.services.upkeep.run()
    assert figures(admin.get("/admin/"))["Running engagements"] == "0"


@pytest.fixture
def given_up(installation: Begun) -> int:
    """The id of work that was given up."""
    with installation.services.db.begin() as session:
        entry = OutboxEntry(
            kind="lms.message",
            key="begin-1-1-again",
            payload={"engagement_id": 1, "person_id": 1},
            state=OutboxState.FAILED,
            attempts=8,
            due_at=installation.clock(),
            last_error="Moodle is under maintenance.",
            created_at=installation.clock(),
        )
        session.add(entry)
        session.flush()
        return entry.id


def test_what_was_given_up_is_counted_and_leads_to_the_list(
    admin: Visitor, installation: Begun, given_up: int
) -> None:
    failed = installation.services.outbox.counts()[OutboxState.FAILED]
    page = admin.get("/admin/")
    assert f"{failed} given up" in page.words
    listed = admin.get(page.link("what was given up"))
    assert len(listed.rows()) == failed


def test_a_site_whose_people_were_never_read_is_no_dead_end(connected: Visitor, moodle: Lms) -> None:
    page = connected.get("/admin/")
    assert moodle.url in str(page.html)
    assert page.link("Make a programme") == "/admin/programmes/new"
