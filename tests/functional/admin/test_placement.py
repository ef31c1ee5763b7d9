"""Placing from the admin: the plan before anything is done, the work in the background, what came of it."""

import pytest

from companion.models.placement import PlacementState
from companion.placement.widgets import WIDGETS
from companion.services.placement_plan import Wish
from companion.services.registry import Services
from tests.begun import Begun
from tests.conftest import RecordedQueue
from tests.functional.admin.visitor import Page, Visitor
from tests.hands import delete, duplicate, pick, widgets_in
from tests.sites import Lms, make_programme


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, once on each kind of database."""
    return begun_on


@pytest.fixture
def address(installation: Begun) -> str:
    return f"/admin/programmes/{installation.programme_id}/placement"


@pytest.fixture
def sales(installation: Begun) -> int:
    return installation.lms.sandbox.find_course("ONB-SALES").id


def follow(admin: Visitor, page: Page, button: str, **typed: str) -> Page:
    """Send a form that only asks to see something."""
    form = page.form(button)
    sent = {
        str(f["name"]): str(f.get("value", "")) for f in form.select("input[type=hidden], input[checked]")
    }
    query = "&".join(f"{name}={value}" for name, value in {**sent, **typed}.items())
    return admin.get(f"{form['action']}?{query}")


def test_where_widgets_stand_and_that_placing_again_would_change_nothing(
    admin: Visitor, installation: Begun, queue: RecordedQueue
) -> None:
    page = admin.get(f"/admin/programmes/{installation.programme_id}")
    page = admin.get(page.link("Placement"))
    assert [row[:3] for row in page.rows(0)][:2] == [
        ["Customer care onboarding", "Check-in", "From the template course"],
        ["Customer care onboarding", "Feedback", "From the template course"],
    ]
    plan = follow(admin, page, "Show the plan")
    assert "Nothing would change." in plan.words
    assert not [button for button in plan.html.select("main button") if "Do this" in button.get_text()]
    assert queue.sent == []


def test_the_plan_is_shown_before_and_done_in_the_background_after(
    admin: Visitor, installation: Begun, queue: RecordedQueue, address: str, sales: int
) -> None:
    sandbox = installation.lms.sandbox
    (check_in, _), (feedback, _) = widgets_in(sandbox, sales)
    delete(sandbox, check_in)
    copy = duplicate(sandbox, feedback)
    before = sandbox.world.to_json()
    plan = follow(admin, admin.get(address), "Show the plan", to_top="1")
    row = dict(plan.rows(0))["Sales onboarding"]
    assert row == (
        "Check-in will be placed: at the top of the page Feedback will be moved to the top of the page "
        f"Feedback will be removed (activity {copy}): a second copy of ours"
    )
    assert sandbox.world.to_json() == before
    page = admin.press(plan, "Do this")
    assert queue.sent == ["place"]
    assert sandbox.world.to_json() == before
    assert page.path == address
    assert page.response.headers["Refresh"] == "5"
    assert page.rows(1)[0][1:6] == ["Place From the template course, at the top", "Asked for", "0", "0", "0"]
    assert installation.services.placements.work() == 1
    done = admin.get(address)
    assert "Refresh" not in done.response.headers
    assert done.rows(1)[0][1:] == [
        "Place From the template course, at the top",
        "Done",
        "1",
        "7",
        "1",
        "None",
    ]
    assert "Ada Lovelace" in done.rows(1)[0][0]


def test_taking_out_is_shown_and_done_and_spares_a_teachers_own(
    admin: Visitor, installation: Begun, address: str, sales: int
) -> None:
    own = pick(installation.lms.sandbox, sales, "check-in")
    plan = follow(admin, admin.get(address), "Show what would be taken out")
    assert plan.heading == "What would be taken out"
    assert "8 to remove." in plan.words
    assert "stands and is left alone: a teacher put it there" in dict(plan.rows(0))["Sales onboarding"]
    admin.press(plan, "Take them out")
    installation.services.placements.work()
    page = admin.get(address)
    assert [row[:3] for row in page.rows(0)] == [["Sales onboarding", "Check-in", "By a teacher"]]
    assert widgets_in(installation.lms.sandbox, sales) == [(own, "check-in")]


def test_what_went_wrong_is_told(
    admin: Visitor, installation: Begun, address: str, queue: RecordedQueue
) -> None:
    installation.lms.sandbox.delete_course(installation.lms.sandbox.find_course("ONB-ENG").id)
    plan = follow(admin, admin.get(address), "Show what would be taken out")
    assert dict(plan.rows(0))["Engineering onboarding"].startswith("Not seen It is no longer in Moodle")
    admin.press(plan, "Take them out")
    installation.services.placements.work()
    assert "Engineering onboarding: It is no longer in Moodle" in admin.get(address).rows(0)[0][6]
    installation.lms.sandbox.misbehave("invalid_token")
    installation.services.placements.ask(installation.programme_id, Wish(), by="Ada")
    installation.services.placements.work()
    row = admin.get(address).rows(0)[0]
    assert row[2] == "Failed"
    assert "does not accept the token" in row[6]
    assert (
        installation.services.placements.history(installation.programme_id)[0][0].state
        is PlacementState.FAILED
    )


def test_a_moodle_that_does_not_answer_is_no_plan(admin: Visitor, installation: Begun, address: str) -> None:
    installation.lms.sandbox.misbehave("web_services_off")
    assert "switched off" in admin.get(f"{address}/plan", status=502).words


def test_the_block_is_offered_where_the_site_has_it(
    admin: Visitor, installation: Begun, address: str, sales: int
) -> None:
    assert "docs/moodle-block.md" in admin.get(address).words
    assert "not have it" in admin.get(f"{address}/plan?way=block").words
    sandbox = installation.lms.sandbox
    sandbox.install_block()
    installation.services.sites.connect(installation.lms.url, sandbox.token)
    page = admin.get(address)
    assert page.html.select_one('input[name="way"][value="block"]') is not None
    plan = admin.get(f"{address}/plan?way=block")
    admin.press(plan, "Do this")
    installation.services.placements.work()
    assert {row[2] for row in admin.get(address).rows(0)} == {"By the block"}
    assert len(sandbox.world.blocks) == 4 * len(WIDGETS)


@pytest.mark.parametrize("query", ["way=snippet", "way=deep-link", "way=x", "action=burn", "to_top=perhaps"])
def test_what_no_browser_would_send_is_refused(
    admin: Visitor, address: str, queue: RecordedQueue, query: str
) -> None:
    assert "not understood" in admin.get(f"{address}/plan?{query}", status=422).words
    name, value = query.split("=")
    sent = admin.client.post(address, data={"csrf_token": admin.token(), name: value})
    assert sent.status_code == 422
    assert queue.sent == []


def test_the_snippet_can_be_copied_and_is_not_run(admin: Visitor, installation: Begun, address: str) -> None:
    page = admin.get(address)
    check_in, feedback, *_ = page.html.select("textarea[readonly]")
    assert "document.currentScript" in check_in.get_text()
    assert check_in.get_text() != feedback.get_text()
    assert "&lt;script&gt;" in page.response.text
    assert "<script>" not in page.response.text


def test_before_anything_stands_the_page_says_what_to_do(
    connected: Visitor, services: Services, moodle: Lms, queue: RecordedQueue
) -> None:
    programme_id = make_programme(services, "LEAD-1")
    page = connected.get(connected.get(f"/admin/programmes/{programme_id}").link("Place widgets"))
    assert "None was placed yet" in page.words
    assert page.html.select("textarea") == []
    with services.db.begin() as session:
        site = services.sites.current()
        site.template_course_id = None
        session.merge(site)
    assert "CAIRN-TEMPLATE" in follow(connected, page, "Show the plan").words
    assert queue.sent == []
