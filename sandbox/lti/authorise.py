"""The OIDC step: a tool asks who opened the activity, and is told, refused by form, or refused outright."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import jwt

from sandbox.lti.claims import choice_claims, launch_claims
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
    hint: dict[str, int | str] = {"cmid": cmid, "launchid": sandbox.launches.begin(person.id, cmid)}
    return _initiation(sandbox, sandbox.world.tools[sandbox.world.modules[cmid].tool], person, hint)


def choice_initiation(sandbox: Sandbox, tool: ToolType, course: int, person: Person) -> PostedForm:
    """What the browser takes to the tool so that somebody picks its content for a course."""
    hint = {"launchid": sandbox.launches.begin_choice(person.id, tool.id, course)}
    return _initiation(sandbox, tool, person, hint)


def _initiation(
    sandbox: Sandbox, tool: ToolType, person: Person, hint: Mapping[str, int | str]
) -> PostedForm:
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
    tool = _tool_of(sandbox, launch)
    if launch is None or tool is None:
        raise InvalidRequestError("This launch is not known, or was used before.")
    if given["redirect_uri"] not in tool.redirect_uris:
        raise InvalidRequestError("The redirect_uri is not one that the tool registered.")
    refusal = _refusal(given, tool, person)
    fields = refusal or {"id_token": _id_token(sandbox, launch, tool, person, given["nonce"])}
    if "state" in given:
        fields["state"] = given["state"]
    return PostedForm(given["redirect_uri"], fields)


def _tool_of(sandbox: Sandbox, launch: Launch | None) -> ToolType | None:
    if launch is None:
        return None
    module = sandbox.world.modules.get(launch.module)
    return sandbox.world.tools.get(module.tool if module else launch.tool)


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
    world, site = sandbox.world, sandbox.site
    module = world.modules.get(launch.module)
    course = world.courses[module.course if module else launch.course]
    teaches = is_teacher(sandbox, person, course.id)
    if module is not None:
        claims = launch_claims(site, tool, module, person, teaches=teaches, nonce=nonce)
    else:
        back = return_url(sandbox, tool, course.id, person)
        claims = choice_claims(site, tool, course, person, teaches=teaches, nonce=nonce, return_url=back)
    return jwt.encode(claims, sandbox.key, algorithm="RS256", headers={"kid": key_id(sandbox.key)})


def is_teacher(sandbox: Sandbox, person: Person, course: int) -> bool:
    enrolment = sandbox.world.enrolment(course, person.id)
    return person.is_admin or (enrolment is not None and enrolment.role == "editingteacher")


def return_url(sandbox: Sandbox, tool: ToolType, course: int, person: Person) -> str:
    """Where the content picked is posted to: with a session key, as in Moodle."""
    query = f"course={course}&id={tool.id}&sesskey={session_key(sandbox, person)}"
    return sandbox.site.url(f"/mod/lti/contentitem_return.php?{query}")


def session_key(sandbox: Sandbox, person: Person) -> str:
    """10 digits that follow from the person and the site's own secret."""
    told = f"{sandbox.world.cookie_key}:{person.id}"
    return hashlib.sha256(told.encode()).hexdigest()[:10]
