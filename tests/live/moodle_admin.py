"""What Moodle's administrator does by hand (docs/moodle-setup.md), done in a browser by the same labels."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Locator, Page

TEMPLATE = "CAIRN-TEMPLATE"


def fresh_page(context: BrowserContext) -> Page:
    """A page where nobody is signed in; the others are closed, as what they still ask for would begin a session."""
    page = context.new_page()
    for other in context.pages:
        if other is not page:
            other.close()
    context.clear_cookies()
    return page


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    """Sign somebody in to Moodle."""
    page.goto(f"{url}/login/index.php")
    page.wait_for_load_state("networkidle")  # Moodle's scripts take hold of the form
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="User menu").wait_for()


def open_tools(page: Page, url: str) -> None:
    """Open "Manage tools". Its cards come after the page: looked for too early, none is there."""
    page.goto(f"{url}/mod/lti/toolconfigure.php")
    page.locator("#tool-list-container:not(.loading)").wait_for(state="attached")
    page.wait_for_load_state("networkidle")


@dataclass(frozen=True)
class ToolDetails:
    """What "Tool configuration details" shows."""

    issuer: str
    client_id: str
    deployment_id: str
    auth_url: str
    token_url: str
    jwks_url: str


class MoodleAdmin:
    """A signed-in administrator of a Moodle 4.5."""

    def __init__(self, page: Page, url: str, username: str, password: str) -> None:
        self.page = page
        self.url = url
        sign_in(page, url, username, password)

    def ensure_tool(self, name: str, base_url: str) -> ToolDetails:
        """Step 6: register the tool by hand, unless its card is there; read what it was given."""
        open_tools(self.page, self.url)
        if not self._cards(name).count():
            self._add_tool(name, base_url)
        return self._details(name)

    def ensure_template(self, tool: str, widgets: dict[str, str]) -> int:
        """Steps 7 and 8, as far as they are not done: the hidden course with an activity for each widget; gives its id.

        Args:
            widgets: name of the activity by value of the custom parameter `widget`.
        """
        course_id = self._course(TEMPLATE) or self._add_course()
        self.page.goto(f"{self.url}/course/view.php?id={course_id}")
        there = " ".join(self.page.locator(".activity").all_inner_texts())
        for widget, name in widgets.items():
            if name not in there:
                self._add_activity(course_id, tool, widget, name)
        return course_id

    def choose_block_tool(self, tool: str) -> None:
        """Step 2 of the block's README: the external tool that its widgets open."""
        self.page.goto(f"{self.url}/admin/settings.php?section=blocksettingcairn")
        choice = self.page.get_by_role("combobox", name="External tool")
        if choice.locator("option:checked").inner_text() != tool:
            choice.select_option(label=tool)
            self.page.get_by_role("button", name="Save changes").click()
            self.page.get_by_text("Changes saved").wait_for()

    def log_in_as(self, user_id: int, course_id: int) -> None:
        """Become somebody else, as an administrator may ("Log in as" on a profile)."""
        self.page.goto(f"{self.url}/user/view.php?id={user_id}&course={course_id}")
        self.page.get_by_role("link", name="Log in as").click()
        self.page.get_by_role("button", name="Continue").click()
        self.page.wait_for_load_state()

    def username(self, user_id: int) -> str:
        """The name somebody signs in with."""
        self.page.goto(f"{self.url}/user/editadvanced.php?id={user_id}")
        return self.page.get_by_role("textbox", name="Username").input_value()

    def _cards(self, name: str) -> Locator:
        return self.page.locator(".tool-card").filter(has_text=name)

    def _add_tool(self, name: str, base_url: str) -> None:
        page = self.page
        page.get_by_role("link", name="configure a tool manually").click()
        page.get_by_role("textbox", name="Tool name").fill(name)
        page.get_by_role("textbox", name="Tool URL").fill(f"{base_url}/lti/launch")
        page.get_by_role("combobox", name="LTI version").select_option(label="LTI 1.3")
        page.get_by_role("combobox", name="Public key type").select_option(label="Keyset URL")
        page.get_by_role("textbox", name="Public keyset").fill(f"{base_url}/lti/jwks")
        page.get_by_role("textbox", name="Initiate login URL").fill(f"{base_url}/lti/login")
        page.get_by_role("textbox", name="Redirection URI(s)").fill(f"{base_url}/lti/launch")
        page.get_by_role("combobox", name="Tool configuration usage").select_option(
            label="Show in activity chooser and as a preconfigured tool"
        )
        page.get_by_role("combobox", name="Default launch container").select_option(label="Existing window")
        page.get_by_role("button", name="Expand all").or_(
            page.get_by_role("link", name="Expand all")
        ).first.click()
        page.get_by_role("combobox", name="Share launcher's name with tool").select_option(label="Always")
        page.get_by_role("combobox", name="Accept grades from the tool").select_option(label="Never")
        page.get_by_role("button", name="Save changes").click()
        page.wait_for_url("**/toolconfigure.php*")
        page.wait_for_load_state("networkidle")

    def _details(self, name: str) -> ToolDetails:
        self._cards(name).first.get_by_role("link", name="View configuration details").click()
        rows = self.page.get_by_role("dialog").locator("li").filter(has_text=": ")
        rows.filter(has_text="Platform ID").wait_for()
        told = dict(text.split(": ", 1) for text in rows.all_inner_texts())
        return ToolDetails(
            issuer=told["Platform ID"],
            client_id=told["Client ID"],
            deployment_id=told["Deployment ID"],
            auth_url=told["Authentication request URL"],
            token_url=told["Access token URL"],
            jwks_url=told["Public keyset URL"],
        )

    def _course(self, short_name: str) -> int | None:
        self.page.goto(f"{self.url}/course/management.php?search={short_name}")
        found = self.page.locator("li.listitem-course").filter(has_text="Cairn template")
        return int(found.first.get_attribute("data-id") or 0) if found.count() else None

    def _add_course(self) -> int:
        page = self.page
        page.goto(f"{self.url}/course/edit.php?category=1&returnto=catmanage")
        page.get_by_role("textbox", name="Course full name").fill("Cairn template")
        page.get_by_role("textbox", name="Course short name").fill(TEMPLATE)
        page.get_by_role("combobox", name="Course visibility").select_option(label="Hide")
        page.get_by_role("button", name="Expand all").or_(
            page.get_by_role("link", name="Expand all")
        ).first.click()
        page.get_by_role("combobox", name="Number of announcements").select_option(label="0")
        page.get_by_role("button", name="Save and display").click()
        page.wait_for_url("**/course/view.php?id=*")
        return int(parse_qs(urlsplit(page.url).query)["id"][0])

    def _add_activity(self, course_id: int, tool: str, widget: str, name: str) -> None:
        """The activity is saved once to get its number, and again with the frame that names it."""
        page = self.page
        page.goto(f"{self.url}/course/view.php?id={course_id}")
        if not page.get_by_label("Edit mode").is_checked():
            page.get_by_label("Edit mode").click()
            page.wait_for_load_state()
        page.get_by_role("button", name="Add an activity or resource").first.click()
        page.get_by_role("dialog").get_by_role("link", name=tool, exact=False).first.click()
        page.get_by_role("textbox", name="Activity name").fill(name)
        page.locator("#id_showdescription").check()
        page.get_by_role("button", name="Show more...").or_(
            page.get_by_role("link", name="Show more...")
        ).first.click()
        page.get_by_role("textbox", name="Custom parameters").fill(f"widget={widget}")
        page.get_by_role("button", name="Save and return to course").click()
        page.wait_for_url("**/course/view.php?id=*")
        link = (
            page.locator(".activity").filter(has_text=name).locator("a[href*='/mod/lti/view.php?id=']").first
        )
        module_id = parse_qs(urlsplit(link.get_attribute("href") or "").query)["id"][0]
        page.goto(f"{self.url}/course/modedit.php?update={module_id}&return=0")
        source = f"{self.url}/mod/lti/view.php?id={module_id}"
        frame = f'<iframe src="{source}" title="{name}" width="100%" height="560" style="border:0"></iframe>'
        page.wait_for_function(
            "window.tinymce && tinymce.get('id_introeditor') && tinymce.get('id_introeditor').initialized"
        )
        page.evaluate(
            "html => { tinymce.get('id_introeditor').setContent(html); tinymce.triggerSave(); }", frame
        )
        page.get_by_role("button", name="Save and return to course").click()
        page.wait_for_url("**/course/view.php?id=*")
