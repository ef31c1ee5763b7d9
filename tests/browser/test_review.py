"""The review of a proposal in a real browser: look, ask why not, pin, change by hand, try other rules, approve some."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.accessible import looked_at
from tests.browser.conftest import World, sign_in_to_admin
from tests.sites import make_programme


def test_a_coordinator_reviews_a_proposal_and_approves_some_of_it(
    browser: BrowserContext, world: World
) -> None:
    page = browser.new_page()
    sign_in_to_admin(page, world)
    courses = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
    programme = make_programme(world.services, *courses, name="Second year", capacity=4)
    page.goto(f"{world.base_url}/admin/programmes/{programme}")
    page.get_by_role("button", name="Propose pairs").click()
    expect(page.get_by_role("heading", name="Proposal of")).to_be_visible()
    expect(page.locator("svg.chart").first).to_be_visible()
    looked_at(page, "review")
    page.locator("#left tbody a").first.click()
    expect(page.get_by_role("heading", name="Who there would be")).to_be_visible()
    looked_at(page, "left-over")
    page.go_back()

    page.get_by_role("link", name="Points", exact=False).first.click()
    points = [int(text) for text in page.locator("td[data-label=Points] strong").all_inner_texts()]
    assert points == sorted(points, reverse=True)
    page.locator("#proposed tbody th a").first.click()
    looked_at(page, "pair")
    page.get_by_role("link", name="Why not").first.click()
    expect(page.get_by_role("heading", name="Rule by rule")).to_be_visible()
    looked_at(page, "why-not")
    page.go_back()
    page.get_by_role("button", name="Pin the pair").click()
    expect(page.get_by_role("status")).to_contain_text("The pair is pinned")
    expect(page.get_by_role("heading", name="Pinned and forbidden")).to_be_visible()

    page.get_by_role("link", name="What if").click()
    page.get_by_label("Topics offered and wanted").fill("0")
    page.get_by_role("button", name="Show what would be").click()
    expect(page.get_by_role("heading", name="Who changes")).to_be_visible()
    page.go_back()
    page.go_back()

    boxes = page.locator('input[name="pair"]')
    open_before = boxes.count()
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    boxes.nth(1).check()
    page.get_by_role("button", name="Approve the marked pairs").click()
    expect(page.get_by_role("status")).to_contain_text("2 engagements begin today.")
    expect(page.locator('input[name="pair"]')).to_have_count(open_before - 2)
    page.goto(f"{world.base_url}/admin/programmes/{programme}/edit")
    page.get_by_text("Weights", exact=True).click()
    page.get_by_text("Profile fields", exact=True).click()
    looked_at(page, "rules")
