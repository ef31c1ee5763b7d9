"""What the reading functions tell of the world, and how they choose and page."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox import Registration, Sandbox
from sandbox.webservice.report_columns import as_text

Call = Callable[..., Any]
PARTICIPANTS = "core_enrol_get_enrolled_users"


def options(**chosen: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in chosen.items()]


def sales(sandbox: Sandbox) -> int:
    return sandbox.find_course("ONB-SALES").id


# -- courses -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value", "names"),
    [
        ("id", "2", ["ONB-SALES"]),
        ("ids", "2,3,999", ["ONB-SALES", "ONB-ENG"]),
        ("shortname", "DP-101", ["DP-101"]),
        ("idnumber", "DP-101", ["DP-101"]),
        ("category", "2", ["ONB-SALES", "ONB-ENG", "ONB-CARE", "DP-101", "WELCOME", "LEAD-1"]),
    ],
)
def test_courses_by_field(ws: Call, field: str, value: str, names: list[str]) -> None:
    reply = ws("core_course_get_courses_by_field", field=field, value=value)
    assert [course["shortname"] for course in reply["courses"]] == names


def test_all_courses_hold_the_front_page_and_the_hidden_template(
    ws: Call, sandbox: Sandbox, registration: Registration
) -> None:
    courses = {row["id"]: row for row in ws("core_course_get_courses_by_field")["courses"]}
    assert courses[1]["format"] == "site"
    assert courses[sandbox.template_course_id]["visible"] == 0


def test_unknown_field_is_refused(ws: Call) -> None:
    assert ws("core_course_get_courses_by_field", field="name", value="x")["errorcode"] == "invalidparameter"


@pytest.mark.parametrize(
    ("key", "value", "count"),
    [("id", "2", 1), ("ids", "1,2", 2), ("name", "Onboarding", 1), ("parent", "0", 2), ("idnumber", "x", 0)],
)
def test_categories_by_criterion(ws: Call, key: str, value: str, count: int) -> None:
    assert len(ws("core_course_get_categories", criteria=[{"key": key, "value": value}])) == count


def test_category_counts_its_courses(ws: Call) -> None:
    assert {row["name"]: row["coursecount"] for row in ws("core_course_get_categories")}["Onboarding"] == 6
    assert (
        ws("core_course_get_categories", criteria=[{"key": "x", "value": "1"}])["errorcode"]
        == "criteriaerror"
    )


def test_contents_can_be_narrowed(ws: Call, sandbox: Sandbox) -> None:
    course = sales(sandbox)
    whole = ws("core_course_get_contents", courseid=course)
    assert [section["section"] for section in whole] == [0, 1, 2, 3, 4]
    quizzes = ws("core_course_get_contents", courseid=course, options=options(modname="quiz"))
    assert {module["modname"] for section in quizzes for module in section["modules"]} == {"quiz"}
    second = ws(
        "core_course_get_contents", courseid=course, options=options(sectionnumber=2, excludemodules=1)
    )
    assert [(section["section"], section["modules"]) for section in second] == [(2, [])]
    reply = ws("core_course_get_contents", courseid=course, options=options(colour="red"))
    assert reply["errorcode"] == "errorinvalidparam"


# -- people ------------------------------------------------------------------------------------------------------------
def test_pages_of_participants_make_up_the_whole(ws: Call, sandbox: Sandbox) -> None:
    course = sales(sandbox)
    whole = [row["id"] for row in ws(PARTICIPANTS, courseid=course)]
    pages: list[int] = []
    for begin in range(0, len(whole) + 7, 7):
        chosen = options(limitfrom=begin, limitnumber=7, sortby="id", sortdirection="ASC")
        page = ws(PARTICIPANTS, courseid=course, options=chosen)
        assert len(page) <= 7
        pages += [row["id"] for row in page]
    assert pages == whole == sorted(whole)


def test_participants_sort_by_name_and_backwards(ws: Call, sandbox: Sandbox) -> None:
    chosen = options(sortby="lastname", sortdirection="DESC")
    names = [row["lastname"] for row in ws(PARTICIPANTS, courseid=sales(sandbox), options=chosen)]
    assert names == sorted(names, reverse=True)
    for wrong in (options(sortby="email"), options(sortdirection="UP"), options(limitfrom="x")):
        assert ws(PARTICIPANTS, courseid=sales(sandbox), options=wrong)["errorcode"] == "invalidparameter"


def test_wanted_fields_alone_are_sent(ws: Call, sandbox: Sandbox) -> None:
    rows = ws(PARTICIPANTS, courseid=sales(sandbox), options=options(userfields="username, roles"))
    assert {frozenset(row) for row in rows} == {frozenset({"id", "fullname", "username", "roles"})}
    reply = ws(PARTICIPANTS, courseid=sales(sandbox), options=options(userfields="salary"))
    assert reply["errorcode"] == "invaliduserfield"


def test_inactive_enrolments_can_be_left_out(ws: Call, sandbox: Sandbox) -> None:
    course, nia = sales(sandbox), sandbox.find_person("nia").id
    enrolment = sandbox.world.enrolment(course, nia)
    assert enrolment
    enrolment.active = False
    active = {row["id"] for row in ws(PARTICIPANTS, courseid=course, options=options(onlyactive=1))}
    everybody = {row["id"] for row in ws(PARTICIPANTS, courseid=course, options=options(onlyactive=0))}
    assert everybody - active == {nia}


def test_participants_of_one_group(ws: Call, sandbox: Sandbox) -> None:
    course, nia = sales(sandbox), sandbox.find_person("nia").id
    (group,) = ws(
        "core_group_create_groups", groups=[{"courseid": course, "name": "Pair", "description": ""}]
    )
    ws("core_group_add_group_members", members=[{"groupid": group["id"], "userid": nia}])
    (row,) = ws(PARTICIPANTS, courseid=course, options=options(groupid=group["id"]))
    assert row["id"] == nia
    assert [found["name"] for found in row["groups"]] == ["Pair"]
    assert ws(PARTICIPANTS, courseid=course, options=options(groupid=999)) == []


@pytest.mark.parametrize("field", ["id", "username", "idnumber", "email"])
def test_people_by_field(ws: Call, sandbox: Sandbox, field: str) -> None:
    nia = sandbox.find_person("nia")
    (row,) = ws("core_user_get_users_by_field", field=field, values=[getattr(nia, field), "nobody"])
    assert (row["id"], row["timezone"], row["suspended"]) == (nia.id, "Africa/Nairobi", False)
    shown = {part["shortname"]: part["displayvalue"] for part in row["customfields"]}
    assert shown["hiredate"] == "14 November 2026"
    assert shown["languages"] == "en, sw"
    assert shown["manager"].startswith("E0")


def test_people_by_another_field_are_refused(ws: Call) -> None:
    assert (
        ws("core_user_get_users_by_field", field="city", values=["Berlin"])["errorcode"] == "invalidparameter"
    )


def test_courses_of_a_person(ws: Call, sandbox: Sandbox) -> None:
    tomas = sandbox.find_person("tomas").id
    rows = {row["shortname"]: row for row in ws("core_enrol_get_users_courses", userid=tomas)}
    assert rows["ONB-SALES"]["completed"] is True
    assert rows["WELCOME"]["completed"] is False
    assert rows["ONB-SALES"]["enrolledusercount"] == len(ws(PARTICIPANTS, courseid=sales(sandbox)))
    bare = ws("core_enrol_get_users_courses", userid=tomas, returnusercount=0)
    assert all("enrolledusercount" not in row for row in bare)


def test_cohorts(ws: Call, sandbox: Sandbox) -> None:
    (cohort,) = ws("core_cohort_get_cohorts")
    (members,) = ws("core_cohort_get_cohort_members", cohortids=[cohort["id"]])
    assert sandbox.find_person("nia").id in members["userids"]
    assert ws("core_cohort_get_cohorts", cohortids=[99])["errorcode"] == "invalidrecord"
    assert ws("core_cohort_get_cohort_members", cohortids=[99])["errorcode"] == "invalidrecord"


# -- completion --------------------------------------------------------------------------------------------------------
def test_completion_of_a_course(ws: Call, sandbox: Sandbox) -> None:
    tomas, nia = sandbox.find_person("tomas").id, sandbox.find_person("nia").id
    name, course = "core_completion_get_course_completion_status", sales(sandbox)
    done = ws(name, courseid=course, userid=tomas)["completionstatus"]
    assert done["completed"] is True
    assert 22 <= (sandbox.site.epoch() - done["completions"][0]["timecompleted"]) / 86400 <= 24
    assert (
        ws(name, courseid=course, userid=nia)["completionstatus"]["completions"][0]["timecompleted"] is None
    )
    assert ws(name, courseid=sandbox.find_course("LEAD-1").id, userid=nia)["errorcode"] == "usernotenroled"
    assert ws(name, courseid=sandbox.find_course("WELCOME").id, userid=nia)["errorcode"] == "nocriteriaset"


# -- the report --------------------------------------------------------------------------------------------------------
def test_pages_of_the_report_make_up_all_active_enrolments(ws: Call, sandbox: Sandbox) -> None:
    rows: list[list[str]] = []
    for page in range(100):
        reply = ws("core_reportbuilder_retrieve_report", reportid=1, page=page, perpage=50)
        if not reply["data"]["rows"]:
            break
        rows += [row["columns"] for row in reply["data"]["rows"]]
    assert len(rows) == reply["data"]["totalrowcount"] == len(sandbox.world.enrolments)
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    names = [row[0].partition(">")[2] for row in rows]
    assert names == sorted(names)


def test_report_tells_times_as_text(ws: Call, sandbox: Sandbox) -> None:
    tomas, course = sandbox.find_person("tomas"), sales(sandbox)
    sandbox.complete(tomas.id, course, datetime(2026, 9, 8, 2, 1, tzinfo=UTC))
    reply = ws("core_reportbuilder_retrieve_report", reportid=1, perpage=1000)
    headers = reply["data"]["headers"]
    rows = [dict(zip(headers, row["columns"], strict=True)) for row in reply["data"]["rows"]]
    (row,) = [row for row in rows if (row["Username"], row["Course short name"]) == ("tomas", "ONB-SALES")]
    assert (row["Completed"], row["Time completed"]) == ("Yes", "Tuesday, 8 September 2026, 2:01 AM")
    assert f'/user/profile.php?id={tomas.id}">' in row["Full name with link"]
    assert f'/course/view.php?id={course}">Sales onboarding</a>' in row["Course full name with link"]
    unfinished = [row for row in rows if row["Completed"] == "No"]
    assert {row["Time completed"] for row in unfinished} == {""}


def test_unknown_report(ws: Call) -> None:
    assert ws("core_reportbuilder_retrieve_report", reportid=2)["errorcode"] == "invalidrecord"
    assert ws("core_reportbuilder_list_reports", page=1)["reports"] == []


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 23, 0, 5, tzinfo=UTC), "Monday, 23 November 2026, 12:05 AM"),
        (datetime(2026, 11, 6, 12, 30, tzinfo=UTC), "Friday, 6 November 2026, 12:30 PM"),
        (datetime(2026, 8, 16, 13, 0, tzinfo=UTC), "Sunday, 16 August 2026, 1:00 PM"),
    ],
)
def test_times_in_reports(moment: datetime, text: str) -> None:
    assert as_text(int(moment.timestamp())) == text


@pytest.mark.parametrize("nothing", [None, 0])
def test_no_time_in_reports(nothing: int | None) -> None:
    assert as_text(nothing) == ""
