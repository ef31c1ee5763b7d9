"""A platform registers itself and a teacher picks a widget, in a browser that blocks third-party cookies."""

from playwright.sync_api import BrowserContext, Frame, Page, expect

from companion.widgets import WIDGETS
from tests.browser.accessible import assert_widgets_accessible
from tests.browser.conftest import World, sign_in_to_admin, sign_in_to_lms


def register(page: Page, world: World) -> None:
    """Copy the address from our admin, paste it into the LMS, activate there, enable here."""
    sign_in_to_admin(page, world)
    page.goto(f"{world.base_url}/admin/platforms")
    page.get_by_role("button", name="Make an address").click()
    address = page.locator(".copy").inner_text()
    sign_in_to_lms(page, world.lms, "admin")
    page.goto(f"{world.lms.url}/mod/lti/toolconfigure.php")
    page.get_by_label("Tool URL…").fill(address)
    page.get_by_role("button", name="Add LTI Advantage").click()


def test_the_frame_closes_and_both_sides_let_the_other_in(
    browser: BrowserContext, unregistered: World
) -> None:
    page = browser.new_page()
    register(page, unregistered)
    expect(
        page.get_by_role("heading", name="Tools", exact=True)
    ).to_be_visible()  # our page had its frame closed
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("button", name="Activate").click()
    page.goto(f"{unregistered.base_url}/admin/platforms")
    expect(page.get_by_role("row").filter(has_text="Waiting")).to_have_count(1)
    page.get_by_role("button", name="Enable").click()
    expect(page.get_by_role("row").filter(has_text="Enabled")).to_have_count(1)

    sign_in_to_lms(page, unregistered.lms, "ines")  # who reads Spanish
    course = unregistered.lms.sandbox.find_course("ONB-SALES").id
    page.goto(f"{unregistered.lms.url}/course/view.php?id={course}")
    page.get_by_role("link", name="Add an activity of Cairn").click()
    choice = page.frame_locator("iframe")
    expect(choice.get_by_role("radio")).to_have_count(len(WIDGETS))
    assert_widgets_accessible(page, widgets=1)
    choice.get_by_role("radio", name="Opinión").check()
    choice.get_by_role("button", name="Añadir al curso").click()
    choice.get_by_role("link", name="Go to the course").click()
    frame = page.frame_locator("iframe[title='Mentoría: opinión']")
    expect(frame.locator("link[href*='widget.css']")).to_have_count(1)  # the LMS has a heading on the way too
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    assert_widgets_accessible(page, widgets=1)


def test_without_a_script_the_page_says_what_to_do(
    plain_browser: BrowserContext, unregistered: World
) -> None:
    page = plain_browser.new_page()
    register(page, unregistered)
    told = page.frame_locator("iframe[title='Registering a tool']")
    expect(told.get_by_role("heading", name="Cairn is registered")).to_be_visible()
    expect(told.get_by_text("You can close this window")).to_be_visible()


def test_without_a_script_a_button_sends_the_choice(plain_browser: BrowserContext, world: World) -> None:
    page = plain_browser.new_page()
    sign_in_to_lms(page, world.lms, "admin")
    course = world.lms.sandbox.find_course("ONB-SALES").id
    page.goto(f"{world.lms.url}/course/view.php?id={course}")
    page.get_by_role("link", name="Add an activity of Cairn").click()
    expect(page.frame_locator("iframe").get_by_role("button", name="Continue")).to_be_visible()
    frame = page.frames[-1]
    for _ in range(2):  # the forms of the LMS have buttons, too
        _press(frame, "Continue")
    frame.get_by_role("radio", name="Check-in").check()
    _press(frame, "Add to the course")
    _press(frame, "Go back to the course")
    _press(frame, "Continue")
    expect(page.frame_locator("iframe").get_by_role("heading", name="Added")).to_be_visible()


def _press(frame: Frame, button: str) -> None:
    with frame.expect_navigation():
        frame.get_by_role("button", name=button).click()
