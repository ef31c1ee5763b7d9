"""The sandbox answers in the shapes of a real Moodle: every recorded reply is compared, key by key and type by type."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from sandbox import DEMO_PASSWORD, Sandbox, Tool, create_sandbox_app
from sandbox.lti.memberships import memberships

RECORDED = Path(__file__).parents[1] / "fixtures" / "moodle"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

# Recorded, and not spoken by the sandbox: nothing of Cairn's calls them.
NOT_SPOKEN = {
    "core_block_get_course_blocks": "placements are activities, not blocks",
    "core_user_get_users": "people are read by id",
    "mod_lti_get_tool_types": "the tool knows its own deployment id",
}
# Parts of Moodle's replies that the sandbox leaves out.
LEFT_OUT = {
    "registration_endpoint": "tools are registered in Python: there is no dynamic registration",
}


# -- shapes ------------------------------------------------------------------------------------------------------------
@dataclass
class Shape:
    """What was seen at one place: the JSON types, the parts of objects with how often, the items of lists."""

    types: set[str] = field(default_factory=set)
    objects: int = 0
    parts: dict[str, "Shape"] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    items: "Shape | None" = None

    def learn(self, value: Any) -> "Shape":
        self.types.add(type(value).__name__)
        if isinstance(value, dict):
            self.objects += 1
            for name, part in value.items():
                self.parts.setdefault(name, Shape()).learn(part)
                self.seen[name] = self.seen.get(name, 0) + 1
        elif isinstance(value, list):
            for item in value:
                self.items = (self.items or Shape()).learn(item)
        return self

    def differences(self, value: Any, place: str = "") -> list[str]:
        """How a value differs: a part that every recorded object has is needed, one never seen is too much."""
        if self.types == {"NoneType"} and value is not None and place:
            return []  # Moodle has a value here where there is something to tell
        if type(value).__name__ not in self.types:
            return [f"{place}: {type(value).__name__}, recorded {sorted(self.types)}"]
        if isinstance(value, dict):
            needed = {name for name, times in self.seen.items() if times == self.objects} - LEFT_OUT.keys()
            found = [f"{place}.{name}: missing" for name in sorted(needed - value.keys())]
            found += [f"{place}.{name}: not Moodle's" for name in sorted(value.keys() - self.parts.keys())]
            for name in value.keys() & self.parts.keys():
                found += self.parts[name].differences(value[name], f"{place}.{name}")
            return found
        if isinstance(value, list) and self.items:
            return [line for item in value for line in self.items.differences(item, f"{place}[]")]
        return []


@pytest.mark.parametrize(
    ("value", "differences"),
    [
        ([{"a": 1, "b": None}], []),
        ([{"a": 1}], [".b: missing"]),
        ([{"a": True, "b": 2}], [".a: bool"]),
        ([{"a": 1, "b": 2, "c": "x", "d": 1}], [".d: not Moodle's"]),
        ({}, [": dict"]),
    ],
)
def test_the_comparison_itself_can_fail(value: Any, differences: list[str]) -> None:
    shape = Shape().learn([{"a": 1, "b": 2, "c": "y"}, {"a": 2, "b": None}])
    found = shape.differences(value)
    assert len(found) == len(differences)
    assert all(expected in line for expected, line in zip(differences, found, strict=True))


# -- a sandbox in the situation of the recordings ----------------------------------------------------------------------
@dataclass
class Lab:
    """A sandbox with a tool placed in course 4, two people in that course, one of them refusing messages."""

    sandbox: Sandbox
    client: FlaskClient
    inside: list[int]
    outside: int

    def post(self, form: dict[str, Any]) -> Any:
        reply = self.client.post("/webservice/rest/server.php", data=form)
        assert reply.status_code == 200
        assert reply.mimetype == "application/json"
        return reply.get_json()

    @property
    def placed(self) -> list[int]:
        """The activities that were imported into course 4."""
        return [row.id for row in self.sandbox.world.modules_in(4) if row.modname == "lti"]

    def call(self, function: str, request: dict[str, Any]) -> Any:
        head = {"wstoken": self.sandbox.token, "wsfunction": function, "moodlewsrestformat": "json"}
        return self.post(head | request)


@pytest.fixture
def lab() -> Lab:
    sandbox = Sandbox.open(None, base_url="http://localhost:8081", now=lambda: NOW, people=60)
    launch = "http://127.0.0.1:5000/lti/launch"
    sandbox.register_tool(
        Tool("Companion", "http://127.0.0.1:5000/lti/login", launch, "http://127.0.0.1:5000/jwks")
    )
    sandbox.install_block()
    care = [row.person for row in sandbox.world.enrolments_in(4) if row.role == "student"]
    sandbox.update_person(care[1], takes_messages=False)
    lab = Lab(sandbox, create_sandbox_app(sandbox).test_client(), care, sandbox.find_person("nia").id)
    lab.call("core_course_import_course", {"importfrom": sandbox.template_course_id, "importto": 4})
    return lab


def groups_made(lab: Lab) -> None:
    request = recorded("core_group_create_groups.json")["request"]
    for made in lab.call("core_group_create_groups", own(request)):
        members = {"members[0][groupid]": made["id"], "members[0][userid]": lab.inside[0]}
        lab.call("core_group_add_group_members", members)


def grouping_made(lab: Lab) -> None:
    groups_made(lab)
    lab.call("core_group_create_groupings", own(recorded("core_group_create_groupings.json")["request"]))


def grouped(lab: Lab) -> None:
    grouping_made(lab)
    lab.call(
        "core_group_assign_grouping",
        {"assignments[0][groupingid]": 1, "assignments[0][groupid]": min(lab.sandbox.world.groups)},
    )


def event_made(lab: Lab) -> None:
    groups_made(lab)
    request = own(recorded("core_calendar_create_calendar_events.group.json")["request"])
    first = {"events[0][groupid]": min(lab.sandbox.world.groups)}
    lab.call("core_calendar_create_calendar_events", request | first)


def told(lab: Lab) -> None:
    request = own(recorded("core_message_send_instant_messages.sent_with_messageanyuser.json")["request"])
    lab.call("core_message_send_instant_messages", request | {"messages[0][touserid]": lab.inside[0]})


def recorded(name: str) -> dict[str, Any]:
    reply: dict[str, Any] = json.loads((RECORDED / name).read_text(encoding="utf-8"))
    return reply


def own(request: dict[str, Any]) -> dict[str, Any]:
    """The recorded request without what every call carries."""
    return {
        name: value for name, value in request.items() if name not in ("wsfunction", "moodlewsrestformat")
    }


def report_anew(lab: Lab) -> None:
    """The report as the recordings found it: empty, and to be completed by the token's user."""
    lab.sandbox.make_report_anew()


