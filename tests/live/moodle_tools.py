"""What an administrator and a teacher do with a tool that registers itself (docs/moodle-setup.md)."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.live.moodle_admin import open_tools

_FRAME = "iframe[src*='startltiadvregistration.php']"
_CLOSED_OR_ASKS = f"""() => {{
  const frame = document.querySelector("{_FRAME}");
  return !frame || frame.contentDocument?.querySelector("button[data-href]");
}}"""


class MoodleTools:
    """The page "Manage tools", before a signed-in administrator."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def register(self, address: str, *, update: bool = False) -> None:
        """Paste the address; where Moodle knows the domain it asks: update the newest tool, or make a new one."""
        self._open()
        self.page.get_by_placeholder("Tool URL...").fill(address)
        self.page.get_by_role("button", name="Add LTI Advantage").click()
        self.page.wait_for_function(_CLOSED_OR_ASKS)
        if self.page.locator(_FRAME).count():
            asks = self.page.frame_locator(_FRAME)
            if frame := self.page.frame(url=re.compile("startltiadvregistration")):
                frame.wait_for_load_state("networkidle")  # Moodle's scripts take hold of the buttons
            # A tool that an administrator made by hand may stand in the list as well, in whatever place.
            known = asks.locator("td button[data-href]").evaluate_all(
                "all => all.map(one => Number(new URL(one.dataset.href, location).searchParams.get('type')))"
            )
            asks.locator(f"button[data-href$='&type={max(known) if update else 0}']").click()
        expect(self.page.locator(_FRAME)).to_have_count(0, timeout=30_000)  # our page had the frame closed

    def pending(self, name: str) -> Locator:
        """The cards of tools that wait to be activated."""
        self._open()
        return self._cards(name).filter(has_text="Pending")

    def activate(self, name: str) -> None:
        """Activate the tool that waits."""
        self.pending(name).first.get_by_role("link", name="Activate").or_(
            self.pending(name).first.get_by_role("button", name="Activate")
        ).first.click()
        expect(self._cards(name).filter(has_text="Pending")).to_have_count(0)

    def show_in_chooser(self, name: str, description: str) -> int:
        """Two settings that no tool can make for itself; gives the number of the tool."""
        page = self.page
        self._open()
        self._cards(name).filter(has_text=description).get_by_role("link", name="Edit").click()
        page.wait_for_url("**/typessettings.php?*")
        number = int(parse_qs(urlsplit(page.url).query)["id"][0])
        page.get_by_role("combobox", name="Tool configuration usage").select_option(
            label="Show in activity chooser and as a preconfigured tool"
        )
        page.get_by_role("combobox", name="Default launch container").select_option(label="Existing window")
        page.get_by_role("button", name="Save changes").click()
        page.wait_for_url("**/toolconfigure.php*")
        return number

    def remove(self, name: str, description: str) -> None:
        """Delete every tool of this name and description, so that the site is as it was."""
        self._open()
        cards = self._cards(name).filter(has_text=description)
        for _ in range(cards.count()):
            self._open()
            cards.first.get_by_role("link", name="Delete").click()
            self.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
            self.page.wait_for_load_state("networkidle")

    def _open(self) -> None:
        open_tools(self.page, self.url)

    def _cards(self, name: str) -> Locator:
        return self.page.locator(".tool-card").filter(has_text=name)


class MoodleTeacher:
    """A signed-in teacher, in a course."""

    def __init__(self, page: Page, url: str, course_id: int) -> None:
        self.page = page
        self.url = url
        self.course_id = course_id

    def choose_content(self, tool: int) -> FrameLocator:
        """Begin to add an activity of the tool, by its number, and open its own page: "Select content".

        By its name it might be a tool of the same name that an administrator made by hand.
        """
        page = self.page
        self._open()
        if not page.get_by_label("Edit mode").is_checked():
            page.get_by_label("Edit mode").click()
            page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="Add an activity or resource").first.click()
        offered = page.get_by_role("dialog").locator(f"a[href*='typeid={tool}&']")
        offered.locator("visible=true").first.click()
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="Select content").click()
        return page.get_by_role("dialog").frame_locator("iframe")

    def save(self) -> int:
        """Save the form that the choice filled in; gives the activity's number."""
        page = self.page
        before = self._activities()
        page.get_by_role("button", name="Save and return to course").click()
        page.wait_for_url("**/course/view.php?id=*")
        [made] = self._activities() - before
        return made

    def delete(self, module_id: int) -> None:
        """Take the activity out again."""
        self.page.goto(f"{self.url}/course/mod.php?delete={module_id}")
        self.page.get_by_role("button", name="Continue").or_(
            self.page.get_by_role("button", name="Yes")
        ).first.click()

    def _open(self) -> None:
        self.page.goto(f"{self.url}/course/view.php?id={self.course_id}")
        self.page.wait_for_load_state("networkidle")

    def _activities(self) -> set[int]:
        links = self.page.context.new_page()
        links.goto(f"{self.url}/course/view.php?id={self.course_id}")
        found = links.locator("a[href*='/mod/lti/view.php?id=']").evaluate_all("all => all.map(a => a.href)")
        links.close()
        return {int(parse_qs(urlsplit(href).query)["id"][0]) for href in found}
