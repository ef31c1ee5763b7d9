"""The personal calendar address, from within the course page."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.errors import NotFoundError
from companion.web.context import services, viewer
from companion.web.permissions import Permission, requires
from companion.web.widgets.views import blueprint


@blueprint.get("/calendar")
@requires(Permission.LAUNCHED)
def calendar(launch_id: str) -> ResponseReturnValue:
    """Whether there is an address, and what it is for."""
    return _page(launch_id, None)


@blueprint.post("/calendar")
@requires(Permission.LAUNCHED)
def renew_calendar(launch_id: str) -> ResponseReturnValue:
    """Make an address, shown this once; the one before works no longer."""
    return _page(launch_id, services().calendar_feed.renew(_person()))


@blueprint.post("/calendar/stop")
@requires(Permission.LAUNCHED)
def stop_calendar(launch_id: str) -> ResponseReturnValue:
    """Take the address back."""
    services().calendar_feed.stop(_person())
    return redirect(url_for("widgets.calendar", launch_id=launch_id), 303)


def _page(launch_id: str, address: str | None) -> str:
    since = services().calendar_feed.since(_person())
    return render_template("widgets/calendar.html", launch_id=launch_id, address=address, since=since)


def _person() -> int:
    person_id = viewer().person_id
    if person_id is None:
        raise NotFoundError("Mentoring does not know you yet.")
    return person_id
