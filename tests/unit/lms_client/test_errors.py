"""Which error Moodle's words become, and what an administrator reads."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest

import lms_client
from lms_client import (
    FunctionUnavailable,
    InvalidParameter,
    InvalidToken,
    LmsError,
    Maintenance,
    MalformedReply,
    MissingCapability,
    MoodleClient,
    MoodleError,
    NoCompletionCriteria,
    NotEnrolled,
    NotFound,
    NotMoodle,
    Redirected,
    ReportUnsuitable,
    SiteError,
    Unreachable,
    WebServicesOff,
)
from lms_client.errors import error_from, is_error
from lms_client.testing import FakeTransport

RECORDED = {
    "error.invalid_token": InvalidToken,
    "error.function_not_in_service.body": FunctionUnavailable,
    "error.function_unknown": FunctionUnavailable,
    "error.course_unknown": NotFound,
    "error.invalid_parameter": InvalidParameter,
    "core_group_add_group_members.not_enrolled": InvalidParameter,
    "core_group_create_groups.same_name_again": InvalidParameter,
    "core_completion_get_course_completion_status.no_criteria": NoCompletionCriteria,
    "core_message_send_instant_messages.one_unknown_user": MoodleError,
    "mod_lti_get_tool_types.no_permission": MissingCapability,
}


@pytest.mark.parametrize(("name", "kind"), RECORDED.items())
def test_recorded_errors_become_the_error_of_their_code(
    name: str, kind: type[LmsError], body_of: Callable[[str], Any]
) -> None:
    client = MoodleClient(FakeTransport({"core_cohort_get_cohorts": body_of(name)}))
    with pytest.raises(LmsError) as caught:
        client.cohorts()
    assert type(caught.value) is kind
    assert caught.value.function == "core_cohort_get_cohorts"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("wsaccessusersuspended", InvalidToken),
        ("sitemaintenance", Maintenance),
        ("upgraderunning", Maintenance),
        ("requireloginerror", MissingCapability),
        ("errorcoursecontextnotvalid", MissingCapability),
        ("cannotviewreport", MissingCapability),
        ("errorreportview", MissingCapability),
        ("usernotenroled", NotEnrolled),
        ("notenroled", NotEnrolled),
        ("somethingnew", MoodleError),
    ],
)
def test_codes_that_were_not_recorded(code: str, kind: type[LmsError]) -> None:
    error = error_from("core_x", {"exception": "whatever\\it_is_called", "errorcode": code, "message": ""})
    assert type(error) is kind
    assert error.errorcode == code


@pytest.mark.parametrize(
    "body", [{"exception": "x", "message": "no code"}, {"exception": "x", "errorcode": 7}]
)
def test_an_error_without_a_code_is_an_error_still(body: dict[str, object]) -> None:
    error = error_from("core_x", body)
    assert type(error) is MoodleError
    assert error.errorcode is None


@pytest.mark.parametrize("body", [None, True, [], [{"exception": 1}], {"courses": []}, "exception", 0])
def test_replies_that_are_no_errors(body: object) -> None:
    assert not is_error(body)


EVERY_ERROR: list[LmsError] = [
    Unreachable("core_x", "no answer within 60 seconds"),
    Maintenance("core_x", retry_after=300),
    Maintenance("core_x", "sitemaintenance"),
    NotMoodle("core_x", "a page (HTTP 200)"),
    WebServicesOff("core_x"),
    Redirected("core_x", "https://new.example"),
    Redirected("core_x", None),
    InvalidToken("core_x", "invalidtoken"),
    FunctionUnavailable("core_x", "accessexception"),
    MissingCapability("core_group_create_groups", "nopermissions"),
    MissingCapability("core_x"),
    NotFound("core_x", "invalidrecord"),
    InvalidParameter("core_group_create_groups", "invalidparameter"),
    InvalidParameter("core_x"),
    NoCompletionCriteria("core_x", "nocriteriaset"),
    NotEnrolled("core_x", "usernotenroled"),
    ReportUnsuitable("core_x", "add the columns 'Time completed'", ("Time completed",)),
    MalformedReply("core_x", "[3].startdate"),
    MoodleError("core_x", "dmlwriteexception"),
    MoodleError("core_x"),
]


def test_the_list_above_has_every_error_of_the_package() -> None:
    exported = [getattr(lms_client, name) for name in lms_client.__all__]
    kinds = {each for each in exported if isinstance(each, type) and issubclass(each, LmsError)}
    assert kinds - {LmsError, SiteError} == {type(error) for error in EVERY_ERROR}


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_every_error_is_a_sentence_that_names_the_function(error: LmsError) -> None:
    sentence = str(error)
    assert error.function in sentence
    assert sentence[0].isalpha()
    assert sentence.endswith((".", ")."))
    assert "None" not in sentence
    assert "{" not in sentence


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_errors_survive_the_way_to_another_process(error: LmsError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def test_what_to_do_is_in_the_sentence() -> None:
    assert "in 300 seconds" in str(Maintenance("core_x", retry_after=300))
    assert "moodle/course:managegroups" in str(MissingCapability("core_group_create_groups"))
    assert "that name" in str(InvalidParameter("core_group_create_groups"))
    assert "not enrolled" in str(InvalidParameter("core_group_add_group_members"))
    assert "use that as the address" in str(Redirected("core_x", "https://new.example"))


def test_a_change_whose_answer_is_lost_may_have_been_made() -> None:
    assert "look before sending it again" in str(Unreachable("core_group_create_groups", "no answer"))
    assert "look before" not in str(Unreachable("core_course_get_categories", "no answer"))


@pytest.mark.parametrize(
    "code", ["Rosa Weber <rosa@example.com>", "a" * 65, "0123456789abcdef0123456789abcdef", "{0.x}"]
)
def test_words_that_are_no_code_are_not_repeated(code: str) -> None:
    error = error_from("core_x", {"exception": "x", "errorcode": code, "message": code, "debuginfo": code})
    assert code not in f"{error} {error!r} {vars(error)}"
