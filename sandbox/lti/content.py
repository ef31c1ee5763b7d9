"""What a tool sends back of the content somebody picked: checked, and put at the top of the course."""

import secrets
from typing import Any

import jwt

from sandbox.lti.registration import EXISTING_WINDOW, frame
from sandbox.lti.tokens import FetchJson
from sandbox.records import Module, ToolType
from sandbox.sandbox import Sandbox

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


class RefusedContentError(Exception):
    """The answer is not the tool's, or not an answer."""


def read_answer(sandbox: Sandbox, tool: ToolType, sent: str, fetch: FetchJson) -> list[dict[str, Any]]:
    """The items of a signed answer. Raises RefusedContentError."""
    try:
        keys = jwt.PyJWKSet.from_dict(fetch(tool.jwks_url))
        key = keys[jwt.get_unverified_header(sent).get("kid", "")]
        checks: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        told = jwt.decode(
            sent,
            key,
            algorithms=["RS256"],
            audience=sandbox.site.base_url,
            issuer=tool.client_id,
            options=checks,
        )
    except (jwt.PyJWTError, KeyError, OSError, ValueError):
        raise RefusedContentError("The answer is not signed by the tool.") from None
    fits = (
        told.get(LTI + "message_type") == "LtiDeepLinkingResponse"
        and told.get(LTI + "deployment_id") == str(tool.id)
        and told.get("exp", 0) > sandbox.site.epoch()
    )
    items = told.get(ITEMS)
    if not fits or not isinstance(items, list):
        raise RefusedContentError("The answer does not say what was picked.")
    return items


def add(sandbox: Sandbox, tool: ToolType, course: int, items: list[dict[str, Any]]) -> list[Module]:
    """Put the resource links at the top of the course; a link with an address would belong to no tool."""
    with sandbox.change() as world:
        section = world.sections_in(course)[0]
        made = []
        for item in items:
            if item.get("type") != "ltiResourceLink":
                continue
            cmid = world.next_id("modules")
            name = str(item.get("title") or tool.name)
            module = Module(
                id=cmid,
                course=course,
                section=section.id,
                modname="lti",
                name=name,
                instance=world.next_id("lti"),
                intro=frame(sandbox.site, cmid, name),
                showdescription=True,
                timecreated=sandbox.site.epoch(),
                tool=0 if item.get("url") else tool.id,
                custom="\n".join(f"{name}={value}" for name, value in item.get("custom", {}).items()),
                launchcontainer=EXISTING_WINDOW,
                servicesalt=secrets.token_hex(7),
            )
            world.modules[cmid] = module
            made.append(module)
    return made
