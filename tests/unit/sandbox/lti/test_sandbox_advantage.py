"""The sandbox as Moodle: a tool that registers itself, content that is picked, a gradebook."""

from collections.abc import Callable
from html import unescape
from re import search
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from sandbox import Registration, Sandbox
from sandbox.lti.grades import ITEM_TYPE, SCORE_TYPE, RefusedGradeError, add_item, add_score, items

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
BASE = "http://localhost:5000"
SignIn = Callable[[str], None]


def told(**changes: Any) -> dict[str, Any]:
    """What a tool tells of itself; a change to None leaves a part out."""
    part = {"domain": "localhost:5000", "target_link_uri": f"{BASE}/lti/launch", "messages": []}
    sent = {
        "response_types": ["id_token"],
        "initiate_login_uri": f"{BASE}/lti/login",
        "redirect_uris": [f"{BASE}/lti/launch"],
        "client_name": "Cairn",
        "jwks_uri": f"{BASE}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        TOOL: {**part, **changes.pop("tool", {})},
        **changes,
    }
    return {name: value for name, value in sent.items() if value is not None}


def invited(client: FlaskClient, sign_in: SignIn, update: int = 0) -> str:
    """The registration token of an invitation."""
    sign_in("admin")
    page = client.post("/mod/lti/toolconfigure.php", data={"url": f"{BASE}/register/x", "update": update})
    found = search(r'<iframe[^>]* src="([^"]+)"', page.text)
    assert found
    query = parse_qs(urlsplit(unescape(found[1])).query)
    assert query["openid_configuration"][0].endswith("/mod/lti/openid-configuration.php")
    return query["registration_token"][0]


def register(client: FlaskClient, token: str, sent: Any) -> Any:
    return client.post(
        "/mod/lti/openid-registration.php", json=sent, headers={"Authorization": f"Bearer {token}"}
    )


def test_a_tool_registers_itself_waits_and_is_activated(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn
) -> None:
    answer = register(client, invited(client, sign_in), told())
    assert answer.status_code == 200
    [tool] = sandbox.world.tools.values()
    assert answer.get_json()["client_id"] == tool.client_id
    assert answer.get_json()[TOOL]["deployment_id"] == str(tool.id)
    assert tool.pending
    client.post(f"/mod/lti/toolconfigure.php/{tool.id}/activate")
    assert not sandbox.world.tools[tool.id].pending


def test_an_update_keeps_the_client_id_and_stays_active(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, registration: Registration
) -> None:
    known = int(registration.deployment_id)
    answer = register(client, invited(client, sign_in, known), told(client_name="Cairn 2"))
    assert answer.get_json()["client_id"] == registration.client_id
    assert (sandbox.world.tools[known].name, sandbox.world.tools[known].pending) == ("Cairn 2", False)


def test_a_token_registers_once(client: FlaskClient, sandbox: Sandbox, sign_in: SignIn) -> None:
    token = invited(client, sign_in)
    register(client, token, told())
    again = register(client, token, told())
    assert (again.status_code, again.text) == (401, "token_already_used")
    assert register(client, "made up", told()).status_code == 401
    assert len(sandbox.world.tools) == 1


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ([], f"missing_{TOOL}"),
        (told(jwks_uri=None), "missing_jwks_uri"),
        (told(redirect_uris=[]), "missing_redirect_uris"),
        (told(response_types=["code"]), "invalid_response_types"),
        (told(token_endpoint_auth_method="none"), "invalid_token_endpoint_auth_method"),
        (told(tool={"domain": ""}), "missing_domain"),
        (told(tool={"domain": "localhost"}), "domain_targetlinkuri_mismatch"),
    ],
)
def test_what_moodle_refuses(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, sent: Any, word: str
) -> None:
    answer = register(client, invited(client, sign_in), sent)
    assert (answer.status_code, answer.text) == (400, word)
    assert sandbox.world.tools == {}


def test_only_the_administrator_manages_tools(client: FlaskClient, sign_in: SignIn) -> None:
    assert client.get("/mod/lti/toolconfigure.php").status_code == 302
    sign_in("ines")
    assert client.get("/mod/lti/toolconfigure.php").status_code == 403
    assert client.post("/mod/lti/toolconfigure.php/1/activate").status_code == 403


