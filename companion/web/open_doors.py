"""Addresses that carry their own permission: whoever was given one may use it, and it can be taken back."""

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue

from companion.errors import NotFoundError
from companion.web.context import services
from companion.web.limits import OPEN_DOOR, limited
from companion.web.permissions import Permission, requires

blueprint = Blueprint("doors", __name__)


@blueprint.get("/calendar/<token>.ics")
@requires(Permission.PUBLIC)
@limited(OPEN_DOOR)
def calendar(token: str) -> Response:
    """A person's dates, for their calendar program."""
    answer = make_response(services().calendar_feed.read(token))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="mentoring.ics"'
    return answer


@blueprint.get("/stop/<token>")
@requires(Permission.PUBLIC)
@limited(OPEN_DOOR)
def stop(token: str) -> ResponseReturnValue:
    """Ask before reminders are stopped: mail scanners follow every link, and must not stop anybody's."""
    _person(token)
    return render_template("doors/stop.html", token=token, stopped=False)


@blueprint.post("/stop/<token>")
@requires(Permission.PUBLIC)
@limited(OPEN_DOOR)
def send_stop(token: str) -> ResponseReturnValue:
    """Stop all reminders; also what a mail program posts by itself (RFC 8058)."""
    services().nudges.stop(_person(token))
    return render_template("doors/stop.html", token=token, stopped=True)


def _person(token: str) -> int:
    person_id = services().messenger.stopped_by(token)
    if person_id is None:
        raise NotFoundError("This link is not complete. Copy it from the message once more.")
    return person_id
