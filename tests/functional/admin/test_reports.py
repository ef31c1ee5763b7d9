"""Reports: pictures with their tables, exactly the same as CSV, thresholds that only rise."""

import csv
from io import StringIO

import pytest

from companion.models.engagement import Contact, Fit, Mood, TrustItem
from companion.web.admin.report_rows import _safe
from companion.web.wording import HEADLINES
from tests.begun import Begun
from tests.functional.admin.visitor import Page, Visitor


@pytest.fixture
def reported(installation: Begun) -> str:
    """Two weeks in which everybody who meets checked in; the address of the report."""
    for week in range(2):
        for meeting in installation.meetings:
            viewer = meeting.seen_by(meeting.learner)
            key = f"{week}-{meeting.id}".rjust(24, "x")
            installation.services.mentoring.check_in(
                viewer, meeting.id, mood=Mood.GOOD, contact=Contact.CALL, note="", form_key=f"c{key}"
            )
            installation.services.mentoring.feedback(
                viewer,
                meeting.id,
                fit=Fit.GOOD,
                trust_item=TrustItem.ABILITY,
                trust_score=5,
                form_key=f"f{key}",
            )
        installation.clock.move(days=7)
    installation.services.reporting.run()
    return f"/admin/programmes/{installation.programme_id}/report"


def tables(page: Page) -> dict[str, list[list[str]]]:
    """The rows of each table by its caption."""
    return {
        table.caption.get_text(strip=True): page.rows(number)  # type: ignore[union-attr]
        for number, table in enumerate(page.html.select("table"))
    }


def exported(admin: Visitor, address: str) -> list[list[str]]:
    answer = admin.client.get(address)
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))


def test_before_the_first_week_is_over_the_page_says_when_there_will_be_something(
    admin: Visitor, installation: Begun
) -> None:
    page = admin.get(f"/admin/programmes/{installation.programme_id}/report")
    assert "Nothing to tell yet" in page.words
    assert not page.html.select("svg.chart")


def test_every_picture_has_its_table(admin: Visitor, installation: Begun, reported: str) -> None:
    page = admin.get(reported)
    met = len(installation.meetings)
    everybody = len(installation.services.engagements.of_programme(installation.programme_id))
    figures = tables(page)
    assert figures["Contact by week"][-1] == ["All", str(2 * everybody), str(2 * met)]
    assert figures["Trust by week"][-1] == ["All", "0", "0", "0", "0", str(2 * met)]
    for section in page.html.select("section:has(svg.chart)"):
        assert section.select_one("table")
    assert len(page.html.select("svg.chart")) >= 4


def test_the_export_is_exactly_what_the_page_shows(admin: Visitor, reported: str) -> None:
    for question in ("", "?by=department", "?since=2026-11-30"):
        page = admin.get(reported + question)
        lines = exported(admin, f"{reported}.csv{question}")
        told = [line for line in lines if line[0] == "Contact" and not line[3]]
        assert [line[4] for line in told[:2]] == tables(page)["Contact by week"][-1][1:]
        shown = {
            section.h2.get_text(strip=True): section.select_one(".headline .number").get_text(strip=True)  # type: ignore[union-attr]
            for section in page.html.select("section:has(.headline)")
        }
        sums = {line[0]: line[4] for line in lines if not line[3] and line[1] in HEADLINES.values()}
        assert sums == shown
        assert {"Contact", "Trust"} <= shown.keys()
        compared = {line[2].partition(": ")[2] for line in lines if line[0] == "Compared"}
        rows = next(rows for caption, rows in tables(page).items() if caption.startswith("Figures by"))
        assert compared == {row[0] for row in rows}


def test_a_report_is_narrowed_to_what_is_offered(admin: Visitor, reported: str) -> None:
    whole = admin.get(reported)
    offered = [str(option["value"]) for option in whole.html.select("#to option[value]") if option["value"]]
    assert offered
    page = admin.get(f"{reported}?to={offered[0]}")
    assert page.html.select_one("#to option[selected]")["value"] == offered[0]  # type: ignore[index]
    assert "Nothing to tell for this question" in admin.get(f"{reported}?to=department=Nowhere").words


@pytest.mark.parametrize(
    "question", ["to=nonsense", "since=tomorrow", "until=x", "by=star-sign", "to=salary=1"]
)
def test_a_question_that_cannot_be_asked_says_so(admin: Visitor, reported: str, question: str) -> None:
    page = admin.get(f"{reported}?{question}", status=422)
    assert page.html.select('[role="alert"]')
    admin.get(f"{reported}.csv?{question}", status=422)


def test_thresholds_are_raised_and_never_lowered(admin: Visitor, reported: str) -> None:
    page = admin.press(admin.get(reported), "Raise for good", least="8", least_for_text="12")
    assert page.flashes == ["The thresholds are raised. They cannot be lowered again."]
    again = admin.press(page, "Raise for good", status=422, least="5", least_for_text="12")
    assert "only rises" in again.errors()["least"]
    assert again.form("Raise for good").select_one("#least")["value"] == "5"  # type: ignore[index]


def test_a_name_that_a_spreadsheet_would_run_is_written_as_text(
    admin: Visitor, installation: Begun, reported: str
) -> None:
    assert [_safe(name) for name in ("=1+1", "@x", "-2", "Sales = good")] == [
        "'=1+1",
        "'@x",
        "'-2",
        "Sales = good",
    ]


def test_the_list_of_reports_leads_to_each(admin: Visitor, installation: Begun) -> None:
    page = admin.get("/admin/reports")
    assert page.link("Onboarding companions").endswith(f"/programmes/{installation.programme_id}/report")
