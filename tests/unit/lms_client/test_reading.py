"""What the client reads, from recorded replies and from replies as other sites may give them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lms_client import (
    Category,
    Cohort,
    Completion,
    FunctionUnavailable,
    Group,
    InvalidToken,
    LmsError,
    LtiActivity,
    MalformedReply,
    MissingCapability,
    Module,
    MoodleClient,
    NotEnrolled,
    NotFound,
    Participant,
    Report,
)
from lms_client.functions import Function
from lms_client.params import flatten
from lms_client.testing import FakeTransport, Recording

Replaying = Callable[..., MoodleClient]
BodyOf = Callable[[str], Any]


def error(code: str) -> dict[str, str]:
    return {"exception": "core\\exception\\moodle_exception", "errorcode": code, "message": "words"}


def test_site_info(replaying: Replaying) -> None:
    site = replaying("core_webservice_get_site_info").site_info()
    assert (site.name, site.url, site.username) == ("Acme Learning", "http://localhost:8081", "companion")
    assert (site.release, site.version) == ("4.5.6 (Build: 20250811)", "2024100706")
    assert (site.user_id, site.is_site_admin, site.language) == (243, False, "en")
    assert len(site.functions) == 31
    assert Function.PARTICIPANTS in site.functions
    assert Function.BATCH not in site.functions


def test_categories(replaying: Replaying) -> None:
    assert replaying("core_course_get_categories").categories() == [
        Category(1, "Category 1", None),
        Category(2, "Onboarding", None),
    ]


def test_courses_of_a_category(replaying: Replaying) -> None:
    courses = replaying("core_course_get_courses_by_field.category").courses(category_id=2)
    assert [course.short_name for course in courses][:3] == ["ONB-SALES", "ONB-ENG", "ONB-CARE"]
    first = courses[0]
    assert (first.id, first.full_name, first.category_id, first.idnumber) == (
        2,
        "Sales onboarding",
        2,
        "ONB-SALES",
    )
    assert (first.visible, first.completion_enabled) == (True, True)
    assert first.start_at == datetime.fromtimestamp(1778119285, UTC)
    assert first.end_at == datetime.fromtimestamp(1809655285, UTC)


def test_courses_by_ids_are_asked_for_in_one_call(
    fake: FakeTransport, client: MoodleClient, body_of: BodyOf
) -> None:
    fake.in_turn(Function.COURSES, body_of("core_course_get_courses_by_field.unknown_id"))
    assert client.courses(ids=[99999, 2**33]) == []
    assert fake.calls == [(Function.COURSES, {"field": "ids", "value": "99999,8589934592"})]


def test_no_ids_no_call(fake: FakeTransport, client: MoodleClient) -> None:
    assert client.courses(ids=[]) == []
    assert list(client.people([])) == []
    assert client.cohort_members([]) == {}
    assert client.group_members([]) == {}
    assert client.lti_activities([]) == []
    assert list(client.completions([])) == []
    assert fake.calls == []


def test_the_front_page_is_no_course(fake: FakeTransport, client: MoodleClient) -> None:
    sparse = {"id": 7, "fullname": "R&amp;D", "shortname": "R&amp;D", "categoryid": 1}
    fake.in_turn(Function.COURSES, {"courses": [{**sparse, "id": 1}, sparse], "warnings": []})
    (course,) = client.courses()
    assert fake.calls == [(Function.COURSES, {})]
    # All that Moodle tells of a course to somebody who may not enter it:
    assert (course.id, course.full_name, course.visible, course.completion_enabled) == (7, "R&D", True, None)
    assert (course.start_at, course.end_at, course.idnumber) == (None, None, "")


def test_courses_by_ids_and_category_at_once_are_refused(client: MoodleClient) -> None:
    with pytest.raises(ValueError, match="not by both"):
        client.courses(ids=[1], category_id=2)


def test_participants(fake: FakeTransport, client: MoodleClient, body_of: BodyOf) -> None:
    fake.in_turn(Function.PARTICIPANTS, body_of("core_enrol_get_enrolled_users.userfields"))
    first, second, third = client.participants(3)
    assert first == Participant(
        id=3,
        full_name="Kofi Eriksen",
        email="u0000@example.com",
        idnumber="E00000",
        department="",
        last_access=None,
        last_course_access=None,
        roles=("editingteacher",),
        group_ids=(1,),
        interests=("sql", "negotiation", "writing"),
        custom_fields={"location": "x", "jobrole": "Engineer", "hiredate": "1782428400"},
    )
    assert (second.roles, third.group_ids) == (("student",), ())


def test_participants_ask_for_what_they_need_page_by_page(
    fake: FakeTransport, client: MoodleClient, body_of: BodyOf, recordings: dict[str, Recording]
) -> None:
    page = body_of("core_enrol_get_enrolled_users.page0")
    last = [{"id": 9, "fullname": "Quinn Patel"}, {"id": 2**32, "fullname": "Zoë 👋"}]
    fake.in_turn(Function.PARTICIPANTS, page, last)
    found = list(client.participants(3, page_size=3))
    assert [person.id for person in found] == [3, 7, 9, 2**32]
    asked = [flatten(params) for _, params in fake.calls]
    assert [each["options[0][value]"] for each in asked] == ["0", "3"]
    assert asked[0]["options[3][value]"] == (
        "id,fullname,email,idnumber,lastcourseaccess,lastaccess,roles,groups,customfields,interests,department"
    )
    recorded = recordings["core_enrol_get_enrolled_users.page0"].request
    same = ["courseid", *(f"options[{number}][{part}]" for number in range(3) for part in ("name", "value"))]
    assert {key: asked[0][key] for key in same} == {key: recorded[key] for key in same}
    assert asked[0]["options[3][name]"] == "userfields"


def test_nobody_enrolled(fake: FakeTransport, client: MoodleClient, body_of: BodyOf) -> None:
    fake.in_turn(Function.PARTICIPANTS, body_of("core_enrol_get_enrolled_users.page_past_the_end"))
    assert list(client.participants(3)) == []


def test_participants_of_a_course_that_is_gone(
    fake: FakeTransport, client: MoodleClient, body_of: BodyOf
) -> None:
    fake.in_turn(Function.PARTICIPANTS, body_of("error.course_unknown"))
    with pytest.raises(NotFound):
        list(client.participants(99999))


def test_a_site_that_ignores_paging_does_not_pass_for_whole(
    fake: FakeTransport, client: MoodleClient
) -> None:
    fake.in_turn(Function.PARTICIPANTS, [{"id": 1, "fullname": "a"}, {"id": 2, "fullname": "b"}])
    with pytest.raises(MalformedReply):
        list(client.participants(3, page_size=2))


def test_people(replaying: Replaying) -> None:
    first, second, _ = replaying("core_user_get_users_by_field.ids").people([4, 5, 6, 4])
    assert (first.id, first.full_name, first.email) == (4, "Bilal Castillo", "u0001@example.com")
    assert (first.time_zone, first.language, first.suspended) == ("America/Bogota", "en", False)
    assert (first.city, first.country, first.department) == ("Berlin", "US", "")
    assert first.interests == ("design", "negotiation", "presenting")
    assert first.custom_fields["hiredate"] == "1782428400"
    assert (first.first_access, first.last_access) == (None, None)
    assert second.first_access == datetime.fromtimestamp(1795399585, UTC)


def test_people_are_asked_for_in_chunks_and_who_is_gone_is_absent(
    fake: FakeTransport, client: MoodleClient
) -> None:
    def answer(params: Any) -> Any:
        return [{"id": each, "fullname": "x"} for each in params["values"] if each != 2]

    fake.in_turn(Function.PEOPLE, answer)
    assert [person.id for person in client.people([1, 2, 3, 4, 5], chunk=2)] == [1, 3, 4, 5]
    assert [params["values"] for _, params in fake.calls] == [[1, 2], [3, 4], [5]]


def test_a_person_of_whom_little_is_told(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(
        Function.PEOPLE,
        [{"id": 1, "fullname": "שלום &quot;x&quot;", "email": "", "timezone": "99", "idnumber": None}],
    )
    (person,) = client.people([1])
    assert (person.full_name, person.email, person.time_zone) == ('שלום "x"', None, None)
    assert (person.custom_fields, person.interests, person.idnumber) == ({}, (), "")


def test_cohorts(replaying: Replaying) -> None:
    client = replaying("core_cohort_get_cohorts", "core_cohort_get_cohort_members")
    assert client.cohorts() == [Cohort(1, "New hires 2026-11", "NH-2026-11")]
    members = client.cohort_members([1])
    assert list(members) == [1]
    assert (len(members[1]), members[1][:3]) == (40, (30, 34, 31))


def test_completion_without_any_time(replaying: Replaying) -> None:
    client = replaying("core_completion_get_course_completion_status")
    assert client.completion(2, 5) == Completion(completed=True, completed_at=None)


def test_completion_in_a_course_without_criteria(replaying: Replaying) -> None:
    assert replaying("core_completion_get_course_completion_status.no_criteria").completion(6, 5) is None


def status(completed: bool, *times: int | None) -> dict[str, Any]:
    criteria = [{"complete": time is not None, "timecompleted": time} for time in times]
    return {"completionstatus": {"completed": completed, "completions": criteria}, "warnings": []}


def test_a_course_is_completed_with_its_last_criterion(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.COMPLETION, status(True, 100, 300, None, 0), status(False, 100, None))
    assert client.completion(2, 5) == Completion(True, datetime.fromtimestamp(300, UTC))
    assert client.completion(2, 5) == Completion(False, None)


PAIRS = [(2, 5), (6, 5), (2, 99), (2, 7), (3, 7)]


def completion_of(params: Any) -> Any:
    answers: dict[tuple[int, int], Any] = {
        (2, 5): status(True, 100),
        (6, 5): error("nocriteriaset"),
        (2, 99): error("usernotenroled"),
        (2, 7): {"completionstatus": {}},
        (3, 7): status(False),
    }
    return answers[params["courseid"], params["userid"]]


def batch_of(params: Any) -> Any:
    """Answers as Moodle's batch function: up to and with the first error."""
    answers = []
    for request in params["requests"]:
        assert request["function"] == Function.COMPLETION
        body = completion_of(json.loads(request["arguments"]))
        failed = "errorcode" in body
        answers.append({"error": failed, "exception" if failed else "data": json.dumps(body)})
        if failed:
            break
    return {"responses": answers}


