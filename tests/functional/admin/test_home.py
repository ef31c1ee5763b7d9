"""The first page: programmes with their next step, the way of setting up, the work behind."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from companion.models.engagement import Contact, Mood
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.lms import Site
from companion.services.placement_plan import Wish
from companion.services.registry import Services
from companion.store import match_work
from lms_client import Function
from tests.begun import Begun
from tests.clock import Clock
from tests.functional.admin.visitor import Page, Visitor
from tests.sites import Lms, make_programme

WAY = [
    "Connect Moodle",
    "Let Moodle open the widgets",
    "Check that everything is in place",
    "Choose the courses",
    "Read the people",
    "Say who is new and who advises",
    "Charter",
    "Cadence and keeping",
    "Weights, and what if",
    "Place the widgets",
    "First cohort",
]


def standing(page: Page) -> dict[str, str]:
    """How each step of the way stands, as the page says it."""
    return {
        step.select_one("a, span").get_text(strip=True): step.select_one(".tag").get_text(strip=True)  # type: ignore[union-attr]
        for step in page.html.select("main section .steps li")
    }


def done(page: Page) -> list[str]:
    """The steps of the way that are done."""
    return [name for name, said in standing(page).items() if said == "done"]


def figures(page: Page) -> dict[str, str]:
    """The numbers of the first programme's card."""
    card = page.html.select(".cards > .card")[0]
    return {f.select_one("dt").get_text(): f.select_one("dd").get_text() for f in card.select(".figure")}  # type: ignore[union-attr]


def test_an_empty_installation_leads_into_the_way_and_says_what_is_locked(newcomer: Visitor) -> None:
    page = newcomer.get("/admin/")
    assert page.link("Next: connect Moodle") == "/admin/connection"
    assert list(standing(page)) == WAY
    assert set(standing(page).values()) == {"to do", "not yet"}
    locked = next(li for li in page.html.select(".steps .locked") if "Place the widgets" in li.text)
    assert (locked.select_one("a"), "First: choose the courses." in locked.text) == (None, True)
    for step in page.html.select(".steps a"):
        newcomer.get(str(step["href"]))


