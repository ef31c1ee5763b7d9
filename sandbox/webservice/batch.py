"""tool_mobile_call_external_functions: many calls in one request, up to the first that fails."""

import json
from typing import Any

from sandbox.errors import ServiceError, invalid_parameter
from sandbox.site import Site
from sandbox.webservice.params import TEXT, Many, Struct, Value
from sandbox.webservice.registry import find, function


@function(
    "tool_mobile_call_external_functions",
    writes=True,
    requests=Many(
        Struct(
            {
                "function": TEXT,
                "arguments": Value(str, default="{}"),
                "settingraw": Value(bool, default=False),
                "settingfilter": Value(bool, default=False),
                "settingfileurl": Value(bool, default=True),
                "settinglang": Value(str, default=""),
            }
        )
    ),
)
def call_external_functions(site: Site, requests: list[dict[str, Any]]) -> dict[str, Any]:
    """One response a request; the first with an error is the last."""
    responses: list[dict[str, Any]] = []
    for request in requests:
        responses.append(_respond(site, request["function"], request["arguments"]))
        if responses[-1]["error"]:
            break
    return {"responses": responses}


def _respond(site: Site, name: str, arguments: str) -> dict[str, Any]:
    try:
        if error := site.mischief.error_for(name):
            raise error
        return {"error": False, "data": json.dumps(find(site, name).call(site, _read(arguments)))}
    except ServiceError as error:
        told = {"errorcode": error.errorcode, "message": error.message}
        return {"error": True, "exception": json.dumps(told)}


def _read(arguments: str) -> dict[str, Any]:
    try:
        given = json.loads(arguments)
    except ValueError:
        raise invalid_parameter() from None
    if not isinstance(given, dict):
        raise invalid_parameter()
    return given