@pytest.mark.parametrize("functions", [frozenset(), frozenset({Function.BATCH})])
def test_completions_of_many_one_failing_pair_stops_nobody(
    functions: frozenset[str], fake: FakeTransport, client: MoodleClient
) -> None:
    fake.in_turn(Function.COMPLETION, completion_of)
    fake.in_turn(Function.BATCH, batch_of)
    found = dict(client.completions(PAIRS, functions=functions))
    assert list(found) == PAIRS
    assert found[2, 5] == Completion(True, datetime.fromtimestamp(100, UTC))
    assert found[6, 5] is None
    assert isinstance(found[2, 99], NotEnrolled)
    assert isinstance(found[2, 7], MalformedReply)
    assert found[3, 7] == Completion(False, None)
    calls = [function for function, _ in fake.calls]
    assert calls == ([Function.BATCH] * 3 if functions else [Function.COMPLETION] * 5)


def test_a_batch_holds_no_more_than_its_chunk(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.BATCH, batch_of)
    found = list(client.completions([(2, 5)] * 5, chunk=2, functions={Function.BATCH}))
    assert len(found) == 5
    assert [len(params["requests"]) for _, params in fake.calls] == [2, 2, 1]


@pytest.mark.parametrize(
    ("code", "kind"), [("accessexception", FunctionUnavailable), ("invalidtoken", InvalidToken)]
)
def test_completions_stop_where_all_would_fail(
    code: str, kind: type[LmsError], fake: FakeTransport, client: MoodleClient
) -> None:
    fake.in_turn(Function.COMPLETION, error(code))
    with pytest.raises(kind):
        list(client.completions(PAIRS))
    assert len(fake.calls) == 1


