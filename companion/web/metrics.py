"""Figures for Prometheus, where a token was set for it."""

import hmac

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST

from companion.web.context import services
from companion.web.permissions import Permission, requires

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@requires(Permission.PUBLIC)
def metrics() -> Response:
    """Counts and times. Without the token, or where none is set, there is nothing here."""
    token: str = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(404)
    return Response(services().metrics.text(), content_type=CONTENT_TYPE_LATEST)
