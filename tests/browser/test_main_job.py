"""The main job as people see it: a check-in inside the course page, third-party cookies blocked."""

from playwright.sync_api import BrowserContext, FrameLocator, expect

from tests.browser.conftest import World, open_course, sign_in_to_admin, widget

NOTE = "The glossary on page two saved my first call"


def test_a_check_in_reaches_the_adviser_and_no_administrator(world: World, browser: BrowserContext) -> None:
    pair = world.pair()
    page = browser.new_page()

    frame = open_course(page, world, pair.learner, pair.course)
    expect(frame.get_by_text("No teacher and no administrator does.")).to_be_visible()
    _check_in(frame)
    expect(frame.get_by_text(NOTE)).to_be_visible()

    frame = open_course(page, world, pair.adviser, pair.course)
    expect(frame.get_by_text(NOTE)).to_be_visible()

    sign_in_to_admin(page, world)
    page.goto(f"{world.base_url}/admin/programmes/{world.programme_id}/engagements")
    row = page.get_by_role("row").filter(has_text=pair.learner_name)
    expect(row.get_by_role("cell", name="1", exact=True)).to_be_visible()
    assert NOTE not in page.content()


def test_the_same_with_third_party_cookies_allowed(world: World, lenient_browser: BrowserContext) -> None:
    pair = world.pair()
    frame = open_course(lenient_browser.new_page(), world, pair.learner, pair.course)
    _check_in(frame)
    expect(frame.get_by_text(NOTE)).to_be_visible()


def test_two_widgets_of_one_page_do_not_disturb_each_other(world: World, browser: BrowserContext) -> None:
    pair = world.pair()
    page = browser.new_page()
    check_in = open_course(page, world, pair.learner, pair.course)
    feedback = widget(page, "feedback")
    feedback.get_by_label("It fits").check()
    feedback.get_by_label("Mostly").check()
    _check_in(check_in)
    # By keyboard: the frame above changes its height just now, and would move the button from under the pointer.
    feedback.get_by_role("button", name="Send feedback").press("Enter")
    expect(feedback.get_by_role("status")).to_contain_text("Thank you")


def test_a_note_too_long_comes_back_with_what_was_typed(world: World, browser: BrowserContext) -> None:
    pair = world.pair()
    frame = open_course(browser.new_page(), world, pair.learner, pair.course)
    frame.get_by_label("Hard going").check()
    frame.get_by_label("Not yet").check()
    frame.get_by_label("A line for").fill("a" * 141)
    expect(frame.get_by_text("1 too many")).to_be_visible()
    frame.get_by_role("button", name="Send check-in").click()
    expect(frame.get_by_text("1 character too long")).to_be_visible()
    expect(frame.get_by_label("A line for")).to_have_value("a" * 141)
    expect(frame.get_by_label("Hard going")).to_be_checked()


def test_a_widget_open_for_too_long_says_so(world: World, browser: BrowserContext) -> None:
    pair = world.pair()
    frame = open_course(browser.new_page(), world, pair.learner, pair.course)
    frame.get_by_label("Going well").check()
    frame.get_by_label("By call").check()
    world.clock.move(hours=9)
    frame.get_by_role("button", name="Send check-in").click()
    expect(frame.get_by_role("heading", name="This page has been open for too long")).to_be_visible()


def test_somebody_without_an_engagement_is_told_what_happens_next(
    world: World, browser: BrowserContext
) -> None:
    frame = open_course(browser.new_page(), world, "sunna", world.course_of("sunna"))
    expect(frame.get_by_role("heading", name="We are still looking for your adviser")).to_be_visible()


def _check_in(frame: FrameLocator) -> None:
    frame.get_by_label("Going well").check()
    frame.get_by_label("By message").check()
    frame.get_by_label("A line for").fill(NOTE)
    frame.get_by_role("button", name="Send check-in").click()
    expect(frame.get_by_role("status")).to_contain_text("Sent.")