def test_only_a_teacher_picks_content(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, registration: Registration
) -> None:
    course = sandbox.find_course("ONB-SALES").id
    address = f"/mod/lti/contentitem.php?course={course}&id={registration.deployment_id}"
    assert client.get(address).status_code == 302
    sign_in("tomas")
    assert client.get(address).status_code == 403
    sign_in("ines")
    assert client.get(address).status_code == 200
    assert client.get(address.replace(f"course={course}", "course=99")).status_code == 404


def test_content_needs_the_session_key_and_the_tools_signature(
    client: FlaskClient, sandbox: Sandbox, sign_in: SignIn, registration: Registration
) -> None:
    course = sandbox.find_course("ONB-SALES").id
    address = f"/mod/lti/contentitem_return.php?course={course}&id={registration.deployment_id}"
    assert "repost" in client.post(address, data={"JWT": "x"}).text, "asked once more, for the cookie"
    sign_in("ines")
    assert client.post(address, data={"JWT": "x"}).status_code == 403
    before = len(sandbox.world.modules)
    assert client.post(f"{address}&sesskey=0000000000", data={"JWT": "x"}).status_code == 403
    assert len(sandbox.world.modules) == before


@pytest.fixture
def course(sandbox: Sandbox, registration: Registration) -> int:
    return sandbox.find_course("ONB-SALES").id


def score(person: int, timestamp: str, **changes: Any) -> dict[str, Any]:
    return {
        "userId": str(person),
        "timestamp": timestamp,
        "scoreGiven": 1,
        "scoreMaximum": 4,
        "activityProgress": "InProgress",
        "gradingProgress": "FullyGraded",
        **changes,
    }


def test_a_column_and_a_score_that_only_a_newer_one_replaces(sandbox: Sandbox, course: int) -> None:
    [tool] = sandbox.world.tools.values()
    made = add_item(sandbox, tool, course, {"label": "Check-ins", "scoreMaximum": 100, "tag": "t"})
    assert made in items(sandbox, tool, course)
    [number] = sandbox.world.lineitems
    student = next(row.person for row in sandbox.world.enrolments_in(course) if row.role == "student")
    add_score(sandbox, tool, course, number, score(student, "2026-11-23T12:00:00Z"))
    add_score(sandbox, tool, course, number, score(student, "2026-11-23T12:00:01Z", scoreGiven=2))
    for late in ("2026-11-23T12:00:01Z", "2026-11-23T11:00:00Z"):
        with pytest.raises(RefusedGradeError) as refused:
            add_score(sandbox, tool, course, number, score(student, late, scoreGiven=3))
        assert refused.value.status == 409
    assert [row.given for row in sandbox.world.scores.values()] == [2]


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": "999999"},
        {"userId": 5},
        {"timestamp": "yesterday"},
        {"timestamp": "2026-11-23T12:00:00"},
        {"gradingProgress": None},
        {"scoreMaximum": "4"},
    ],
)
def test_a_score_that_moodle_would_not_take(sandbox: Sandbox, course: int, changes: dict[str, Any]) -> None:
    [tool] = sandbox.world.tools.values()
    add_item(sandbox, tool, course, {"label": "Check-ins", "scoreMaximum": 100})
    [number] = sandbox.world.lineitems
    student = next(row.person for row in sandbox.world.enrolments_in(course) if row.role == "student")
    sent = {**score(student, "2026-11-23T12:00:00Z"), **changes}
    with pytest.raises(RefusedGradeError) as refused:
        add_score(sandbox, tool, course, number, sent)
    assert refused.value.status == 400


def test_services_need_a_token(client: FlaskClient, course: int, registration: Registration) -> None:
    base = f"/mod/lti/services.php/{course}/lineitems"
    query = f"?type_id={registration.deployment_id}"
    assert client.get(base + query).status_code == 401
    assert client.post(base + query, data="{}", content_type=ITEM_TYPE).status_code == 401
    assert (
        client.post(f"{base}/1/lineitem/scores{query}", data="{}", content_type=SCORE_TYPE).status_code == 401
    )


def test_all_of_it_survives_a_restart(sandbox: Sandbox, course: int) -> None:
    [tool] = sandbox.world.tools.values()
    add_item(sandbox, tool, course, {"label": "Check-ins", "scoreMaximum": 100})
    again = type(sandbox.world).from_json(sandbox.world.to_json())
    assert again.lineitems == sandbox.world.lineitems
    older = {k: v for k, v in sandbox.world.to_json().items() if k not in ("lineitems", "scores")}
    assert type(sandbox.world).from_json(older).lineitems == {}, "kept before there was a gradebook"