def test_chunks_of_nothing_are_refused(client: MoodleClient) -> None:
    with pytest.raises(ValueError, match="at least one"):
        list(client.completions(PAIRS, chunk=0))


def test_reports(fake: FakeTransport, client: MoodleClient, body_of: BodyOf) -> None:
    body = body_of("core_reportbuilder_list_reports")
    fake.in_turn(Function.REPORTS, body)
    (report,) = client.reports()
    assert report == Report(
        1, "Companion: participants", r"core_course\reportbuilder\datasource\participants"
    )
    assert report.is_participants
    assert not Report(2, "x", r"core_user\reportbuilder\datasource\users").is_participants
    assert fake.calls == [(Function.REPORTS, {"page": 0, "perpage": 100})]


def test_reports_beyond_the_first_page(fake: FakeTransport, client: MoodleClient) -> None:
    def page(params: Any) -> Any:
        ids = range(250)[params["page"] * 100 : (params["page"] + 1) * 100]
        return {"reports": [{"id": each, "name": "x", "source": "y"} for each in ids], "warnings": []}

    fake.in_turn(Function.REPORTS, page)
    assert len(client.reports()) == 250


def test_groups(replaying: Replaying) -> None:
    client = replaying("core_group_get_course_groups", "core_group_get_group_members")
    assert client.course_groups(4) == [
        Group(2, 4, "Mentoring: Amara and Chen", "m-1"),
        Group(3, 4, "Mentoring: Dara and Elif", "m-2"),
    ]
    assert client.group_members([2]) == {2: (3, 6)}