def test_the_way_is_walked_step_by_step(connected: Visitor, services: Services, clock: Clock) -> None:
    """Whatever was done elsewhere is done here as well: nothing but what is stored says how far one is."""
    assert done(connected.get("/admin/")) == WAY[:2]
    programme_id = make_programme(services, "ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
    one = f"/admin/programmes/{programme_id}"
    page = connected.get("/admin/setup")
    assert WAY[3] in done(page)
    assert page.link(WAY[4]) == "/admin/sync"
    clock.move(minutes=1)
    services.sync.run()
    page = connected.get("/admin/setup")
    assert done(page) == [*WAY[:2], *WAY[3:6]]
    page = connected.press(connected.get(f"{one}/what-if"), "Leave it so")
    assert page.path == f"{one}/placement"
    run_id = services.matching.propose(programme_id)
    page = connected.get("/admin/")
    assert page.link("Review the proposal") == f"/admin/runs/{run_id}"
    page = connected.get(f"/admin/runs/{run_id}/approve")
    left = [a.get_text() for a in page.html.select(".notice.warn a")]
    assert left == [WAY[2], WAY[6], WAY[7], WAY[9]]
    services.matching.approve(run_id, by="the test")
    page = connected.get("/admin/")
    assert standing(page) == {}
    assert page.link("Place the widgets") == f"{one}/placement"
    services.placements.place([programme_id])
    page = connected.get("/admin/")
    assert page.link("See how engagements go") == f"{one}/engagements"
    assert connected.get(one).html.select("nav.way") == []


def test_the_check_is_done_once_nothing_is_missing(connected: Visitor, services: Services) -> None:
    page = connected.press(connected.get("/admin/check"), "Nothing is missing")
    assert (page.path, WAY[2] in done(page)) == ("/admin/setup", True)
    with services.db.begin() as session:
        session.execute(sa.text("UPDATE site SET checked_at = NULL, base_url = 'http://localhost:1'"))
    page = connected.press(connected.get("/admin/check"), "Nothing is missing")
    assert (page.path, page.flashes[0][:9]) == ("/admin/check", "Not kept:")


def test_moodle_is_connected_by_a_form_that_keeps_no_token_on_the_page(
    newcomer: Visitor, moodle: Lms
) -> None:
    page = newcomer.get("/admin/connection")
    for address, told in (
        ("http://169.254.169.254", "no Moodle can be"),
        ("ftp://x", "address"),
        (moodle.url, "token"),
    ):
        page = newcomer.press(page, "Try and keep", status=422, address=address, token="f" * 32)
        assert told in page.errors()["address"]
        assert "f" * 32 not in str(page.html)
    page = newcomer.press(page, "Try and keep", address=f" {moodle.url} ", token=moodle.sandbox.token)
    assert page.flashes[0].startswith("Connected to")
    assert moodle.sandbox.token not in str(page.html)
    assert page.link("Next: ") == "/admin/platforms"


def test_a_disabled_platform_is_the_next_step(admin: Visitor, installation: Begun) -> None:
    installation.services.lti.set_enabled(installation.services.lti.platforms()[0].id, False)
    assert admin.get("/admin/").link("Let Moodle open the widgets") == "/admin/platforms"


def test_rules_that_find_nobody_are_the_next_step(
    admin: Visitor, installation: Begun, make_second: Callable[..., int]
) -> None:
    installation.clock.move(minutes=1)
    made = make_second(new_hire_field="nosuchfield")
    installation.clock.move(minutes=1)
    installation.services.sync.run()
    installation.services.sites.note_checked()
    assert admin.get("/admin/").link("Say who is new") == f"/admin/programmes/{made}/edit"


def test_a_card_counts_people_and_running_engagements(admin: Visitor, installation: Begun) -> None:
    view = installation.services.programmes.view(installation.programme_id)
    running = len(installation.services.engagements.of_programme(installation.programme_id))
    assert running > 0
    assert figures(admin.get("/admin/")) == {
        "New hires": str(view.new_hires),
        "Recent learners": str(view.recent_learners),
        "Running engagements": str(running),
    }
    meeting = installation.meeting
    viewer = meeting.seen_by(meeting.learner)
    key = {"mood": Mood.GOOD, "contact": Contact.CALL, "note": "", "form_key": "c" * 24}
    installation.services.mentoring.check_in(viewer, meeting.id, **key)  # type: ignore[arg-type]
    installation.services.watch.run()
    words = admin.get("/admin/").words
    assert (
        f"Have an adviser {round(100 * running / view.new_hires)} % ({running} of {view.new_hires} " in words
    )
    assert f"In touch this week {round(100 / running)} % (1 of {running} due)" in words
    installation.clock.move(days=60)
    installation.services.upkeep.run()
    page = admin.get("/admin/")
    assert figures(page)["Running engagements"] == "0"
    assert f"Ended: {running}" in page.words


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
    assert page.link("Choose the courses") == "/admin/programmes/new"


def test_what_is_under_way_what_failed_and_what_moodle_lacks_stand_on_the_first_page(
    admin: Visitor, installation: Begun, make_second: Callable[..., int]
) -> None:
    services, programme_id = installation.services, installation.programme_id
    assert "No worker did anything" in admin.get("/admin/").words
    services.jobs.watched("outbox", lambda: None)()
    with pytest.raises(ZeroDivisionError):
        services.jobs.watched("reports", lambda: 1 / 0)()
    second = make_second()
    running = services.matching.begin(programme_id)
    services.placements.ask(programme_id, Wish(), by="the test")
    failed = services.matching.begin(second)
    with services.db.begin() as session:
        match_work.fail(session, failed, "There is nobody to match.", services.clock())
        site = session.scalars(sa.select(Site)).one()
        site.functions = [name for name in site.functions if name != Function.SEND_MESSAGES]
    page = admin.get("/admin/")
    background = " ".join(page.html.select_one("#background").get_text(" ").split())  # type: ignore[union-attr]
    assert "No worker" not in background
    assert "The job “reports” failed" in background
    assert "(ZeroDivisionError)" in background
    assert "The placement of Onboarding companions begins as soon as the worker is free." in background
    assert "The matching of Second year failed: There is nobody to match." in background
    assert "Cairn cannot tell people about their engagement in Moodle" in background
    assert page.link("The matching of Onboarding companions") == f"/admin/runs/{running}"
