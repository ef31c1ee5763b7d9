"""The first page, and the check of everything that must be in place."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.services import doctor, overview
from companion.services.findings import Level
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


@blueprint.post("/check")
@requires(Permission.CHANGE_INSTALLATION)
def health_note() -> ResponseReturnValue:
    """Look once more, and keep that nothing is missing."""
    missing = [each for each in doctor.examine(services()) if each.level is Level.MISSING]
    if missing:
        flash(f"Not kept: {missing[0].what}")
        return redirect(url_for("admin.health"), 303)
    services().sites.note_checked()
    return redirect(url_for("admin.setup"), 303)
