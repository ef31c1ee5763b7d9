"""What holds for every page of the admin: it opens, it is sound, and it holds no word of what people wrote."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from companion.models.engagement import Contact, Fit, Mood, Side, TrustItem
from companion.services.mentoring import Viewer
from tests.begun import Begun
from tests.functional.admin.confided import name_to_hear
from tests.functional.admin.test_access import routes
from tests.functional.admin.visitor import Page, Visitor
from tests.reviewed import pair_ids

SECRET = "Zanzibar lighthouse paragraph"


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, once on each kind of database."""
    return begun_on


@pytest.fixture
def begun_ids(installation: Begun, proposed: int, admin: Visitor) -> dict[str, int]:
    """An id of each kind that exists; the administrator is named to hear concerns, and so opens every page."""
    name_to_hear(installation)
    return {
        "programme_id": installation.programme_id,
        "run_id": proposed,
        **pair_ids(installation, proposed),
        "platform_id": installation.services.lti.platforms()[0].id,
        "entry_id": 1,
        "person_id": installation.meeting.adviser.person_id,
        "engagement_id": installation.meeting.id,
        "approved_id": installation.services.matching.history(installation.programme_id)[0][-1].run.id,
        "account_id": installation.services.staff.all()[0].account.id,
    }


def every_page(admin: Visitor, app: Flask, ids: dict[str, int]) -> Iterator[Page]:
    answers = [admin.get(route.format(**ids)) for route in routes(app, "GET")]
    found = [page for page in answers if page.response.mimetype == "text/html"]
    assert len(found) >= 11
    yield from found
    for run in ids["run_id"], ids["approved_id"]:
        yield admin.get(f"/admin/runs/{run}")


def test_every_page_is_sound(admin: Visitor, begun_app: Flask, begun_ids: dict[str, int]) -> None:
    for page in every_page(admin, begun_app, begun_ids):
        if page.response.mimetype != "text/html":
            continue
        for fault in faults(page.html):
            pytest.fail(f"{page.path}: {fault}")


def faults(html: BeautifulSoup) -> Iterator[str]:
    """What is wrong with a page, as far as its HTML tells."""
    levels = [int(heading.name[1]) for heading in html.select("h1, h2, h3, h4")]
    if levels.count(1) != 1:
        yield "not one h1"
    if any(later > before + 1 for before, later in pairwise(levels)):
        yield f"headings skip a level: {levels}"
    ids = [str(each["id"]) for each in html.select("[id]")]
    if len(ids) != len(set(ids)):
        yield f"ids stand twice: {sorted(each for each in ids if ids.count(each) > 1)}"
    if html.select("[style], style, script:not([src]), [onclick], [onsubmit]"):
        yield "inline style or script, which the policy forbids"
    for table in html.select("table"):
        if table.select_one("caption") is None or table.select("th:not([scope])"):
            yield "a table without a caption, or a heading without a scope"
    labels = {str(label.get("for")) for label in html.select("label[for]")}
    for field in html.select("input:not([type=hidden]), select, textarea"):
        if field.find_parent("label") is None and field.get("id") not in labels:
            yield f"a field without a label: {field.get('name')}"
    for named in html.select("[aria-describedby], [aria-labelledby]"):
        told = f"{named.get('aria-describedby', '')} {named.get('aria-labelledby', '')}".split()
        if not set(told) <= set(ids):
            yield f"{named.name} refers to {set(told) - set(ids)}, which is not there"
    for form in html.select('form[method="post"]'):
        if form.select_one("input[name=csrf_token]") is None:
            yield f"a form without its token: {form.get('action')}"


def test_no_page_holds_a_word_of_what_people_wrote(
    admin: Visitor, begun_app: Flask, installation: Begun, begun_ids: dict[str, int]
) -> None:
    mentoring = installation.services.mentoring
    line = next(
        line
        for line in installation.services.engagements.of_programme(installation.programme_id)
        if line.course
    )
    viewers = {m.side: Viewer(m.person_id, line.engagement.course_id, teacher=False) for m in line.members}
    for side, viewer in viewers.items():
        mentoring.check_in(
            viewer,
            line.engagement.id,
            mood=Mood.HARD,
            contact=Contact.CALL,
            note=SECRET,
            form_key=f"{side.value:x<24}",
        )
    mentoring.feedback(
        viewers[Side.LEARNER],
        line.engagement.id,
        fit=Fit.UNSURE,
        trust_item=TrustItem.ABILITY,
        trust_score=2,
        form_key="f" * 24,
    )
    assert any(
        SECRET in (c.note or "")
        for e in mentoring.widget(viewers[Side.ADVISER]).engagements
        for c in e.check_ins
    )
    for page in every_page(admin, begun_app, begun_ids):
        for word in SECRET.split():
            assert word.lower() not in page.response.text.lower(), page.path
        # The mood as the widget words it; prompts may speak of what is hard going.
        assert "Hard going" not in page.response.text, page.path
