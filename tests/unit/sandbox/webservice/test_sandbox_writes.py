"""What the writing functions change, and what they refuse as a whole."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import Registration, Sandbox

Call = Callable[..., Any]


def sales(sandbox: Sandbox) -> int:
    return sandbox.find_course("ONB-SALES").id


def group(course: int, name: str, **more: Any) -> dict[str, Any]:
    return {"courseid": course, "name": name, "description": "", **more}


@pytest.fixture
def pair(ws: Call, sandbox: Sandbox) -> int:
    """A group in Sales onboarding."""
    (made,) = ws("core_group_create_groups", groups=[group(sales(sandbox), "Pair")])
    return int(made["id"])


# -- groups ------------------------------------------------------------------------------------------------------------
def test_groups_with_a_taken_name_are_refused_together(ws: Call, sandbox: Sandbox, pair: int) -> None:
    both = [group(sales(sandbox), "Another"), group(sales(sandbox), "Pair")]
    assert ws("core_group_create_groups", groups=both)["errorcode"] == "invalidparameter"
    twice = [group(sales(sandbox), "Twin"), group(sales(sandbox), "Twin")]
    assert ws("core_group_create_groups", groups=twice)["errorcode"] == "invalidparameter"
    assert [row["name"] for row in ws("core_group_get_course_groups", courseid=sales(sandbox))] == ["Pair"]
    elsewhere = ws("core_group_create_groups", groups=[group(sandbox.find_course("ONB-ENG").id, "Pair")])
    assert elsewhere[0]["name"] == "Pair"


def test_group_id_numbers_are_unique_in_a_course(ws: Call, sandbox: Sandbox) -> None:
    two = [group(sales(sandbox), "A", idnumber="m-1"), group(sales(sandbox), "B", idnumber="m-1")]
    assert ws("core_group_create_groups", groups=two)["errorcode"] == "idnumbertaken"
    assert ws("core_group_create_groups", groups=[group(99, "A")])["errorcode"] == "invalidrecord"


def test_members_come_and_go(ws: Call, sandbox: Sandbox, pair: int) -> None:
    nia, tomas = sandbox.find_person("nia").id, sandbox.find_person("tomas").id
    members = [{"groupid": pair, "userid": person} for person in (nia, tomas, nia)]
    assert ws("core_group_add_group_members", members=members) is None
    assert ws("core_group_get_group_members", groupids=[pair]) == [{"groupid": pair, "userids": [nia, tomas]}]
    assert ws("core_group_delete_group_members", members=members[:1]) is None
    assert ws("core_group_get_group_members", groupids=[pair])[0]["userids"] == [tomas]


def test_one_member_not_enrolled_fails_the_batch(ws: Call, sandbox: Sandbox, pair: int) -> None:
    nia, jonas = sandbox.find_person("nia").id, sandbox.find_person("jonas").id
    members = [{"groupid": pair, "userid": person} for person in (nia, jonas)]
    assert ws("core_group_add_group_members", members=members)["errorcode"] == "invalidparameter"
    assert ws("core_group_get_group_members", groupids=[pair])[0]["userids"] == []


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        ("core_group_add_group_members", {"members": [{"groupid": 99, "userid": 3}]}),
        ("core_group_delete_group_members", {"members": [{"groupid": 99, "userid": 3}]}),
        ("core_group_get_group_members", {"groupids": [99]}),
        ("core_group_get_course_groups", {"courseid": 99}),
        ("core_group_assign_grouping", {"assignments": [{"groupingid": 99, "groupid": 1}]}),
        ("core_course_import_course", {"importfrom": 99, "importto": 2}),
        ("core_course_get_contents", {"courseid": 99}),
    ],
)
def test_what_does_not_exist(ws: Call, function: str, parameters: dict[str, Any]) -> None:
    assert ws(function, **parameters)["errorcode"] == "invalidrecord"


def test_groupings_hold_groups_of_their_course(ws: Call, sandbox: Sandbox, pair: int) -> None:
    (made,) = ws("core_group_create_groupings", groupings=[group(sales(sandbox), "Mentoring")])
    assignment = [{"groupingid": made["id"], "groupid": pair}]
    assert ws("core_group_assign_grouping", assignments=assignment * 2) is None
    assert sandbox.world.groupings[made["id"]].groups == [pair]
    (other,) = ws("core_group_create_groups", groups=[group(sandbox.find_course("ONB-ENG").id, "Pair")])
    foreign = [{"groupingid": made["id"], "groupid": other["id"]}]
    assert ws("core_group_assign_grouping", assignments=foreign)["errorcode"] == "invalidparameter"
    again = ws("core_group_create_groupings", groupings=[group(sales(sandbox), "Mentoring")])
    assert again["errorcode"] == "invalidparameter"


def test_deleted_groups_leave_their_grouping(ws: Call, sandbox: Sandbox, pair: int) -> None:
    (made,) = ws("core_group_create_groupings", groupings=[group(sales(sandbox), "Mentoring")])
    ws("core_group_assign_grouping", assignments=[{"groupingid": made["id"], "groupid": pair}])
    assert ws("core_group_delete_groups", groupids=[pair]) is None
    assert sandbox.world.groupings[made["id"]].groups == []
    assert ws("core_group_get_course_groups", courseid=sales(sandbox)) == []


# -- messages ----------------------------------------------------------------------------------------------------------
def message(person: int, text: str = "Hello") -> dict[str, Any]:
    return {"touserid": person, "text": text, "textformat": 1, "clientmsgid": f"m{person}"}


def test_messages_are_sent_or_refused_one_by_one(ws: Call, sandbox: Sandbox) -> None:
    nia, tomas = sandbox.find_person("nia").id, sandbox.find_person("tomas").id
    sandbox.update_person(tomas, takes_messages=False)
    sent, refused = ws("core_message_send_instant_messages", messages=[message(nia), message(tomas)])
    assert sent["msgid"] > 0
    assert (refused["msgid"], refused["clientmsgid"]) == (-1, f"m{tomas}")
    assert [(row.recipient, row.text) for row in sandbox.messages] == [(nia, "Hello")]


def test_one_unknown_recipient_fails_all_messages(ws: Call, sandbox: Sandbox) -> None:
    both = [message(sandbox.find_person("nia").id), message(9999)]
    assert ws("core_message_send_instant_messages", messages=both)["errorcode"] == "formatnotsupported"
    assert sandbox.messages == []


# -- placement ---------------------------------------------------------------------------------------------------------
def place(ws: Call, sandbox: Sandbox, course: int, **more: Any) -> Any:
    return ws("core_course_import_course", importfrom=sandbox.template_course_id, importto=course, **more)


def ltis(ws: Call, course: int) -> list[dict[str, Any]]:
    return list(ws("mod_lti_get_ltis_by_courses", courseids=[course])["ltis"])


def test_imported_widgets_show_themselves_and_not_the_template(
    ws: Call, sandbox: Sandbox, registration: Registration
) -> None:
    assert place(ws, sandbox, sales(sandbox)) is None
    placed = ltis(ws, sales(sandbox))
    assert [row["instructorcustomparameters"] for row in placed] == ["widget=check-in", "widget=feedback"]
    template = {row["coursemodule"] for row in ltis(ws, sandbox.template_course_id)}
    for row in placed:
        assert row["coursemodule"] not in template
        assert f'/mod/lti/view.php?id={row["coursemodule"]}"' in row["intro"]
        assert str(row["typeid"]) == registration.deployment_id
        assert row["section"] == 0
        assert {"password", "resourcekey", "servicesalt"} <= row.keys()


def test_importing_twice_places_twice(ws: Call, sandbox: Sandbox, registration: Registration) -> None:
    place(ws, sandbox, sales(sandbox))
    place(ws, sandbox, sales(sandbox))
    assert len(ltis(ws, sales(sandbox))) == 4


def test_import_without_activities_places_nothing(
    ws: Call, sandbox: Sandbox, registration: Registration
) -> None:
    place(ws, sandbox, sales(sandbox), options=[{"name": "activities", "value": 0}])
    assert ltis(ws, sales(sandbox)) == []


def test_import_can_empty_the_course_first(ws: Call, sandbox: Sandbox, registration: Registration) -> None:
    place(ws, sandbox, sales(sandbox), deletecontent=1)
    assert [row.modname for row in sandbox.world.modules_in(sales(sandbox))] == ["lti", "lti"]


@pytest.mark.parametrize("wrong", [{"options": [{"name": "users", "value": 1}]}, {"deletecontent": 2}])
def test_wrong_options_of_an_import(
    ws: Call, sandbox: Sandbox, registration: Registration, wrong: dict[str, Any]
) -> None:
    assert place(ws, sandbox, sales(sandbox), **wrong)["errorcode"] == "invalidparameter"
    assert ltis(ws, sales(sandbox)) == []


def test_import_makes_the_section_it_needs(ws: Call, sandbox: Sandbox) -> None:
    source, target = sales(sandbox), sandbox.find_course("LEAD-1").id
    ws("core_course_import_course", importfrom=source, importto=target)
    numbers = [section.number for section in sandbox.world.sections_in(target)]
    assert numbers == [0, 1, 2, 3, 4]


def test_modules_are_deleted_together_or_not_at_all(
    ws: Call, sandbox: Sandbox, registration: Registration
) -> None:
    place(ws, sandbox, sales(sandbox))
    ids = [row["coursemodule"] for row in ltis(ws, sales(sandbox))]
    assert ws("core_course_delete_modules", cmids=[ids[0], 9999])["errorcode"] == "invalidrecordunknown"
    assert len(ltis(ws, sales(sandbox))) == 2
    assert ws("core_course_delete_modules", cmids=ids) is None
    assert ltis(ws, sales(sandbox)) == []


def test_unknown_courses_are_warnings_when_asking_for_tools(ws: Call, sandbox: Sandbox) -> None:
    reply = ws("mod_lti_get_ltis_by_courses", courseids=[sales(sandbox), 99])
    assert reply["ltis"] == []
    assert [warning["itemid"] for warning in reply["warnings"]] == [99]
    assert ws("mod_lti_get_ltis_by_courses") == {"ltis": [], "warnings": []}


# -- batches -----------------------------------------------------------------------------------------------------------
def batch(ws: Call, *requests: tuple[str, Any]) -> list[dict[str, Any]]:
    given = [{"function": name, "arguments": json.dumps(arguments)} for name, arguments in requests]
    return list(ws("tool_mobile_call_external_functions", requests=given)["responses"])


def test_batch_answers_each_request(ws: Call, sandbox: Sandbox) -> None:
    name = "core_group_get_course_groups"
    responses = batch(ws, (name, {"courseid": 2}), (name, {"courseid": "3"}))
    assert [(row["error"], json.loads(row["data"])) for row in responses] == [(False, []), (False, [])]


@pytest.mark.parametrize(
    ("failing", "errorcode"),
    [
        (("core_group_get_course_groups", {"courseid": 99}), "invalidrecord"),
        (("core_group_get_course_groups", {"surplus": 1}), "invalidparameter"),
        (("core_group_get_course_groups", [1]), "invalidparameter"),
        (("core_course_get_courses", {}), "accessexception"),
    ],
)
def test_batch_stops_at_the_first_error(ws: Call, failing: tuple[str, Any], errorcode: str) -> None:
    good: tuple[str, Any] = ("core_cohort_get_cohorts", {})
    responses = batch(ws, good, failing, good)
    assert [row["error"] for row in responses] == [False, True]
    assert json.loads(responses[1]["exception"])["errorcode"] == errorcode
    assert "data" not in responses[1]


def test_arguments_of_a_batch_must_be_json(ws: Call) -> None:
    request = {"function": "core_cohort_get_cohorts", "arguments": "{"}
    (response,) = ws("tool_mobile_call_external_functions", requests=[request])["responses"]
    assert json.loads(response["exception"])["errorcode"] == "invalidparameter"


def test_misbehaviour_of_a_function_reaches_into_batches(ws: Call, sandbox: Sandbox) -> None:
    name = "core_cohort_get_cohorts"
    sandbox.misbehave("missing_capability", function=name, times=1)
    assert [row["error"] for row in batch(ws, (name, {}), (name, {}))] == [True]
    assert [row["error"] for row in batch(ws, (name, {}), (name, {}))] == [False, False]
