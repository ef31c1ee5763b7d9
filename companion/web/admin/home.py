"""The first page, and the check of everything that must be in place."""

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.services import doctor, overview
from companion.web.admin.blueprint import blueprint
from companion.web.context import services
from companion.web.permissions import Permission, reach, requires


@blueprint.get("/")
@requires(Permission.LOOK)
def home() -> ResponseReturnValue:
    """Programmes with their next step, the way of setting up, the work in the background."""
    return render_template("admin/home.html", page=overview.home(services(), reach().programmes))


@blueprint.get("/check")
@requires(Permission.LOOK_AT_INSTALLATION)
def health() -> ResponseReturnValue:
    """What works, what is missing and how to mend it; asks Moodle each time."""
    return render_template("admin/check.html", findings=doctor.examine(services()))
