"""Beside every input stands who will see it: on every page of the widgets, in what people meet there.

The pages are taken from the application, so that a new one is looked at without anybody thinking of it.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from companion.models.engagement import EngagementState, Side
from companion.services.engagements import EngagementLine
from companion.services.mentoring import Viewer
from companion.store import engagements
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget

SAYS_NOTHING = frozenset({"sure"})
"""Fields by which nothing is told to anybody: a tick that what follows is meant."""
LEAST = frozenset(
    {
        *("note", "mood", "contact", "fit", "trust_score", "text", "topics", "credited", "thanked", "to"),
        *("intent", "sign", "due", "new_day", "about", "helps", "wish", "reach", "away", "likes"),
        *("share", "topic", "words", "rematch", "topics_wanted", "topics_offered", "capacity", "name"),
        *("paused_until", "pace", "kind", "audience"),
    }
)
"""Fields that the tour below has to come by: else it looks at less than people see."""


@pytest.fixture
def installation(begun: Begun) -> Begun:
    """On SQLite alone: it is about pages."""
    return begun


def test_it_stands_beside_every_input(
    application: Flask, learner: Launcher, adviser: Launcher, installation: Begun, line: EngagementLine
) -> None:
    _exchange(installation, line)
    met: set[str] = set()
    for one in (learner, adviser):
        widget = one.open()
        for address in _pages(application, widget):
            met |= _audience_told(widget, address)
    with installation.services.db.begin() as session:
        row = engagements.get(session, line.engagement.id)
        assert row is not None
        row.state, row.ended_at = EngagementState.CLOSED, installation.clock()
    widget = learner.open()
    met |= _audience_told(widget, widget.address.replace("/check-in", "/mentoring"))
    assert met >= LEAST, LEAST - met


def _exchange(installation: Begun, line: EngagementLine) -> None:
    """What there must be for every form to be shown: something to settle, to answer and to resolve."""
    services, course_id = installation.services, line.engagement.course_id
    sides = {m.side: Viewer(m.person_id, course_id, teacher=False) for m in line.members}
    mine, theirs, number = sides[Side.LEARNER], sides[Side.ADVISER], line.engagement.id
    today = installation.clock().date()
    for day in (today, today + timedelta(days=2)):
        services.commitments.make(
            mine, number, intent="Read", sign="", due_on=day, form_key=f"{day:%Y%m%d}".ljust(32, "c")
        )
    services.feedback_words.request(theirs, number, about="", form_key="r" * 32)
    ask = services.asks.put(mine, "Who signs?", section=None, topics=(), form_key="a" * 32)
    helper = Viewer(ask.asked[0].person_id, course_id, teacher=False)
    services.asks.answer(helper, ask.id, "Ines does.", form_key="w" * 32)


def _pages(application: Flask, widget: Widget) -> Iterator[str]:
    """The addresses of all pages of a launch."""
    launch_id = widget.address.split("/")[2]
    for rule in application.url_map.iter_rules():
        shown = rule.endpoint.startswith("widgets.") and "GET" in (rule.methods or ())
        if shown and rule.arguments == {"launch_id"}:
            yield rule.rule.replace("<launch_id>", launch_id)


def _audience_told(widget: Widget, address: str) -> set[str]:
    """Look at each input of a page; gives their names."""
    page = BeautifulSoup(widget.client.get(address).get_data(as_text=True), "html.parser")
    told = {str(each["id"]) for each in page.select(".who-sees") if each.get_text(strip=True)}
    met = set()
    for form in page.select("form"):
        for field in _fields(form):
            name, described = str(field["name"]), str(field.get("aria-describedby", "")).split()
            if name in SAYS_NOTHING:
                continue
            met.add(name)
            assert form.select(".who-sees"), f"{name} on {address}: nobody says who will see it"
            free = field.name == "textarea" or field.get("type") == "text"
            assert not free or told & set(described), f"{name} on {address}: nobody tells a screen reader"
    return met


def _fields(form: Tag) -> list[Tag]:
    return [
        field
        for field in form.select("input, textarea, select")
        if field.get("type") not in ("hidden", "submit")
    ]