def column_added(lab: Lab) -> None:
    report_anew(lab)
    lab.call(
        "core_reportbuilder_columns_add", THE_REPORT | {"uniqueidentifier": "course:coursefullnamewithlink"}
    )


def filter_added(lab: Lab) -> None:
    column_added(lab)
    lab.call("core_reportbuilder_filters_add", THE_REPORT | {"uniqueidentifier": "completion:timecompleted"})


THE_REPORT: dict[str, Any] = {"reportid": 1}


def column(lab: Lab) -> int:
    return max(lab.sandbox.world.report_columns)


@dataclass(frozen=True)
class Case:
    """What has to be there before, and what is asked differently because ids differ."""

    before: Callable[[Lab], None] = lambda lab: None
    instead: Callable[[Lab], dict[str, Any]] = lambda lab: {}


def learner(lab: Lab) -> dict[str, Any]:
    return {"courseid": 4, "userid": lab.inside[0]}


CASES = {
    "block_cairn_place.remove.json": Case(
        lambda lab: lab.call("block_cairn_place", {"courseid": 4, "widget": "check-in"})
    ),
    "core_completion_get_activities_completion_status.json": Case(instead=learner),
    "core_completion_get_course_completion_status.json": Case(instead=learner),
    "core_completion_get_course_completion_status.no_criteria.json": Case(
        instead=lambda lab: {"courseid": 6, "userid": lab.inside[0]}
    ),
    "core_course_delete_modules.json": Case(
        instead=lambda lab: {"cmids[0]": max(row.id for row in lab.sandbox.world.modules_in(4))}
    ),
    "core_course_import_course.json": Case(
        instead=lambda lab: {"importfrom": lab.sandbox.template_course_id}
    ),
    "core_courseformat_update_course.cm_move.json": Case(
        instead=lambda lab: {
            "ids[0]": lab.placed[0],
            "ids[1]": lab.placed[1],
            "targetcmid": min(row.id for row in lab.sandbox.world.modules_in(4)),
        }
    ),
    "core_enrol_get_enrolled_users.page0.json": Case(groups_made, lambda lab: {"courseid": 4}),
    "core_enrol_get_enrolled_users.userfields.json": Case(groups_made, lambda lab: {"courseid": 4}),
    "core_group_add_group_members.json": Case(
        groups_made, lambda lab: {f"members[{number}][userid]": lab.inside[number] for number in (0, 1)}
    ),
    "core_group_add_group_members.not_enrolled.json": Case(
        groups_made, lambda lab: {"members[0][userid]": lab.outside}
    ),
    "core_group_add_group_members.unknown_user.json": Case(
        groups_made, lambda lab: {"members[0][groupid]": min(lab.sandbox.world.groups)}
    ),
    "core_reportbuilder_columns_add.json": Case(report_anew, lambda _lab: THE_REPORT),
    "core_reportbuilder_columns_sort_toggle.json": Case(
        column_added, lambda lab: THE_REPORT | {"columnid": column(lab)}
    ),
    "core_update_inplace_editable.columnheading.json": Case(
        column_added, lambda lab: {"itemid": column(lab)}
    ),
    "core_reportbuilder_filters_add.json": Case(column_added, lambda _lab: THE_REPORT),
    "core_reportbuilder_filters_add.again.json": Case(filter_added, lambda _lab: THE_REPORT),
    "core_reportbuilder_set_filters.json": Case(filter_added, lambda _lab: THE_REPORT),
    "core_reportbuilder_set_filters.none.json": Case(filter_added, lambda _lab: THE_REPORT),
    "core_group_assign_grouping.json": Case(grouping_made),
    "core_group_create_groups.same_name_again.json": Case(groups_made),
    "core_group_get_course_groupings.json": Case(grouping_made),
    "core_group_get_groupings.json": Case(grouped, lambda lab: {"groupingids[0]": 1}),
    "core_group_unassign_grouping.json": Case(
        grouped,
        lambda lab: {
            "unassignments[0][groupingid]": 1,
            "unassignments[0][groupid]": min(lab.sandbox.world.groups),
        },
    ),
    "core_calendar_get_calendar_events.json": Case(
        event_made, lambda lab: {"events[groupids][0]": min(lab.sandbox.world.groups)}
    ),
    "core_calendar_delete_calendar_events.json": Case(
        event_made, lambda lab: {"events[0][eventid]": min(lab.sandbox.world.events)}
    ),
    "core_message_get_messages.json": Case(
        told,
        lambda lab: {"useridfrom": lab.sandbox.world.service_user, "useridto": lab.inside[0]},
    ),
    "core_message_get_messages.unknown_user.json": Case(
        instead=lambda lab: {"useridfrom": lab.sandbox.world.service_user}
    ),
    "core_group_delete_group_members.json": Case(groups_made),
    "core_group_get_course_groups.json": Case(groups_made),
    "core_group_get_group_members.json": Case(groups_made),
    "core_message_send_instant_messages.refused_by_preferences.json": Case(
        instead=lambda lab: {"messages[0][touserid]": lab.inside[1]}
    ),
    "core_message_send_instant_messages.sent_with_messageanyuser.json": Case(
        instead=lambda lab: {"messages[0][touserid]": lab.inside[0]}
    ),
}


