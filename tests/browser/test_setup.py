"""From an empty database to a published cohort, in a browser, by the way that Home leads into."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from companion.models.engagement import EngagementState
from tests.browser.accessible import looked_at
from tests.browser.conftest import World, sign_in_to_admin

COURSES = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")


def go_on(page: Page) -> None:
    """Follow the way to its next step."""
    page.locator("nav.way").get_by_role("link", name="Next:").click()


@pytest.mark.timeout(400)  # a dozen pages, each looked at twice; a busy machine is slow, not wrong
def test_from_an_empty_database_to_a_published_cohort(browser: BrowserContext, unregistered: World) -> None:
    services, lms = unregistered.services, unregistered.lms
    page = browser.new_page()
    sign_in_to_admin(page, unregistered)
    expect(page.get_by_role("heading", name="Set up the first programme")).to_be_visible()
    looked_at(page, "setup-01-home")

    page.get_by_role("link", name="Next: connect Moodle").click()
    page.get_by_label("Address of Moodle").fill(lms.url)
    page.get_by_label("Web-service token").fill("f" * 32)
    page.get_by_role("button", name="Try and keep").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Address of Moodle")).to_have_value(lms.url)
    looked_at(page, "setup-02-connect")
    page.get_by_label("Web-service token").fill(lms.sandbox.token)
    page.get_by_role("button", name="Try and keep").click()
    expect(page.get_by_role("status")).to_contain_text("Connected to")
    go_on(page)

    made = lms.register_tool(unregistered.base_url)
    for label, value in (
        ("Issuer", made.issuer),
        ("Client id", made.client_id),
        ("Deployment id", made.deployment_id),
        ("Authentication request URL", made.auth_url),
        ("Access token URL", made.token_url),
        ("Public keyset URL", made.jwks_url),
    ):
        page.get_by_label(label).fill(value)
    looked_at(page, "setup-03-platform")
    page.get_by_role("button", name="Register", exact=True).click()
    go_on(page)

    expect(page.get_by_role("heading", name="Check", exact=True)).to_be_visible()
    looked_at(page, "setup-04-check")
    page.get_by_role("button", name="Nothing is missing: go on").click()
    page.get_by_role("link", name="Next: choose the courses").click()

    page.get_by_label("Name", exact=True).fill("Onboarding companions")
    for short_name in COURSES:
        page.locator(".pick").filter(has=page.get_by_text(short_name, exact=True)).locator("input").check()
    expect(page.locator("[data-found]")).to_contain_text("have not been read from Moodle yet")
    looked_at(page, "setup-05-courses")
    page.get_by_role("button", name="Make the programme").first.click()
    expect(page.get_by_role("status")).to_contain_text("Nobody has been told anything")
    go_on(page)

    page.get_by_role("button", name="Sync now").click()
    unregistered.clock.move(seconds=1)
    services.sync.run()  # as the worker does
    page.goto(f"{unregistered.base_url}/admin/sync")
    looked_at(page, "setup-06-read")
    # Left here, and come back to: what is stored says how far one is.
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="Set-up").click()
    expect(page.locator(".steps .done")).to_have_count(6)
    looked_at(page, "setup-07-all-steps")
    page.locator(".steps").get_by_role("link", name="Say who is new and who advises").click()

    new = page.locator("[data-found] h3 .number").first
    before = new.inner_text()
    page.get_by_label("For how many days somebody counts as new").fill("45")
    expect(new).not_to_have_text(before)  # looked up while typing, with nothing kept
    looked_at(page, "setup-08-rules")
    page.get_by_role("button", name="Keep the rules").first.click()
    go_on(page)

    for name, heading in (("09-charter", "Charter"), ("10-cadence", "Cadence and keeping")):
        expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
        looked_at(page, f"setup-{name}")
        page.get_by_role("button", name="Leave it so, and go on").click()

    page.get_by_label("Topics offered and wanted").fill("0")
    page.get_by_role("button", name="Show what would be").click()
    expect(page.get_by_role("row", name="Learners with an adviser")).to_be_visible()
    looked_at(page, "setup-11-weights")
    page.get_by_role("button", name="Leave it so, and go on").click()

    looked_at(page, "setup-12-place")
    page.get_by_role("button", name="Show the plan").click()
    looked_at(page, "setup-13-plan")
    page.get_by_role("button", name="Do this").click()
    services.placements.work()  # as the worker does
    page.goto(page.url)
    go_on(page)

    page.get_by_role("button", name="Propose pairs").click()
    expect(page.get_by_role("heading", name="Proposal of")).to_be_visible()
    page.get_by_role("link", name="Approve").first.click()
    expect(page.get_by_text("people are told")).to_be_visible()
    assert page.locator(".notice.warn").count() == 0  # every step before was taken
    looked_at(page, "setup-15-approve")
    assert services.outbox.counts() == {}
    page.get_by_role("button", name="Approve and tell them").click()
    expect(page.get_by_role("status")).to_contain_text("begin today")
    [(programme_id, _)] = services.programmes.names()
    lines = services.engagements.of_programme(programme_id)
    assert {line.engagement.state for line in lines} == {EngagementState.ACTIVE}
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("link", name="See how engagements go")).to_be_visible()
    expect(page.locator("#way")).to_have_count(0)
