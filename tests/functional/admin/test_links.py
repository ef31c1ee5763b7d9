"""Whatever a role is shown, it may follow: no link and no form of any page it opens is refused."""

from collections import Counter
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.routing.exceptions import RequestRedirect

from companion.models.staff import StaffRole
from tests.begun import Begun
from tests.functional.admin.visitor import PASSWORD, Visitor

OF_A_KIND = 2
"""Pages opened of each route: another one of the same shows the same links."""


def enter(begun: Begun, app: Flask, role: StaffRole, programmes: dict[int, bool]) -> Visitor:
    address = f"{role.value}@example.org"
    begun.services.staff.create(address, role.value, PASSWORD, role=role, programmes=programmes)
    visitor = Visitor(app.test_client())
    visitor.press(visitor.get("/account/sign-in"), "Sign in", email=address, password=PASSWORD)
    return visitor


def endpoint(app: Flask, address: str, method: str) -> str:
    try:
        return str(app.url_map.bind("").match(address.partition("?")[0], method)[0])
    except RequestRedirect as redirect:
        return endpoint(app, "/" + redirect.new_url.split("/", 3)[3], method)


@pytest.mark.parametrize("role", StaffRole)
def test_every_link_and_form_of_every_page_is_open_to_who_sees_it(
    role: StaffRole, begun_app: Flask, installation: Begun, make_second: Callable[..., int]
) -> None:
    """From Home on, as far as links lead. A form is sent without its token: whether it may be sent is asked first."""
    installation.clock.move(days=6)
    second = make_second()
    installation.services.matching.propose(second)
    installation.services.watch.run()
    mine = {second: True, installation.programme_id: False} if role is StaffRole.COORDINATOR else {}
    visitor = enter(installation, begun_app, role, mine)
    waiting, asked, opened = ["/admin/"], {"/admin/"}, Counter[str]()
    forms: dict[str, str] = {}
    while waiting:
        address = waiting.pop(0)
        name = endpoint(begun_app, address, "GET")
        if opened[name] >= OF_A_KIND:
            continue
        opened[name] += 1
        answer = visitor.client.get(address, follow_redirects=True)
        assert answer.status_code == 200, (role, address, answer.status_code)
        if answer.mimetype != "text/html":
            continue
        html = BeautifulSoup(answer.text, "html.parser")
        links = {str(a["href"]).partition("#")[0] for a in html.select("a[href]")}
        new = sorted(link for link in links - asked if link.startswith(("/admin", "/account/me")))
        asked.update(new)
        waiting += new
        for form in html.select("form[method=post]"):
            forms.setdefault(
                endpoint(begun_app, str(form.get("action") or address), "POST"), str(form["action"])
            )
    assert len(opened) > 20, opened
    for action in forms.values():
        if action.startswith("/admin"):
            assert visitor.client.post(action).status_code == 400, (role, action)
    assert any(action.startswith("/admin") for action in forms.values()) == (role is not StaffRole.AUDITOR)
