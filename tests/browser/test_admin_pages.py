"""The admin in a real browser: from an invitation to a sign-in with a second factor, and every page accessible."""

import re

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.begun import Begun
from tests.browser.accessible import picture
from tests.browser.conftest import World, sign_in_to_admin
from tests.functional.admin.confided import name_to_hear, offer_lesson, raise_concern

PAGES = (
    "",
    "attention",
    "programmes",
    "reports",
    "concerns",
    "lessons",
    "people",
    "people/1",
    "invitations",
    "persons",
    "persons/1",
    "outbox",
    "setup",
    "runs/1",
    "audit",
    "settings",
    "settings/sign-in",
    "settings/mail",
    "settings/languages",
    "settings/retention",
    "components",
)


OF_ONE = ("engagements", "report", "prompts", "retention", "setup", "versions")
"""Pages of a programme. Those of its set-up and its proposals are looked at where they are walked through."""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 900}


def checked(page: Page) -> None:
    """The page breaks no rule of axe."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


@pytest.mark.timeout(400)  # some thirty pages; a busy machine is slow, not wrong
def test_every_page_is_accessible_and_fits_wide_and_narrow(world: World, browser: BrowserContext) -> None:
    """Every other page is looked at wide and light, the rest narrow and dark; none scrolls sideways."""
    begun = Begun(world.services, world.lms, world.programme_id, world.clock)
    name_to_hear(begun)
    raise_concern(begun)
    offer_lesson(begun)
    page = browser.new_page()
    sign_in_to_admin(page, world)
    own = ("/account/", "/account/second-factor")
    one = f"/admin/programmes/{world.programme_id}"
    rosters = f"/admin/connection/rosters?platform={world.lms.url}"
    addresses = [
        *(f"/admin/{path}" for path in PAGES),
        rosters,
        one,
        *(f"{one}/{path}" for path in OF_ONE),
        *own,
    ]
    for number, address in enumerate(addresses):
        answer = page.goto(world.base_url + address)
        assert answer is not None
        assert answer.status == 200, address
        sizes = [(NARROW, "dark"), (WIDE, "light")]
        for size, scheme in sizes if number % 2 else sizes[::-1]:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            picture(page, f"{address.strip('/').replace('/', '-')}-{size['width']}-{scheme}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (address, size)
        checked(page)


def test_from_an_invitation_to_a_sign_in_with_a_second_factor(world: World, browser: BrowserContext) -> None:
    page = browser.new_page()
    sign_in_to_admin(page, world)
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill("bea@example.org")
    page.get_by_role("radio", name=re.compile("Auditor")).check()
    page.get_by_role("button", name="Invite").click()
    link = page.locator("code.copy").inner_text()
    page.get_by_role("button", name="Sign out").click()

    page.goto(link)
    page.get_by_label("Your name").fill("Bea")
    page.get_by_label("Password").fill("another long password")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    expect(page.get_by_role("link", name="New programme")).to_have_count(0)

    page.get_by_role("link", name="Bea").click()
    page.get_by_role("link", name="Set it up").click()
    expect(page.locator(".qr svg")).to_be_visible()
    codes = pyotp.TOTP(page.locator("code.copy").inner_text())
    page.get_by_label("Code").fill(codes.at(world.clock()))
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("button", name="Sign out").click()

    world.clock.move(seconds=30)
    page.get_by_label("E-mail address").fill("bea@example.org")
    page.get_by_label("Password").fill("another long password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(codes.at(world.clock()))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