def test_lti_activities(replaying: Replaying) -> None:
    (activity,) = replaying("mod_lti_get_ltis_by_courses").lti_activities([4])
    assert activity == LtiActivity(
        id=4,
        course_module_id=14,
        course_id=4,
        name="Mentoring check-in",
        type_id=1,
        custom={"widget": "checkin"},
        intro='<iframe src="http://127.0.0.1:5000/embed?course=1" title="Check-in" width="100%" height="300"></iframe>',
        launch_container=1,
    )


def test_secrets_of_lti_activities_are_not_read(
    fake: FakeTransport, client: MoodleClient, body_of: BodyOf
) -> None:
    body = body_of("mod_lti_get_ltis_by_courses")
    salt = body["ltis"][0]["servicesalt"]
    body["ltis"][0] |= {"password": "hunter2", "resourcekey": "key-7"}
    fake.in_turn(Function.LTI_ACTIVITIES, body)
    (activity,) = client.lti_activities([4])
    kept = " ".join(repr(getattr(activity, name)) for name in type(activity).__slots__)
    assert not any(secret in kept for secret in ("hunter2", "key-7", salt))


def test_a_course_that_could_not_be_read_does_not_look_empty(
    fake: FakeTransport, client: MoodleClient, body_of: BodyOf
) -> None:
    warning = {
        "item": "course",
        "itemid": 5,
        "warningcode": "1",
        "message": "No access rights in course context",
    }
    fake.in_turn(Function.LTI_ACTIVITIES, body_of("mod_lti_get_ltis_by_courses") | {"warnings": [warning]})
    with pytest.raises(MissingCapability, match="moodle/course:manageactivities"):
        client.lti_activities([4, 5])


def test_what_a_role_without_management_sees_of_an_lti_activity(
    fake: FakeTransport, client: MoodleClient
) -> None:
    sparse = {"id": 4, "coursemodule": 14, "course": 4, "name": "R&amp;D", "intro": "<p>R&amp;D</p>"}
    fake.in_turn(Function.LTI_ACTIVITIES, {"ltis": [sparse], "warnings": []})
    (activity,) = client.lti_activities([4])
    assert (activity.name, activity.intro) == ("R&D", "<p>R&amp;D</p>")
    assert (activity.type_id, activity.custom, activity.launch_container) == (None, {}, None)


