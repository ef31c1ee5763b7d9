"""The main job as people see it: a check-in inside the course page, third-party cookies blocked."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import ADMIN, ADMIN_PASSWORD, World, sign_in_to_lms, sign_out_of_lms, widget

NOTE = "The glossary on page two saved my first call"


def test_a_check_in_reaches_the_adviser_and_no_administrator(world: World, browser: BrowserContext) -> None:
    learner, adviser, course = world.pair()
    page = browser.new_page()

    sign_in_to_lms(page, world.lms, learner)
    page.goto(f"{world.lms.url}/course/view.php?id={course}")
    frame = widget(page, "check-in")
    frame.get_by_label("Going well").check()
    frame.get_by_label("By message").check()
    frame.get_by_label("A line for").fill(NOTE)
    expect(frame.get_by_text("No teacher and no administrator does.")).to_be_visible()
    frame.get_by_role("button", name="Send check-in").click()
    expect(frame.get_by_role("status")).to_contain_text("Sent.")
    expect(frame.get_by_text(NOTE)).to_be_visible()

    sign_out_of_lms(page, world.lms)
    sign_in_to_lms(page, world.lms, adviser)
    page.goto(f"{world.lms.url}/course/view.php?id={course}")
    expect(widget(page, "check-in").get_by_text(NOTE)).to_be_visible()

    page.goto(f"{world.base_url}/account/sign-in")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{world.base_url}/admin/programmes/{world.programme_id}/engagements")
    expect(page.get_by_role("row").filter(has_text="1 check-in").first).to_be_visible()
    assert NOTE not in page.content()
