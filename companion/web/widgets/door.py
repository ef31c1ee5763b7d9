"""The way into the admin, for an administrator of the LMS: a link for a tab of its own."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from companion.web.context import launch, services
from companion.web.permissions import Permission, requires
from companion.web.widgets.views import blueprint


@blueprint.post("/admin")
@requires(Permission.LAUNCHED)
def admin(launch_id: str) -> ResponseReturnValue:
    """A link that is good for a minute, once: the frame's own cookie is not sent in another tab."""
    ticket = services().lti_admin.open(launch())
    address = url_for("account.door", token=ticket.token)
    return render_template("lti/door.html", launch_id=launch_id, address=address)
