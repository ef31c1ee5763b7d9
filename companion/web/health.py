"""Whether the process lives, and whether it can serve."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from companion.store import schema
from companion.web.context import services
from companion.web.permissions import Permission, requires

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
@requires(Permission.PUBLIC)
def live() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "live"}


@blueprint.get("/health/ready")
@requires(Permission.PUBLIC)
def ready() -> ResponseReturnValue:
    """The database answers and has the schema of this version."""
    if schema.is_current(services().db):
        return {"status": "ready"}
    return {"status": "the database needs: python -m companion upgrade"}, 503
