"""Programmes: the list, the form, the page of one, and what is asked for there."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from companion.models.programme import NewHireRule
from companion.services.registry import Services
from tests.begun import Begun
from tests.functional.admin.visitor import Page, Visitor, values_of
from tests.sites import Lms

MAKE = "Make the programme"


def courses_of(page: Page) -> dict[str, str]:
    """The value to choose for each course of the form, by its short name."""
    return {
        label.select_one(".muted").get_text(): str(label.select_one("input")["value"])  # type: ignore[union-attr, index]
        for label in page.html.select("#course_ids .pick")
    }


def test_without_moodle_the_pages_say_what_comes_first(newcomer: Visitor) -> None:
    for path in ("/admin/programmes", "/admin/programmes/new"):
        page = newcomer.get(path)
        assert page.heading == "Something comes first"
        assert "python -m companion connect" in page.words


def test_without_a_programme_the_list_says_what_one_is_and_leads_to_the_form(connected: Visitor) -> None:
    page = connected.get("/admin/programmes")
    assert "No programme yet" in page.words
    assert connected.get(page.link("Make the first programme")).heading == "New programme"


def test_the_form_offers_the_courses_of_moodle_but_not_the_template(connected: Visitor) -> None:
    offered = courses_of(connected.get("/admin/programmes/new"))
    assert {"ONB-SALES", "ONB-ENG", "WELCOME"} <= set(offered)
    assert "CAIRN-TEMPLATE" not in offered


def test_a_programme_made_with_the_form_has_what_was_typed(connected: Visitor, services: Services) -> None:
    page = connected.get("/admin/programmes/new")
    course = courses_of(page)["ONB-ENG"]
    page = connected.press(
        page,
        MAKE,
        name="  Engineers ",
        course_ids=[course],
        new_hire_field="startdate",
        new_hire_days=21,
        recent_from_days=10,
        recent_to_days=90,
        weeks=2,
        capacity=3,
        min_shared_hours=1,
        weight_hours=40,
        weight_same_team=-5,
    )
    assert page.heading == "Engineers"
    assert "2 weeks" in page.words
    assert "at most 3 learners at a time" in page.words
    view = services.programmes.view(services.programmes.listed()[0].id)
    row = view.programme
    assert view.course_ids == (int(course),)
    assert (row.name, row.new_hire_rule, row.new_hire_field) == (
        "Engineers",
        NewHireRule.PROFILE_DATE,
        "startdate",
    )
    assert (row.new_hire_days, row.recent_from_days, row.recent_to_days) == (21, 10, 90)
    assert (row.weeks, row.capacity, row.min_shared_hours) == (2, 3, 1)
    assert (row.weights["hours"], row.weights["same_team"], row.weights["topics"]) == (40, -5, 35)


def test_a_form_with_faults_comes_back_filled_in_with_a_sentence_beside_each(
    connected: Visitor, services: Services
) -> None:
    page = connected.get("/admin/programmes/new")
    typed = {
        "name": " ",
        "new_hire_rule": "cohort",
        "new_hire_days": "0",
        "recent_from_days": "200",
        "weeks": "3",
        "capacity": "5",
        "min_shared_hours": "9",
        "weight_hours": "-1",
    }
    page = connected.press(page, MAKE, status=422, **typed)
    assert set(page.errors()) == {
        "name",
        "course_ids",
        "new_hire_cohort_id",
        "new_hire_days",
        "recent_to_days",
        "weeks",
        "capacity",
        "min_shared_hours",
        "weight_hours",
    }
    assert page.errors()["name"] == "Give the programme a name."
    kept = values_of(page.form(MAKE))
    assert {name: kept.get(name, "") for name in typed if name != "weeks"} == {
        name: value for name, value in typed.items() if name != "weeks"
    }
    summary = {str(a["href"]).removeprefix("#") for a in page.html.select('[role="alert"] a')}
    assert summary == set(page.errors())
    assert all(page.html.find(id=name) for name in summary)
    assert page.html.select_one("details[open]") is not None, "the weights hold a fault and must be shown"
    assert services.programmes.listed() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weeks", "a few"),
        ("capacity", ""),
        ("weight_topics", "1.5"),
        ("new_hire_rule", "horoscope"),
        ("new_hire_field", "x" * 101),
        ("name", "x" * 201),
        ("course_ids", ["many"]),
        ("course_ids", ["987654"]),
        ("course_ids", [str(2**70)]),
        ("capacity", "9" * 400),
    ],
)
def test_what_no_browser_would_send_gets_a_sentence_too(
    connected: Visitor, services: Services, name: str, value: object
) -> None:
    page = connected.get("/admin/programmes/new")
    sent = {"name": "A programme", "course_ids": [courses_of(page)["WELCOME"]], name: value}
    page = connected.press(page, MAKE, status=422, **sent)
    assert list(page.errors()) == [name]
    assert services.programmes.listed() == []


def test_a_cohort_that_is_not_there_cannot_be_chosen(connected: Visitor, services: Services) -> None:
    page = connected.get("/admin/programmes/new")
    sent: dict[str, Any] = {"name": "A programme", "course_ids": list(courses_of(page).values())}
    page = connected.press(
        page, MAKE, status=422, new_hire_rule="cohort", new_hire_cohort_id="987654", **sent
    )
    assert list(page.errors()) == ["new_hire_cohort_id"]


def test_a_course_deleted_while_the_form_was_open_is_told(
    connected: Visitor, services: Services, moodle: Lms
) -> None:
    page = connected.get("/admin/programmes/new")
    chosen = courses_of(page)["ONB-CARE"]
    moodle.sandbox.delete_course(moodle.sandbox.find_course("ONB-CARE").id)
    services.sync.run(allow_removals=True)
    page = connected.press(page, MAKE, status=422, name="Care", course_ids=[chosen])
    assert page.errors() == {"course_ids": "One of the courses is no longer in Moodle. Choose again."}


def test_a_form_sent_twice_makes_one_programme(connected: Visitor, services: Services) -> None:
    page = connected.get("/admin/programmes/new")
    sent: dict[str, Any] = {"name": "Once", "course_ids": list(courses_of(page).values())}
    connected.press(page, MAKE, **sent)
    page = connected.press(page, MAKE, status=422, **{**sent, "name": "ONCE "})
    assert page.errors() == {"name": "There is already a programme of this name."}
    assert len(services.programmes.listed()) == 1


def test_a_rule_keeps_only_what_belongs_to_it(admin: Visitor, installation: Begun) -> None:
    [(cohort_id, cohort), *_] = installation.services.sites.cohorts()
    address = f"/admin/programmes/{installation.programme_id}/edit"
    page = admin.press(
        admin.get(address), "Keep the rules", new_hire_rule="cohort", new_hire_cohort_id=str(cohort_id)
    )
    assert cohort in page.words
    row = installation.services.programmes.view(installation.programme_id).programme
    assert (row.new_hire_field, row.new_hire_cohort_id) == (None, cohort_id)
    page = admin.press(admin.get(address), "Keep the rules", new_hire_rule="first_enrolment")
    assert "First enrolled in one of the courses at most 45 days ago." in page.words
    assert (
        installation.services.programmes.view(installation.programme_id).programme.new_hire_cohort_id is None
    )


def test_the_edit_form_shows_the_rules_and_sending_it_unchanged_changes_none(
    admin: Visitor, installation: Begun
) -> None:
    before = installation.services.programmes.view(installation.programme_id)
    rules = {
        name: value
        for name, value in vars(before.programme).items()
        if name not in {"version"} and name[0] != "_"
    }
    page = admin.press(admin.get(f"/admin/programmes/{installation.programme_id}/edit"), "Keep the rules")
    assert page.heading == "Onboarding companions"
    assert "engagements that run stay as they are" in page.flashes[0]
    after = installation.services.programmes.view(installation.programme_id)
    assert after.course_ids == before.course_ids
    assert {name: getattr(after.programme, name) for name in rules} == rules
    assert after.programme.version == before.programme.version + 1


def test_another_programmes_name_cannot_be_taken(
    admin: Visitor, installation: Begun, make_second: Callable[..., int]
) -> None:
    page = admin.get(f"/admin/programmes/{make_second()}/edit")
    page = admin.press(page, "Keep the rules", status=422, name="Onboarding companions")
    assert page.errors() == {"name": "There is already a programme of this name."}
    assert page.heading == "Change the programme"


def test_the_list_shows_courses_and_whom_the_rules_find(admin: Visitor, installation: Begun) -> None:
    view = installation.services.programmes.view(installation.programme_id)
    [[name, courses, length, new, recent]] = admin.get("/admin/programmes").rows()
    assert name == "Onboarding companions"
    assert courses == ", ".join(view.course_names)
    assert (length, new, recent) == ("4 weeks", str(view.new_hires), str(view.recent_learners))


def test_before_anybody_was_read_the_page_leads_to_the_sync_and_offers_no_proposal(
    connected: Visitor, services: Services
) -> None:
    page = connected.get("/admin/programmes/new")
    page = connected.press(page, MAKE, name="Early", course_ids=list(courses_of(page).values()))
    assert "have not been read from Moodle yet" in page.words
    assert page.link("Read people from Moodle") == "/admin/sync"
    assert not buttons(page, "Propose pairs")
    token = connected.token()
    answer = connected.client.post(f"{page.path}/propose", data={"csrf_token": token})
    assert answer.status_code == 409
    assert "Nobody has been read from Moodle yet" in answer.text


def test_proposing_leads_to_the_proposal_and_lists_it(
    admin: Visitor, installation: Begun, make_second: Callable[..., int]
) -> None:
    installation.clock.move(minutes=1)
    programme_id = make_second()
    installation.clock.move(minutes=1)
    installation.services.sync.run()
    address = f"/admin/programmes/{programme_id}"
    page = admin.press(admin.get(address), "Propose pairs")
    assert page.heading.startswith("Proposal of 23 Nov 2026")
    run = installation.services.matching.latest(programme_id)
    assert run is not None
    assert page.path == f"/admin/runs/{run.id}"
    view = installation.services.matching.view(run.id)
    page = admin.get(address)
    [row] = page.rows(0)
    assert row[1:] == [str(len(view.pairs)), str(len(view.unmatched)), "Waiting for approval", "Not yet"]
    admin.press(page, "Propose pairs")
    states = [row[3:] for row in admin.get(address).rows(0)]
    assert states == [["Waiting for approval", "Not yet"], ["Discarded", "Replaced by a newer proposal"]]


def test_the_page_shows_where_widgets_stand(admin: Visitor, installation: Begun) -> None:
    rows = admin.get(f"/admin/programmes/{installation.programme_id}").rows(1)
    assert [row[0] for row in rows] == list(
        installation.services.programmes.view(installation.programme_id).course_names
    )
    assert {row[1] for row in rows} == {"Check-in Feedback"}


def buttons(page: Page, text: str) -> list[Tag]:
    """The buttons that begin with this text."""
    return [each for each in page.html.select("button") if each.get_text(strip=True).startswith(text)]


def test_rules_can_be_tried_before_they_are_kept(admin: Visitor, installation: Begun) -> None:
    """By the script, which takes the part alone, and without one by the button beside it."""
    before = installation.services.programmes.view(installation.programme_id)
    page = admin.get(f"/admin/programmes/{installation.programme_id}/edit")
    assert f"Are new ({before.new_hires})" in page.words
    sent = {**values_of(page.form("Keep the rules")), "new_hire_days": "1"}
    [button] = buttons(page, "Look again")
    address = str(button["formaction"]).partition("#")[0]
    whole = BeautifulSoup(admin.client.post(address, data=sent).text, "html.parser")
    part = admin.client.post(address, data=sent, headers={"X-Fragment": "found"}).text
    assert whole.select_one("#new_hire_days")["value"] == "1"  # type: ignore[index]
    assert "<html" not in part
    for shown in whole, BeautifulSoup(part, "html.parser"):
        number = int(shown.select_one("h3 .number").text.strip("()"))  # type: ignore[union-attr]
        assert number < before.new_hires
    faulty = admin.client.post(address, data={**sent, "recent_to_days": "1"}, headers={"X-Fragment": "found"})
    assert "The window must end after it begins" in faulty.text
    assert admin.client.post(address, data={**sent, "recent_to_days": "1"}).status_code == 422
    after = installation.services.programmes.view(installation.programme_id)
    assert after.programme.version == before.programme.version
