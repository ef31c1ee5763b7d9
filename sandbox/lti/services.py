"""The services that a tool calls with an access token: the roster of a course and its gradebook."""

from typing import Any

from flask import Blueprint, abort, jsonify, request

from sandbox.lti.claims import AGS_SCOPES, NRPS_SCOPE
from sandbox.lti.grades import (
    ITEM_TYPE,
    ITEMS_TYPE,
    SCORE_TYPE,
    RefusedGradeError,
    add_item,
    add_score,
    items,
)
from sandbox.lti.memberships import CONTENT_TYPE, memberships
from sandbox.lti.tokens import AccessTokens
from sandbox.records import ToolType
from sandbox.sandbox import Sandbox

_LINEITEM, _LINEITEM_READ, _RESULT, _SCORE = AGS_SCOPES


def add_services(blueprint: Blueprint, sandbox: Sandbox, tokens: AccessTokens) -> None:
    """The addresses of both services."""

    def caller(*scopes: str) -> int | None:
        """The tool whose token came along, if the token has one of the scopes."""
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        found = (tokens.tool_for(sandbox.site, bearer, scope) for scope in scopes)
        return next((tool for tool in found if tool is not None), None)

    @blueprint.get("/mod/lti/services.php/CourseSection/<int:course>/bindings/<int:tool>/memberships")
    def roster(course: int, tool: int) -> Any:
        if caller(NRPS_SCOPE) != tool:
            return _unauthorized()
        with sandbox.lock:
            if course not in sandbox.world.courses:
                abort(404)
            body, following = memberships(
                sandbox.site,
                sandbox.world.tools[tool],
                course,
                limit=request.args.get("limit", 0, int),
                start=request.args.get("from", 0, int),
                role=request.args.get("role", "").rpartition("#")[2],
            )
        reply = jsonify(body)
        reply.content_type = CONTENT_TYPE
        if following:
            reply.headers["Link"] = f'<{following}>; rel="next"'
        return reply

    def tool_of(course: int, *scopes: str) -> ToolType | None:
        """The tool that asks about a course's gradebook, named in the address as in Moodle."""
        if course not in sandbox.world.courses:
            abort(404)
        tool = caller(*scopes)
        return sandbox.world.tools[tool] if tool and tool == request.args.get("type_id", 0, int) else None

    @blueprint.get("/mod/lti/services.php/<int:course>/lineitems")
    def lineitems(course: int) -> Any:
        tool = tool_of(course, _LINEITEM, _LINEITEM_READ)
        if tool is None:
            return _unauthorized()
        return _typed(items(sandbox, tool, course), ITEMS_TYPE)

    @blueprint.post("/mod/lti/services.php/<int:course>/lineitems")
    def lineitems_add(course: int) -> Any:
        tool = tool_of(course, _LINEITEM)
        if tool is None:
            return _unauthorized()
        if request.mimetype != ITEM_TYPE:
            return _refused(RefusedGradeError(400, "No context or unsupported content type"))
        try:
            made = add_item(sandbox, tool, course, request.get_json(force=True, silent=True))
        except RefusedGradeError as refused:
            return _refused(refused)
        return _typed(made, ITEM_TYPE), 201

    @blueprint.post("/mod/lti/services.php/<int:course>/lineitems/<int:item>/lineitem/scores")
    def scores(course: int, item: int) -> Any:
        tool = tool_of(course, _SCORE)
        if tool is None:
            return _unauthorized()
        if request.mimetype != SCORE_TYPE:
            return _refused(RefusedGradeError(400, "No context or unsupported content type"))
        try:
            add_score(sandbox, tool, course, item, request.get_json(force=True, silent=True))
        except RefusedGradeError as refused:
            return _refused(refused)
        return "", 200


def _unauthorized() -> Any:
    return jsonify({"status": 401, "reason": "Unauthorized", "request": {}}), 401


def _refused(refused: RefusedGradeError) -> Any:
    return jsonify({"status": refused.status, "reason": str(refused), "request": {}}), refused.status


def _typed(body: Any, content_type: str) -> Any:
    reply = jsonify(body)
    reply.content_type = content_type
    return reply
