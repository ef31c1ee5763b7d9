"""How a widget behaves in its frame: it grows, keeps still, stays small and at home, and fits whatever is in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, Request, Response, expect

from companion.models.engagement import Contact, Mood, Side
from companion.models.people import Person
from companion.services.mentoring import Viewer
from tests.browser.conftest import Pair, World, open_browser, open_course, sign_in_to_lms

SEND = {"en": "Send check-in", "de": "Check-in senden", "es": "Enviar check-in"}
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
HEBREW = "שלום, איך הולך?"
LARGEST = 30_000
"""Bytes over the wire for a whole page without a cache, headers and all."""

WATCH = """
  window.shifts = [];
  const told = ({ startTime, value, sources }) =>
    ({ startTime, value, moved: sources.map(({ node }) => node?.outerHTML?.slice(0, 80)) });
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(told)))
    .observe({ type: "layout-shift", buffered: true });
"""
SHIFTS = "shifts.filter(({ startTime }) => startTime >= performance.getEntriesByType('paint')[0].startTime)"
"""What moved once anything was seen: in frames Chromium also counts what it lays out before its style is there."""
CLIPPED = """
  [...document.querySelectorAll("main *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth || e.getBoundingClientRect().left < 0)
    .map((e) => e.outerHTML)
"""
HEADING_AT_LEFT = """
  document.querySelector(".widget-head h1").getBoundingClientRect().left
    < document.querySelector(".widget-head > :first-child").getBoundingClientRect().left
"""
"""A page's heading stands after the picture beside it, in the direction of its language."""


@pytest.fixture
def zoomed_browser(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """A window of 1280 pixels zoomed to 200 %."""
    yield from open_browser(
        playwright,
        tmp_path / "zoomed",
        block=True,
        viewport={"width": 640, "height": 450},
        device_scale_factor=2,
    )


def test_the_frame_grows_with_its_page_and_nothing_moves_in_it(world: World, browser: BrowserContext) -> None:
    page, pair = browser.new_page(), world.pair()
    page.add_init_script(WATCH)
    for language, width in (("de", 1280), ("es", 390), ("en", 320)):
        page.set_viewport_size({"width": width, "height": 800})
        _open(page, world, pair, language)
        for shown in _widgets(page):
            _expect_as_tall_as_its_page(shown)
            assert shown.evaluate(SHIFTS) == []
    [check_in] = [one for one in _widgets(page) if "check-in" in one.url]
    before = check_in.evaluate("innerHeight")
    check_in.locator("summary").click()
    _until(check_in, f"innerHeight > {before}")
    _expect_as_tall_as_its_page(check_in)


def test_a_whole_page_is_small_and_comes_from_one_place(world: World, browser: BrowserContext) -> None:
    page, pair = browser.new_page(), world.pair()
    sign_in_to_lms(page, world.lms, pair.learner)
    _talk(world, pair, 12)
    page.goto(f"{world.lms.url}/mod/lti/view.php?id={_module(world, pair)}")
    page.wait_for_url("**/w/**")
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))  # noqa: PLW0108 - playwright takes no builtin
    page.reload(wait_until="networkidle")
    assert [one.url for one in asked if not one.url.startswith(f"{world.base_url}/")] == []
    assert [one.resource_type for one in asked].count("document") == 1
    once = {one.url: one for one in asked}.values()  # the icon of the page before may come late
    wire = sum(
        one.sizes()["responseHeadersSize"] + int(_answer(one).headers["content-length"]) for one in once
    )
    assert 10_000 < wire <= LARGEST


@pytest.mark.parametrize("language", ["de", "es"])
def test_long_words_and_other_scripts_fit_the_smallest_frame(
    world: World, browser: BrowserContext, language: str
) -> None:
    page, pair = browser.new_page(), world.pair()
    _rename(world, pair, f"Anna-{LONG} von und zu {LONG}")
    _say(world, pair, LONG * 2)
    _say(world, pair, HEBREW)
    page.set_viewport_size({"width": 320, "height": 800})
    _open(page, world, pair, language)
    for shown in _widgets(page):
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert shown.evaluate(CLIPPED) == []
        at_left = shown.evaluate(HEADING_AT_LEFT)
        shown.evaluate("document.documentElement.dir = 'rtl'")
        assert shown.evaluate(CLIPPED) == []
        assert (at_left, shown.evaluate(HEADING_AT_LEFT)) == (False, True), "its heads change sides"
        shown.evaluate("document.documentElement.dir = 'ltr'")
    frame = next(one for one in _widgets(page) if "check-in" in one.url)
    note = frame.get_by_text(HEBREW)
    assert note.evaluate("(e) => getComputedStyle(e).direction") == "rtl"
    assert frame.evaluate("document.documentElement.dir") == "ltr"
    written = frame.locator("textarea")
    written.fill(HEBREW)
    assert written.evaluate("(e) => getComputedStyle(e).direction") == "rtl"


def test_it_can_be_used_at_twice_the_size(world: World, zoomed_browser: BrowserContext) -> None:
    page, pair = zoomed_browser.new_page(), world.pair()
    _open(page, world, pair, "de")
    assert page.evaluate("devicePixelRatio") == 2
    for shown in _widgets(page):
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame = next(one for one in _widgets(page) if "check-in" in one.url)
    frame.get_by_label("Läuft gut").check()
    frame.get_by_label("Per Anruf").check()
    frame.get_by_role("button", name=SEND["de"]).click()
    expect(frame.get_by_role("status")).to_contain_text("Gesendet.")


def test_a_choice_shows_in_the_readers_own_colours_and_without_motion(
    world: World, browser: BrowserContext
) -> None:
    page, pair = browser.new_page(), world.pair()
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    _open(page, world, pair, "en")
    frame = next(one for one in _widgets(page) if "check-in" in one.url)
    frame.get_by_label("Mixed").check()
    looks = (
        "(e) => { const s = getComputedStyle(e); return [s.backgroundColor, s.color, s.borderColor].join() }"
    )
    chosen, other = (frame.locator(f".choice:has([value={name}])") for name in ("mixed", "good"))
    assert chosen.evaluate(looks) != other.evaluate(looks)
    assert chosen.evaluate("(e) => getComputedStyle(e).transitionDuration") == "0s"


def _open(page: Page, world: World, pair: Pair, language: str) -> None:
    frame = open_course(page, world, pair.learner, pair.course, language)
    page.wait_for_load_state("networkidle")
    expect(frame.get_by_role("button", name=SEND[language])).to_be_visible()
    assert {one.evaluate("document.documentElement.lang") for one in _widgets(page)} == {language}


def _widgets(page: Page) -> list[Frame]:
    found = [one for one in page.frames if "/w/" in one.url]
    assert len(found) == 2
    return found


def _expect_as_tall_as_its_page(shown: Frame) -> None:
    shown.frame_element().scroll_into_view_if_needed()  # out of sight a frame rests
    _until(shown, "performance.getEntriesByType('paint').length")
    _until(shown, "innerHeight === Math.ceil(document.body.getBoundingClientRect().height)")
    assert shown.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _answer(request: Request) -> Response:
    answer = request.response()
    assert answer is not None
    assert "content-encoding" not in answer.headers
    return answer


def _until(shown: Frame, condition: str) -> None:
    """Wait, frame by frame: our policy forbids the eval that Playwright would wait with."""
    shown.evaluate(
        f"new Promise((done) => {{ const look = () => {condition} ? done() : requestAnimationFrame(look); look(); }})"
    )


def _module(world: World, pair: Pair) -> int:
    rows = world.services.placements.standing([world.programme_id])
    return next(
        row.lms_module_id for row, course in rows if row.widget == "check-in" and course.lms_id == pair.course
    )


def _talk(world: World, pair: Pair, times: int) -> None:
    for number in range(times):
        _say(world, pair, f"{number}: " + "words " * 22)


def _say(world: World, pair: Pair, note: str) -> None:
    """A check-in of the adviser."""
    line = world.line(pair)
    adviser = next(member for member in line.members if member.side is Side.ADVISER)
    viewer = Viewer(adviser.person_id, line.engagement.course_id, teacher=False)
    form_key = str(abs(hash(note))).ljust(22, "0")
    world.services.mentoring.check_in(
        viewer, line.engagement.id, mood=Mood.GOOD, contact=Contact.MESSAGE, note=note, form_key=form_key
    )


def _rename(world: World, pair: Pair, name: str) -> None:
    adviser = next(member for member in world.line(pair).members if member.side is Side.ADVISER)
    with world.services.db.begin() as session:
        session.get_one(Person, adviser.person_id).full_name = name