def replies() -> list[str]:
    """The recordings of web-service functions that the sandbox speaks."""
    names = sorted(path.name for path in RECORDED.glob("*.json"))
    return [
        name
        for name in names
        if (function := recorded(name).get("function"))
        and function not in NOT_SPOKEN
        and name != "error.invalid_token.json"
    ]


def test_recordings_are_there() -> None:
    assert len(replies()) >= 35


@pytest.mark.parametrize("name", replies())
def test_replies_have_the_recorded_shape(lab: Lab, name: str) -> None:
    reply, case = recorded(name), CASES.get(name, Case())
    case.before(lab)
    answer = lab.call(reply["function"], own(reply["request"]) | case.instead(lab))
    assert Shape().learn(reply["response"]).differences(answer) == []
    if isinstance(reply["response"], dict) and "errorcode" in reply["response"]:
        assert answer == reply["response"]
    elif isinstance(reply["response"], list) and reply["response"]:
        assert answer, "an empty list has every shape"


def test_invalid_token(lab: Lab) -> None:
    reply = recorded("error.invalid_token.json")
    answer = lab.post({"wstoken": "0" * 32, "wsfunction": reply["function"], "moodlewsrestformat": "json"})
    assert answer == reply["response"]


def test_function_not_in_the_service(lab: Lab) -> None:
    answer = lab.call("core_course_get_courses", {})
    assert answer == recorded("error.function_not_in_service.body.json")


