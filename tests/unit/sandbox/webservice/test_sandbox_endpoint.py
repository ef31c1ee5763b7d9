"""Tokens, formats, misbehaviour and the record of calls."""

import threading
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from sandbox import Sandbox
from sandbox.mischief import wishes

URL = "/webservice/rest/server.php"
Call = Callable[..., Any]


def form(sandbox: Sandbox, function: str, **more: str) -> dict[str, str]:
    return {"wstoken": sandbox.token, "wsfunction": function, "moodlewsrestformat": "json", **more}


@pytest.mark.parametrize("token", ["", "0" * 32])
def test_wrong_token_is_an_error_with_status_200(client: FlaskClient, sandbox: Sandbox, token: str) -> None:
    reply = client.post(URL, data=form(sandbox, "core_webservice_get_site_info") | {"wstoken": token})
    assert reply.status_code == 200
    assert reply.json["errorcode"] == "invalidtoken"  # type: ignore[index]  # the body is an object


def test_token_in_the_address_is_not_taken(client: FlaskClient, sandbox: Sandbox) -> None:
    reply = client.get(URL, query_string=form(sandbox, "core_webservice_get_site_info"))
    assert reply.status_code == 405


@pytest.mark.parametrize(
    ("function", "errorcode"),
    [
        ("core_no_such_function", "invalidrecord"),
        ("core_course_get_courses", "accessexception"),
        ("", "invalidrecord"),
    ],
)
def test_functions_that_cannot_be_called(ws: Call, function: str, errorcode: str) -> None:
    assert ws(function)["errorcode"] == errorcode


@pytest.mark.parametrize(
    "parameters",
    [
        {"surplus": 1},
        {"courseid": "x"},
        {"courseid": [1]},
        {"options": "x", "courseid": 2},
        {"options": [{"name": "limitfrom"}], "courseid": 2},
        {"options": [{"name": "limitfrom", "value": 1, "more": 1}], "courseid": 2},
    ],
)
def test_one_wrong_parameter_fails_the_call(ws: Call, parameters: dict[str, Any]) -> None:
    assert (
        ws("core_enrol_get_enrolled_users", **{"courseid": 2} | parameters)["errorcode"] == "invalidparameter"
    )


def test_a_field_that_is_both_value_and_object_is_refused(client: FlaskClient, sandbox: Sandbox) -> None:
    data = form(sandbox, "core_cohort_get_cohorts") | {"cohortids": "1", "cohortids[0]": "1"}
    assert client.post(URL, data=data).get_json()["errorcode"] == "invalidparameter"


def test_settings_of_the_protocol_are_not_parameters(ws: Call) -> None:
    assert "sitename" in ws(
        "core_webservice_get_site_info", moodlewssettinglang="en", moodlewssettingtimezone="UTC"
    )


def test_without_json_the_answer_is_xml(client: FlaskClient, sandbox: Sandbox) -> None:
    data = form(sandbox, "core_webservice_get_site_info") | {"wstoken": "no"}
    del data["moodlewsrestformat"]
    reply = client.post(URL, data=data)
    assert reply.mimetype == "application/xml"
    assert ET.fromstring(reply.data).findtext("ERRORCODE") == "invalidtoken"


def test_a_function_that_returns_nothing_answers_null(ws: Call) -> None:
    assert ws("core_group_delete_groups", groupids=[99]) is None


def test_calls_are_noted_without_the_token(ws: Call, sandbox: Sandbox) -> None:
    ws("core_group_get_course_groups", courseid=2)
    assert sandbox.calls == [("core_group_get_course_groups", {"courseid": "2"})]
    assert sandbox.token not in repr(sandbox.calls)


def test_site_info_names_the_service_user_and_its_functions(ws: Call, sandbox: Sandbox) -> None:
    info = ws("core_webservice_get_site_info")
    offered = {row["name"] for row in info["functions"]}
    assert sandbox.world.people[info["userid"]].username == info["username"] == "companion"
    assert info["userissiteadmin"] is False
    assert {"core_course_import_course", "core_reportbuilder_retrieve_report"} <= offered
    assert "core_course_get_courses" not in offered
    for name in offered:
        reply = ws(name)
        assert not isinstance(reply, dict) or reply.get("errorcode") not in (
            "invalidrecord",
            "accessexception",
        )


