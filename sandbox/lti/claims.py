"""What an id_token says of a launch, claim by claim as Moodle says it."""

import hashlib
import json
import secrets
from typing import Any

from sandbox.records import Course, Module, Person, ToolType
from sandbox.site import SITE_NAME, VERSION, Site
from sandbox.webservice.courses import idnumber

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"
AGS_SCOPES = tuple(
    "https://purl.imsglobal.org/spec/lti-ags/scope/" + name
    for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")
)
NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LIFETIME = 60  # seconds, as in Moodle
_TARGETS = {2: "iframe", 3: "iframe", 4: "window", 5: "frame"}
_VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"


def launch_claims(
    site: Site, tool: ToolType, module: Module, person: Person, *, teaches: bool, nonce: str
) -> dict[str, Any]:
    """All claims of a resource link launch. Times are epoch seconds; ids are text."""
    course = site.world.courses[module.course]
    return _common(site, tool, course, person, teaches=teaches, nonce=nonce) | {
        LTI + "message_type": "LtiResourceLinkRequest",
        LTI + "resource_link": {"title": module.name, "description": "", "id": str(module.instance)},
        OUTCOME: _outcome(site, tool, module, person),
        LTI + "launch_presentation": _presentation(site, module, person),
        LTI + "custom": parameters(module.custom)
        | parameters(tool.custom)
        | {"context_memberships_url": memberships_url(site, tool, course)},
        AGS_ENDPOINT: _grades(site, tool, module),
    }


def choice_claims(
    site: Site, tool: ToolType, course: Course, person: Person, *, teaches: bool, nonce: str, return_url: str
) -> dict[str, Any]:
    """All claims of a launch that picks content of a tool for a course."""
    return _common(site, tool, course, person, teaches=teaches, nonce=nonce) | {
        LTI + "message_type": "LtiDeepLinkingRequest",
        LTI + "launch_presentation": {"locale": person.lang},
        LTI + "custom": parameters(tool.custom)
        | {"context_memberships_url": memberships_url(site, tool, course)},
        AGS_ENDPOINT: {"scope": list(AGS_SCOPES), "lineitems": lineitems_url(site, tool, course.id)},
        SETTINGS: {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": False,
            "accept_multiple": True,
            "accept_unsigned": False,
            "auto_create": False,
            "can_confirm": False,
            "deep_link_return_url": return_url,
            "title": tool.name,
            "text": "",
        },
    }


def _common(
    site: Site, tool: ToolType, course: Course, person: Person, *, teaches: bool, nonce: str
) -> dict[str, Any]:
    now = site.epoch()
    return {
        "nonce": nonce,
        "iat": now,
        "exp": now + LIFETIME,
        "iss": site.base_url,
        "aud": tool.client_id,
        LTI + "deployment_id": str(tool.id),
        LTI + "target_link_uri": tool.launch_url,
        "sub": str(person.id),
        LTI + "lis": {"person_sourcedid": person.idnumber, "course_section_sourcedid": idnumber(course)},
        LTI + "roles": _roles(person, teaches),
        LTI + "context": {
            "id": str(course.id),
            "label": course.shortname,
            "title": course.fullname,
            "type": ["CourseSection"],
        },
        "given_name": person.firstname,
        "family_name": person.lastname,
        "name": person.fullname,
        LTI + "ext": {"user_username": person.username, "lms": "moodle-2"},
        "email": person.email,
        LTI + "tool_platform": {
            "product_family_code": "moodle",
            "version": VERSION,
            "guid": site.host,
            "name": "acme",
            "description": SITE_NAME,
        },
        LTI + "version": "1.3.0",
        NRPS: {
            "context_memberships_url": memberships_url(site, tool, course),
            "service_versions": ["1.0", "2.0"],
        },
    }


def _roles(person: Person, teaches: bool) -> list[str]:
    if person.is_admin:
        return [
            _VOCABULARY + "institution/person#Administrator",
            _VOCABULARY + "membership#Instructor",
            _VOCABULARY + "system/person#Administrator",
        ]
    return [_VOCABULARY + ("membership#Instructor" if teaches else "membership#Learner")]


def parameters(text: str) -> dict[str, str]:
    """Custom parameters of an activity or of a tool, one `name=value` a line; in Moodle the tool's win."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def memberships_url(site: Site, tool: ToolType, course: Course) -> str:
    return site.url(f"/mod/lti/services.php/CourseSection/{course.id}/bindings/{tool.id}/memberships")


def _presentation(site: Site, module: Module, person: Person) -> dict[str, str]:
    """The return address carries a session key in Moodle, so a tool must not log it; this one opens nothing."""
    query = (
        f"course={module.course}&launch_container={module.launchcontainer}"
        f"&instanceid={module.instance}&sesskey={secrets.token_urlsafe(8)[:10]}"
    )
    return {
        "locale": person.lang,
        "document_target": _TARGETS.get(module.launchcontainer, "iframe"),
        "return_url": site.url(f"/mod/lti/return.php?{query}"),
    }


def _outcome(site: Site, tool: ToolType, module: Module, person: Person) -> dict[str, str]:
    data = {
        "instanceid": str(module.instance),
        "userid": str(person.id),
        "typeid": str(tool.id),
        "launchid": secrets.randbelow(2**31),
    }
    digest = hashlib.sha256((json.dumps(data) + module.servicesalt).encode()).hexdigest()
    return {
        "lis_result_sourcedid": json.dumps({"data": data, "hash": digest}, separators=(",", ":")),
        "lis_outcome_service_url": site.url("/mod/lti/service.php"),
    }


def _grades(site: Site, tool: ToolType, module: Module) -> dict[str, Any]:
    return {
        "scope": list(AGS_SCOPES),
        "lineitems": lineitems_url(site, tool, module.course),
        "lineitem": lineitem_url(site, tool, module.course, module.instance),
    }


def lineitems_url(site: Site, tool: ToolType, course: int) -> str:
    return site.url(f"/mod/lti/services.php/{course}/lineitems?type_id={tool.id}")


def lineitem_url(site: Site, tool: ToolType, course: int, item: int) -> str:
    return site.url(f"/mod/lti/services.php/{course}/lineitems/{item}/lineitem?type_id={tool.id}")