def test_report_headers_are_the_recorded_ones(lab: Lab) -> None:
    answer = lab.call("core_reportbuilder_retrieve_report", {"reportid": 1})
    recording = recorded("core_reportbuilder_retrieve_report.page0.json")["response"]
    assert answer["data"]["headers"] == recording["data"]["headers"]
    assert {len(row["columns"]) for row in answer["data"]["rows"]} == {len(recording["data"]["headers"])}


def test_every_function_offered_was_recorded_or_is_the_batch(lab: Lab) -> None:
    offered = {row["name"] for row in lab.call("core_webservice_get_site_info", {})["functions"]}
    known = {recorded(name)["function"] for name in replies()}
    assert offered - known == {"tool_mobile_call_external_functions"}


# -- LTI ---------------------------------------------------------------------------------------------------------------
class Fields(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.found = "", dict[str, str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            self.found[given["name"]] = given["value"]


@pytest.mark.parametrize(
    ("username", "recording"), [("sunna", "learner_claims"), ("admin", "instructor_claims")]
)
def test_launches_carry_the_recorded_fields_and_claims(lab: Lab, username: str, recording: str) -> None:
    seen = recorded("lti_launch_and_services.json")
    lab.client.post("/login/index.php", data={"username": username, "password": DEMO_PASSWORD})
    widget = min(row.id for row in lab.sandbox.world.modules_in(4) if row.modname == "lti")

    initiation = Fields(lab.client.get(f"/mod/lti/view.php?id={widget}").text)
    assert initiation.action == seen["login_initiation"]["action"]
    assert initiation.found.keys() == seen["login_initiation"]["fields"].keys()
    hint = json.loads(initiation.found["lti_message_hint"])
    recorded_hint = json.loads(seen["login_initiation"]["fields"]["lti_message_hint"])
    assert Shape().learn(recorded_hint).differences(hint) == []

    wanted = seen["auth_request"] | {
        name: initiation.found[name] for name in ("client_id", "login_hint", "lti_message_hint")
    }
    answer = Fields(lab.client.get("/mod/lti/auth.php", query_string=wanted).text)
    assert answer.action == seen["auth_response"]["action"]
    assert answer.found.keys() == seen["auth_response"]["fields"].keys()

    token = answer.found["id_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert Shape().learn(seen[recording]).differences(claims) == []
    assert (
        claims["https://purl.imsglobal.org/spec/lti/claim/roles"]
        == seen[recording]["https://purl.imsglobal.org/spec/lti/claim/roles"]
    )
    assert claims["exp"] - claims["iat"] == seen[recording]["exp"] - seen[recording]["iat"]
    header = jwt.get_unverified_header(token)
    assert (header.keys(), header["alg"]) == (seen["jwt_header"].keys(), seen["jwt_header"]["alg"])


@pytest.mark.parametrize(
    ("path", "recording"),
    [
        ("certs.php", recorded("lti_launch_and_services.json")["certs"]),
        ("openid-configuration.php", recorded("lti_openid_configuration.json")),
    ],
)
def test_published_documents_have_the_recorded_shape(lab: Lab, path: str, recording: dict[str, Any]) -> None:
    answer = lab.client.get(f"/mod/lti/{path}").get_json()
    assert Shape().learn(recording).differences(answer) == []


def test_roster_has_the_recorded_shape(lab: Lab) -> None:
    _, headers, body = recorded("lti_launch_and_services.json")["nrps"]
    answer, following = memberships(
        lab.sandbox.site, lab.sandbox.world.tools[1], 2, limit=2, start=0, role=""
    )
    assert Shape().learn(body).differences(answer) == []
    assert f'<{following}>; rel="next"' == headers["Link"]
