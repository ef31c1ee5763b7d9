"""Enrolment and completion times out of a custom report."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_client import PARTICIPANTS_SOURCE, MalformedReply, MoodleClient, Participation, ReportUnsuitable
from lms_client.functions import Function
from lms_client.testing import FakeTransport

COURSE, PERSON = "Course full name with link", "Full name with link"
DATES = ("Time started", "Time completed")
NOON = "Monday, 2 March 2026, 12:00 PM"


def course(number: int) -> str:
    return f'<a href="http://localhost/course/view.php?id={number}">R&amp;D</a>'


def person(number: int) -> str:
    return f'<a href="http://localhost/user/profile.php?id={number}">Ana "id=9" Diaz</a>'


def page(headers: list[str], *rows: list[str | None], total: int | None = None) -> dict[str, Any]:
    data = {
        "headers": headers,
        "rows": [{"columns": row} for row in rows],
        "totalrowcount": len(rows) if total is None else total,
    }
    return {"details": {"source": PARTICIPANTS_SOURCE}, "data": data, "warnings": []}


def read(*pages: dict[str, Any], page_size: int = 1000) -> list[Participation]:
    fake = FakeTransport()
    fake.in_turn(Function.REPORT, *pages)
    return list(MoodleClient(fake).participation(1, page_size=page_size))


def one(headers: list[str], *cells: str | None) -> Participation:
    (found,) = read(page([COURSE, PERSON, *headers], [course(4), person(43), *cells]))
    return found


def test_the_recorded_report(body_of: Callable[[str], Any]) -> None:
    body = body_of("core_reportbuilder_retrieve_report.page0")
    body["data"]["totalrowcount"] = 3
    found = read(body)
    assert [(each.course_id, each.user_id, each.completed) for each in found] == [
        (4, 43, True),
        (4, 139, True),
        (4, 66, True),
    ]
    # "Time created" is 23 November, when the site was filled; the enrolments began before.
    assert [each.enrolled_at for each in found] == [
        datetime(2026, 8, 16, 2, 1, tzinfo=UTC),
        datetime(2026, 11, 14, 2, 1, tzinfo=UTC),
        datetime(2026, 11, 6, 2, 1, tzinfo=UTC),
    ]
    assert found[1].completed_at == datetime(2026, 11, 23, 2, 2, tzinfo=UTC)


def test_language_and_time_zone_are_fixed_and_pages_counted(body_of: Callable[[str], Any]) -> None:
    first, last = (
        body_of("core_reportbuilder_retrieve_report.page0"),
        body_of("core_reportbuilder_retrieve_report.past_the_end"),
    )
    first["data"]["totalrowcount"] = last["data"]["totalrowcount"] = 6
    fake = FakeTransport()
    fake.in_turn(Function.REPORT, first, first, last)
    assert len(list(MoodleClient(fake).participation(1, page_size=3))) == 3
    pinned = {"moodlewssettinglang": "en", "moodlewssettingtimezone": "UTC"}
    assert fake.calls == [
        (Function.REPORT, {"reportid": 1, "page": 0, "perpage": 3, **pinned}),
        (Function.REPORT, {"reportid": 1, "page": 1, "perpage": 3, **pinned}),
    ]


def test_columns_are_found_by_header_in_any_order() -> None:
    headers = ["Time completed", PERSON, "Username", "Time started", COURSE]
    (found,) = read(page(headers, [NOON, person(7), "x", "Sunday, 1 March 2026, 12:30 AM", course(2)]))
    assert found == Participation(
        course_id=2,
        user_id=7,
        enrolled_at=datetime(2026, 3, 1, 0, 30, tzinfo=UTC),
        completed_at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
        completed=True,
    )


def test_the_earlier_of_started_and_enrolled_counts_and_created_only_without_them() -> None:
    headers = ["Time created", "Time started", "Time enrolled", "Time completed"]
    later, first = "Thursday, 1 January 2026, 1:00 AM", "Monday, 1 December 2025, 1:00 PM"
    created = "Friday, 1 August 2025, 1:00 AM"
    assert one(headers, created, later, first, "").enrolled_at == datetime(2025, 12, 1, 13, tzinfo=UTC)
    assert one(headers, created, first, "", "").enrolled_at == datetime(2025, 12, 1, 13, tzinfo=UTC)
    assert one(headers, created, "", "", "").enrolled_at == datetime(2025, 8, 1, 1, tzinfo=UTC)
    assert one(headers, "", "", "", "").enrolled_at is None


def test_a_course_is_found_in_whichever_of_its_columns_links_to_it() -> None:
    headers = [COURSE, "Course short name with link", PERSON, *DATES]
    pairs = [
        (course(2), ""),
        ("", course(3)),
        ("", course(4)),
        (course(2), ""),
        (course(5), course(6)),
        ("", ""),
    ]
    rows: list[list[str | None]] = [
        [long, short, person(number), NOON, ""] for number, (long, short) in enumerate(pairs, 7)
    ]
    body = page(headers, *rows)
    assert [found.course_id for found in read(body)] == [2, 3, 4, 2, 5]


@pytest.mark.parametrize("nothing", ["", None, "-", "Never", " "])
def test_without_a_completion_time_it_is_not_completed(nothing: str | None) -> None:
    found = one([*DATES], NOON, nothing)
    assert (found.completed, found.completed_at) == (False, None)


def test_completed_without_a_time() -> None:
    found = one([*DATES, "Completed"], NOON, "", "Yes")
    assert (found.completed, found.completed_at) == (True, None)
    assert not one([*DATES, "Completed"], NOON, "", "No").completed


def test_rows_of_one_person_in_a_course_become_one() -> None:
    march, april = NOON, "Wednesday, 1 April 2026, 9:15 PM"
    headers = [COURSE, PERSON, *DATES]
    found = read(
        page(headers, [course(1), person(5), april, march], [course(2), person(5), march, ""], total=4),
        page(headers, [course(1), person(5), march, april], [course(1), person(5), "", ""], total=4),
        page_size=2,
    )
    assert found == [
        Participation(
            1, 5, datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 4, 1, 21, 15, tzinfo=UTC), True
        ),
        Participation(2, 5, datetime(2026, 3, 2, 12, tzinfo=UTC), None, False),
    ]


def test_rows_without_a_person_are_passed_over() -> None:
    assert read(page([COURSE, PERSON, *DATES], [course(1), "", "", ""], [course(1), None, "", ""])) == []


def test_links_may_carry_more_than_the_id() -> None:
    link = '<a class="x" href="https://h/moodle/user/view.php?course=3&amp;id=9000000000&amp;x=1"><img src="a"/>A</a>'
    headers = [COURSE, "Full name with picture and link", *DATES]
    (found,) = read(page(headers, [course(3), link, NOON, ""]))
    assert found.user_id == 9_000_000_000


@pytest.mark.parametrize("cell", ["Ana Diaz", '<a href="http://[x/user/profile.php?id=no">A</a>', course(4)])
def test_a_cell_that_links_to_nobody_is_told_without_its_text(cell: str) -> None:
    with pytest.raises(MalformedReply) as caught:
        read(page([COURSE, PERSON, *DATES], [course(1), cell, NOON, ""]))
    assert caught.value.field == "the column 'Full name with link'"
    assert cell not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "missing"),
    [
        ([COURSE, PERSON, "Time started"], ("Time completed",)),
        ([COURSE, PERSON, "Time completed"], ("Time started",)),
        ([COURSE, "Full name", *DATES], ("Full name with link",)),
        (["Kurs", "Name", "Begonnen"], (COURSE, PERSON, *DATES)),
    ],
)
def test_missing_columns_are_named(headers: list[str], missing: tuple[str, ...]) -> None:
    with pytest.raises(ReportUnsuitable) as caught:
        read(page(headers, [""] * len(headers)))
    assert caught.value.missing == missing
    assert all(f"'{name}'" in str(caught.value) for name in missing)


def test_another_source_is_refused() -> None:
    body = page([COURSE, PERSON, *DATES])
    body["details"]["source"] = r"core_user\reportbuilder\datasource\users"
    with pytest.raises(ReportUnsuitable, match="Course participants"):
        read(body)


@pytest.mark.parametrize(
    "date", ["Montag, 2 März 2026, 12:00 PM", "02/03/26, 12:00", "Monday, 31 June 2026, 1:00 AM"]
)
def test_dates_of_another_form_are_refused_by_their_column(date: str) -> None:
    with pytest.raises(ReportUnsuitable, match="dates under 'Time completed'") as caught:
        one([*DATES], NOON, date)
    assert date not in str(caught.value)


@settings(deadline=None)
@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_dates_are_read_to_the_minute_whatever_the_locale(when: datetime) -> None:
    half = "AM" if when.hour < 12 else "PM"
    # strftime of the tests' own C locale is English
    text = f"{when:%A}, {when.day} {when:%B} {when.year}, {when.hour % 12 or 12}:{when:%M} {half}"
    assert one([*DATES], text, "").enrolled_at == when.replace(second=0, microsecond=0)


def test_a_report_that_ends_early_does_not_pass_for_whole() -> None:
    headers = [COURSE, PERSON, *DATES]
    with pytest.raises(MalformedReply, match="end before"):
        read(page(headers, [course(1), person(5), NOON, ""], total=9), page(headers, total=9))


def test_rows_and_headers_must_agree() -> None:
    with pytest.raises(MalformedReply, match="as many as the headers"):
        read(page([COURSE, PERSON, *DATES], [course(1), person(5)]))


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (None, "the whole of it"),
        (True, "the whole of it"),
        ({"data": {}}, "details"),
        ({"details": {"source": True}, "data": {}}, "details.source"),
        (
            {
                "details": {"source": PARTICIPANTS_SOURCE},
                "data": {"headers": [], "rows": [{}], "totalrowcount": 1},
            },
            "data.rows[0].columns",
        ),
    ],
)
def test_an_answer_of_another_form(broken: Any, field: str) -> None:
    with pytest.raises(MalformedReply) as caught:
        read(broken)
    assert caught.value.field == field


def test_an_empty_report_has_nobody() -> None:
    assert read(page([COURSE, PERSON, *DATES])) == []


def test_pages_hold_at_least_one_row() -> None:
    with pytest.raises(ValueError, match="at least one"):
        read(page([]), page_size=0)
