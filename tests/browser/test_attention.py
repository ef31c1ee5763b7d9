"""An engagement at risk is found on the first page and acted on there; the reports are readable for everybody."""

from playwright.sync_api import BrowserContext, expect

from companion.models.engagement import Contact, Fit, Mood, TrustItem
from companion.services.mentoring import Viewer
from tests.browser.accessible import looked_at
from tests.browser.conftest import World, sign_in_to_admin


def told_of(world: World) -> str:
    """Somebody says that it does not fit; a week goes by in which nobody is in touch. Gives their name."""
    pair = world.pair()
    line = world.line(pair)
    learner = next(member for member in line.members if member.full_name == pair.learner_name)
    viewer = Viewer(learner.person_id, line.engagement.course_id, teacher=False)
    world.services.mentoring.feedback(
        viewer,
        line.engagement.id,
        fit=Fit.NOT_GOOD,
        trust_item=TrustItem.ABILITY,
        trust_score=2,
        form_key="f" * 24,
    )
    world.services.mentoring.check_in(
        viewer, line.engagement.id, mood=Mood.MIXED, contact=Contact.CALL, note="", form_key="c" * 24
    )
    world.clock.move(days=14)
    world.services.watch.run()
    world.services.reporting.run()
    return pair.learner_name


def test_a_coordinator_matches_anew_what_does_not_fit_and_reads_the_report(
    world: World, browser: BrowserContext
) -> None:
    name = told_of(world)
    page = browser.new_page()
    sign_in_to_admin(page, world)
    first = page.locator("#attention tbody tr").first
    expect(first).to_contain_text(name)
    expect(first).to_contain_text("Somebody said it does not fit")
    looked_at(page, "home")
    first.get_by_role("link", name="Match anew").click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.get_by_text("This cannot be taken back")).to_be_visible()
    looked_at(page, "remedy")
    page.get_by_role("button", name="Match anew").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Ended, to be matched anew. It is on record with your name."
    )
    expect(page.locator("table")).not_to_contain_text("Somebody said it does not fit")
    looked_at(page, "attention")
    page.goto(f"{world.base_url}/admin/programmes/{world.programme_id}/report")
    expect(page.locator("svg.chart").first).to_be_visible()
    looked_at(page, "report")
    table = page.get_by_role("table", name="Contact by week")
    expect(table).to_be_hidden()
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.locator("svg.chart").first).to_be_visible()
    for left_out in (".bar", "form", "summary", "a[href*='report.csv']"):
        expect(page.locator(left_out).first).to_be_hidden()
