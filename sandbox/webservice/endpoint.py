"""The door to the web services: token, function, parameters, answer; and whatever misbehaviour is switched on."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from flask import Blueprint, Response, request

from sandbox.errors import ServiceError, invalid_token
from sandbox.mischief import ERRORS, Rule
from sandbox.sandbox import Sandbox
from sandbox.webservice.params import unflatten
from sandbox.webservice.registry import find

_PROTOCOL_FIELDS = {"wstoken", "wsfunction", "moodlewsrestformat"}
_SETTINGS = {"moodlewssetting" + name for name in ("raw", "fileurl", "filter", "lang", "timezone")}
_MAINTENANCE = (
    "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Under maintenance.</body></html>"
)
_PAGE = "<!DOCTYPE html><html><head><title>Acme Learning</title></head><body>Log in to the site</body></html>"


def webservice_blueprint(sandbox: Sandbox) -> Blueprint:
    blueprint = Blueprint("webservice", __name__)

    @blueprint.post("/webservice/rest/server.php")
    def serve() -> Response:
        form = request.form.to_dict()
        name = form.get("wsfunction", "")
        params = {key: value for key, value in form.items() if key not in _PROTOCOL_FIELDS | _SETTINGS}
        sandbox.calls.append((name, params))
        rule = sandbox.site.mischief.next_for(name)
        if rule and rule.mode == "slow":
            sandbox.site.mischief.hold(rule.seconds)
        if rule and (spoilt := _spoil(rule)):
            return spoilt
        body = _answer(sandbox, rule, form.get("wstoken", ""), name, params)
        if rule and rule.mode in ("truncated", "cut_off"):
            return _half(json.dumps(body), announced=rule.mode == "cut_off")
        if rule and rule.mode == "warnings":
            body = _warning(body)
        return _json(body) if form.get("moodlewsrestformat") == "json" else _xml(body)

    return blueprint


def _answer(sandbox: Sandbox, rule: Rule | None, token: str, name: str, params: Mapping[str, str]) -> Any:
    """What the function returns, or the error, as a JSON value."""
    try:
        if token != sandbox.token:
            raise invalid_token()
        if rule and rule.mode in ERRORS:
            make_error = ERRORS[rule.mode]
            raise make_error()
        called = find(sandbox.site, name)
        with sandbox.change() if called.writes else sandbox.lock:
            return called.call(sandbox.site, unflatten(params))
    except ServiceError as error:
        return error.body()


def _spoil(rule: Rule) -> Response | None:
    """The answer that never came from a function at all."""
    match rule.mode:
        case "busy":
            return Response(
                "<h1>Service Unavailable</h1>", 503, {"Retry-After": "0"}, content_type="text/html"
            )
        case "maintenance":
            return Response(
                _MAINTENANCE, 503, {"Retry-After": "300"}, content_type="text/html; charset=utf-8"
            )
        case "web_services_off":
            return Response("", 403)
        case "server_error":
            return Response("<h1>Internal Server Error</h1>", 500, content_type="text/html")
        case "html":
            return Response(_PAGE, content_type="text/html; charset=utf-8")
        case "empty":
            return Response("", content_type="application/json")
        case _:
            return None


def _half(text: str, *, announced: bool) -> Response:
    """The first half of an answer; announced as the whole, the connection breaks before its end."""
    answer = Response(text[: max(1, len(text) // 2)], content_type="application/json")
    if announced:
        answer.automatically_set_content_length = False
        answer.headers["Content-Length"] = str(len(text.encode()))
    return answer


def _warning(body: Any) -> Any:
    """Leave out the last of what an answer lists, and warn of it, as Moodle does where the token may not see it."""
    if not isinstance(body, dict) or "warnings" not in body:
        return body
    listed = next(
        (name for name, value in body.items() if name != "warnings" and isinstance(value, list)), None
    )
    less = {listed: body[listed][:-1]} if listed else {}
    return body | less | {"warnings": [{"item": "course", "warningcode": "1", "message": "No access rights"}]}


def _json(body: Any) -> Response:
    return Response(json.dumps(body), content_type="application/json")


def _xml(body: Any) -> Response:
    """Moodle answers XML unless asked for JSON. Errors are as Moodle's; for the rest, say what to ask for."""
    error = body if isinstance(body, dict) and "exception" in body else None
    code = error["errorcode"] if error else "jsononly"
    message = (
        error["message"] if error else "The sandbox answers in JSON alone: send moodlewsrestformat=json."
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8" ?>\n<EXCEPTION class="moodle_exception">\n'
        f"<ERRORCODE>{escape(code)}</ERRORCODE>\n<MESSAGE>{escape(message)}</MESSAGE>\n</EXCEPTION>\n"
    )
    return Response(text, content_type="application/xml; charset=utf-8")
