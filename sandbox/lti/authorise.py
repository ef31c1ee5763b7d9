"""The OIDC step: a tool asks who opened the activity, and is told, refused by form, or refused outright."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import jwt

from sandbox.lti.claims import launch_claims
from sandbox.lti.keys import key_id
from sandbox.lti.launches import Launch
from sandbox.records import Person, ToolType
from sandbox.sandbox import Sandbox

_NEEDED = ("scope", "response_type", "client_id", "redirect_uri", "login_hint", "lti_message_hint", "nonce")


class InvalidRequestError(Exception):
    """Nothing in the request can be trusted, not even the address to answer to."""


@dataclass(frozen=True)
class PostedForm:
    """A form that the browser sends on by itself."""

    action: str
    fields: dict[str, str]


def login_initiation(sandbox: Sandbox, cmid: int, person: Person) -> PostedForm:
    """What the browser takes to the tool to begin a launch of this activity."""
    module = sandbox.world.modules[cmid]
    tool = sandbox.world.tools[module.tool]
    hint = {"cmid": cmid, "launchid": sandbox.launches.begin(person.id, cmid)}
    return PostedForm(
        tool.login_url,
        {
            "iss": sandbox.site.base_url,
            "target_link_uri": tool.launch_url,
            "login_hint": str(person.id),
            "lti_message_hint": json.dumps(hint, separators=(",", ":")),
            "client_id": tool.client_id,
            "lti_deployment_id": str(tool.id),
        },
    )


def authorise(sandbox: Sandbox, given: Mapping[str, str], person: Person) -> PostedForm:
    """Answer an authentication request of the person signed in, with Moodle's checks in Moodle's order.

    Raises InvalidRequestError where the launch is not known or the address to answer to is not the tool's.
    """
    if not all(given.get(name) for name in _NEEDED):
        raise InvalidRequestError("The request lacks a part that it needs.")
    if given["scope"] != "openid" or given["response_type"] != "id_token":
        raise InvalidRequestError("Ask for scope=openid and response_type=id_token.")
    launch = _take_launch(sandbox, given, person)
    if launch is None or launch.module not in sandbox.world.modules:
        raise InvalidRequestError("This launch is not known, or was used before.")
    module = sandbox.world.modules[launch.module]
    tool = sandbox.world.tools[module.tool]
    if given["redirect_uri"] not in tool.redirect_uris:
        raise InvalidRequestError("The redirect_uri is not one that the tool registered.")
    refusal = _refusal(given, tool, person)
    fields = refusal or {"id_token": _id_token(sandbox, launch, tool, person, given["nonce"])}
    if "state" in given:
        fields["state"] = given["state"]
    return PostedForm(given["redirect_uri"], fields)


def _take_launch(sandbox: Sandbox, given: Mapping[str, str], person: Person) -> Launch | None:
    try:
        hint = json.loads(given.get("lti_message_hint", ""))
        launch_id = str(hint["launchid"])
    except (ValueError, TypeError, KeyError):
        return None
    return sandbox.launches.take(launch_id, person.id)


def _refusal(given: Mapping[str, str], tool: ToolType, person: Person) -> dict[str, str] | None:
    """The first thing wrong with the request, as the fields posted to the tool."""
    checks = (
        (given["client_id"] == tool.client_id, "unauthorized_client", ""),
        (given["login_hint"] == str(person.id), "access_denied", ""),
        (given.get("response_mode") == "form_post", "invalid_request", "Invalid response_mode"),
        (given.get("prompt") in (None, "", "none"), "invalid_request", "Invalid prompt"),
    )
    for passed, error, description in checks:
        if not passed:
            return {"error": error} | ({"error_description": description} if description else {})
    return None


def _id_token(sandbox: Sandbox, launch: Launch, tool: ToolType, person: Person, nonce: str) -> str:
    world = sandbox.world
    module = world.modules[launch.module]
    enrolment = world.enrolment(module.course, person.id)
    teaches = person.is_admin or (enrolment is not None and enrolment.role == "editingteacher")
    claims = launch_claims(sandbox.site, tool, module, person, teaches=teaches, nonce=nonce)
    return jwt.encode(claims, sandbox.key, algorithm="RS256", headers={"kid": key_id(sandbox.key)})
