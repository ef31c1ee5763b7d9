"""My mentoring in the course page: accessible at any width, and nothing that was typed is lost."""

import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import Engagement, EngagementState
from companion.models.exchange import LessonAudience, LessonKind, ThanksFor
from companion.models.programme import Programme
from companion.services.mentoring import Viewer
from companion.services.said import STYLES
from tests.browser.accessible import assert_accessible, assert_widgets_accessible, picture
from tests.browser.conftest import World, open_course, sign_in_to_lms

INTENT = "Read the price list and ask three questions"


def test_it_is_accessible_and_keeps_what_was_typed(world: World, lenient_browser: BrowserContext) -> None:
    pair = world.pair()
    page = lenient_browser.new_page()
    page.set_viewport_size({"width": 352, "height": 900})
    frame = open_course(page, world, pair.learner, pair.course)
    frame.get_by_role("link", name="My mentoring").click()
    expect(frame.get_by_role("heading", name="How is it going?")).to_be_visible()
    # By keyboard: the frame grows as its page arrives, and a click may land beside what moved.
    frame.get_by_text("Commit to something").press("Enter")
    frame.get_by_label("I mean to").fill(INTENT)
    page.reload()
    frame.get_by_role("link", name="My mentoring").click()
    expect(frame.get_by_label("I mean to")).to_have_value(INTENT)
    frame.get_by_role("button", name="Commit to it").click()
    expect(frame.get_by_role("status")).to_contain_text("Kept.")
    expect(frame.get_by_text(INTENT).first).to_be_visible()
    frame.get_by_text("Ask for feedback").press("Enter")
    frame.get_by_role("button", name="Ask", exact=True).click()
    expect(frame.get_by_role("status")).to_contain_text("Asked.")
    frame.get_by_text("Sent before that").press("Enter")
    assert_widgets_accessible(page, widgets=2)
    frame.get_by_role("button", name="Take back: your commitment").click()
    expect(frame.get_by_role("status")).to_contain_text("Taken back.")
    expect(frame.get_by_text(INTENT)).to_have_count(0)
    frame.get_by_role("link", name="Something is not right").click()
    expect(frame.get_by_role("heading", name="Leave without a reason")).to_be_visible()
    assert_widgets_accessible(page, widgets=2)


def test_every_page_of_a_widget_fits_and_is_accessible(world: World, browser: BrowserContext) -> None:
    """Thanks, questions, about me, own data, the calendar and the choice of an adviser, each with something on it."""
    pair = world.pair()
    fill(world)
    page = browser.new_page()
    page.set_viewport_size({"width": 320, "height": 900})
    sign_in_to_lms(page, world.lms, pair.learner)
    placed = world.services.placements.standing([world.programme_id])
    module = next(p.lms_module_id for p, c in placed if (p.widget, c.lms_id) == ("check-in", pair.course))
    page.goto(f"{world.lms.url}/mod/lti/view.php?id={module}")
    page.wait_for_url("**/w/**")
    launch = page.url.rsplit("/", 1)[0]
    for name in ("mentoring", "given", "ask", "about-me", "data", "calendar"):
        look(page, f"{launch}/{name}", name)
    page.get_by_role("button", name="Get an address").click()
    expect(page.get_by_label("Calendar address")).to_be_visible()
    with world.services.db.begin() as session:
        session.execute(sa.update(Programme).values(matching={"consent": "chosen"}))
        session.execute(sa.update(Engagement).values(state=EngagementState.CLOSED, ended_at=world.clock()))
    for name in ("adviser", "mentoring"):
        look(page, f"{launch}/{name}", f"{name}-after")
    with world.services.db.begin() as session:
        session.execute(
            sa.update(Engagement).values(state=EngagementState.PROPOSED, created_at=world.clock())
        )
    page.goto(f"{launch}/mentoring")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("heading", name="You declined")).to_be_visible()
    look(page, f"{launch}/mentoring", "mentoring-declined")


def fill(world: World) -> None:
    """Give the learner thanks, a note, a question with an answer, and something said for the matching."""
    services, line = world.services, world.line(world.pair())
    course = line.engagement.course_id
    learner, adviser = (
        Viewer(one.person_id, course, teacher=False)
        for one in sorted(line.members, key=lambda member: member.side, reverse=True)
    )
    services.thanks.thank(
        adviser,
        learner.person_id or 0,
        about=ThanksFor.OTHER,
        text="For asking so plainly",
        form_key="a" * 30,
    )
    services.lessons.write(
        learner,
        line.engagement.id,
        kind=LessonKind.WENT_WRONG,
        audience=LessonAudience.MYSELF,
        text="I waited two weeks before I asked about the price list. Ask on the first day.",
        section=None,
        form_key="b" * 30,
    )
    services.commitments.make(
        adviser,
        line.engagement.id,
        intent="Send the old offers",
        sign="",
        due_on=world.clock().date(),
        form_key="e" * 30,
    )
    with services.db.begin() as session:
        session.execute(sa.update(Commitment).values(state=CommitmentState.KEPT, settled_at=world.clock()))
    ask = services.asks.put(
        learner, "Does a discount need a second signature?", section=None, topics=(), form_key="c" * 30
    )
    helper = Viewer(ask.asked[0].person_id, course, teacher=False)
    services.asks.answer(helper, ask.id, "Only above ten percent.", form_key="d" * 30)
    services.said.keep(
        learner.person_id or 0,
        wanted="price lists, offers",
        offered="spreadsheets",
        style=dict.fromkeys(STYLES[:2], 2),
        capacity=1,
        paused_until=None,
    )


def look(page: Page, address: str, name: str) -> None:
    """No fault at any width, nothing to scroll sideways for."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, name
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
        picture(page, f"widget-{name}-{width}")
        if width == 320:
            assert_accessible(page)