# -- misbehaviour ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mode", "status", "body", "retry_after"),
    [
        ("maintenance", 503, b"<!DOCTYPE html>", "300"),
        ("busy", 503, b"<h1>", "0"),
        ("web_services_off", 403, b"", None),
        ("server_error", 500, b"<h1>", None),
        ("html", 200, b"<!DOCTYPE html>", None),
        ("empty", 200, b"", None),
    ],
)
def test_answers_that_are_no_answers(
    client: FlaskClient, sandbox: Sandbox, mode: Any, status: int, body: bytes, retry_after: str | None
) -> None:
    sandbox.misbehave(mode)
    reply = client.post(URL, data=form(sandbox, "core_webservice_get_site_info"))
    assert reply.status_code == status
    assert reply.data.startswith(body)
    assert bool(reply.data) == bool(body)
    assert reply.headers.get("Retry-After") == retry_after
    sandbox.behave()
    assert client.post(URL, data=form(sandbox, "core_webservice_get_site_info")).get_json()["sitename"]


def test_truncated_answers_are_the_beginning_of_good_ones(client: FlaskClient, sandbox: Sandbox) -> None:
    data = form(sandbox, "core_cohort_get_cohorts")
    whole = client.post(URL, data=data).data
    sandbox.misbehave("truncated")
    cut = client.post(URL, data=data).data
    assert whole.startswith(cut)
    assert 0 < len(cut) < len(whole)


@pytest.mark.parametrize(
    ("mode", "errorcode"), [("invalid_token", "invalidtoken"), ("missing_capability", "nopermissions")]
)
def test_errors_on_demand(ws: Call, sandbox: Sandbox, mode: Any, errorcode: str) -> None:
    sandbox.misbehave(mode, function="core_cohort_get_cohorts")
    assert ws("core_cohort_get_cohorts")["errorcode"] == errorcode
    assert isinstance(ws("core_course_get_categories"), list)


def test_missing_function_is_refused_and_not_offered(ws: Call, sandbox: Sandbox) -> None:
    sandbox.misbehave("missing_function", function="core_cohort_get_cohorts")
    assert ws("core_cohort_get_cohorts")["errorcode"] == "accessexception"
    offered = {row["name"] for row in ws("core_webservice_get_site_info")["functions"]}
    assert "core_cohort_get_cohorts" not in offered


def test_misbehaviour_begins_late_and_ends_by_itself(ws: Call, sandbox: Sandbox) -> None:
    sandbox.misbehave("invalid_token", function="core_cohort_get_cohorts", after=1, times=2)
    answers = [ws("core_cohort_get_cohorts") for _ in range(4)]
    assert [isinstance(answer, list) for answer in answers] == [True, False, False, True]


def test_failing_page_spoils_the_participants_from_that_page_on(ws: Call, sandbox: Sandbox) -> None:
    sandbox.misbehave("failing_page", after=1)
    assert isinstance(ws("core_cohort_get_cohorts"), list)
    pages = [ws("core_enrol_get_enrolled_users", courseid=2) for _ in range(3)]
    assert [isinstance(page, list) for page in pages] == [True, False, False]
    assert pages[1]["errorcode"] == "dmlreadexception"


def test_slow_answers_wait_until_released(client: FlaskClient, sandbox: Sandbox) -> None:
    sandbox.misbehave("slow", seconds=60)
    answers: list[Any] = []

    def ask() -> None:
        answers.append(client.post(URL, data=form(sandbox, "core_cohort_get_cohorts")).get_json())

    thread = threading.Thread(target=ask)
    thread.start()
    assert not answers
    sandbox.behave()
    thread.join(30)
    assert answers[0][0]["name"] == "New hires 2026-11"


def test_misbehaviour_must_be_one_of_the_known(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="choose one of"):
        sandbox.misbehave("rude")  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(ValueError, match="Name the function"):
        sandbox.misbehave("missing_function")


def test_misbehaviour_as_a_command_line_writes_it(ws: Call, sandbox: Sandbox) -> None:
    sandbox.site.mischief.add_all(
        "invalid_token:core_cohort_get_cohorts:1:1, missing_function:core_group_get_course_groups"
    )
    answers = [ws("core_cohort_get_cohorts") for _ in range(3)]
    assert [isinstance(answer, list) for answer in answers] == [True, False, True]
    assert ws("core_group_get_course_groups", courseid=2)["errorcode"] == "accessexception"
    with pytest.raises(ArgumentTypeError, match="choose one of"):
        wishes("rude")


def test_an_answer_with_warnings_lacks_what_it_warns_of(ws: Call, sandbox: Sandbox) -> None:
    whole = ws("core_course_get_courses_by_field")
    sandbox.misbehave("warnings")
    less = ws("core_course_get_courses_by_field")
    assert less["courses"] == whole["courses"][:-1]
    assert less["warnings"]
    assert isinstance(ws("core_cohort_get_cohorts"), list), "which knows no warnings"