def test_course_contents(replaying: Replaying) -> None:
    top, second = replaying("core_course_get_contents").course_contents(4)
    assert (top.id, top.number, top.name) == (3, 0, "General")
    assert [module.id for module in top.modules] == [3, 13, 14]
    assert top.modules[2] == Module(14, "Mentoring check-in", "lti", 4, True)
    assert (second.number, second.modules) == (1, ())


@pytest.mark.parametrize(
    "body",
    [None, True, False, 0, "text", {}, {"id": 1}, [None], [1], [[]], [{}], [{"id": True, "name": "x"}]],
)
def test_answers_of_another_form_are_told(body: object, fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.COHORTS, body)
    with pytest.raises(MalformedReply, match="core_cohort_get_cohorts"):
        client.cohorts()


@pytest.mark.parametrize("body", [None, True, [], {"courses": None}, {"courses": True}, {"warnings": []}])
def test_answers_with_an_envelope_of_another_form_are_told(
    body: object, fake: FakeTransport, client: MoodleClient
) -> None:
    fake.in_turn(Function.COURSES, body)
    with pytest.raises(MalformedReply):
        client.courses()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "[0].id"),
        ({"id": "Rosa"}, "[0].id"),
        ({"fullname": ["Rosa"]}, "[0].fullname"),
        ({"lastaccess": "Rosa"}, "[0].lastaccess"),
        ({"customfields": {"Rosa": 1}}, "[0].customfields"),
        ({"customfields": [{"shortname": "Rosa"}]}, "[0].customfields"),
        ({"roles": ["Rosa"]}, "[0].roles"),
        ({"groups": [{"id": "Rosa"}]}, "[0].groups"),
        ({"interests": True}, "[0].interests"),
    ],
)
def test_the_place_is_told_and_never_what_stood_there(
    change: dict[str, Any], field: str, fake: FakeTransport, client: MoodleClient
) -> None:
    fake.in_turn(Function.PARTICIPANTS, [{"id": 3, "fullname": "Rosa Weber"} | change])
    with pytest.raises(MalformedReply) as caught:
        list(client.participants(3))
    assert caught.value.field == field
    assert "Rosa" not in f"{caught.value} {caught.value!r}"
    assert caught.value.__context__ is None


def test_a_missing_field_is_named(fake: FakeTransport, client: MoodleClient) -> None:
    fake.in_turn(Function.PEOPLE, [{"id": 3, "fullname": "x"}, {"id": 4}])
    with pytest.raises(MalformedReply) as caught:
        list(client.people([3, 4]))
    assert (caught.value.function, caught.value.field) == (Function.PEOPLE, "[1].fullname")


def test_records_show_nobodys_data(fake: FakeTransport, client: MoodleClient, body_of: BodyOf) -> None:
    fake.in_turn(Function.PARTICIPANTS, body_of("core_enrol_get_enrolled_users.userfields"))
    fake.in_turn(Function.PEOPLE, body_of("core_user_get_users_by_field.ids"))
    fake.in_turn(Function.GROUPS, body_of("core_group_get_course_groups"))
    shown = repr([*client.participants(3), *client.people([4, 5, 6]), *client.course_groups(4)])
    for private in (
        "Kofi",
        "Bilal",
        "Eriksen",
        "example.com",
        "E0000",
        "Engineer",
        "negotiation",
        "Berlin",
        "Amara",
    ):
        assert private not in shown


def test_records_do_not_change(fake: FakeTransport, client: MoodleClient, body_of: BodyOf) -> None:
    fake.in_turn(Function.PARTICIPANTS, body_of("core_enrol_get_enrolled_users.userfields"))
    person = next(client.participants(3))
    with pytest.raises(AttributeError):
        person.id = 4  # type: ignore[misc]
    with pytest.raises(TypeError):
        person.custom_fields["jobrole"] = "x"  # type: ignore[index]
