"""The first page, the work that was given up, and the check of everything that must be in place."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.services import doctor, overview
from companion.web.admin.blueprint import ID, blueprint
from companion.web.context import services
from companion.web.permissions import Permission, reach, requires


@blueprint.get("/")
@requires(Permission.LOOK)
def home() -> ResponseReturnValue:
    """Programmes with their next step, the way of setting up, the work in the background."""
    return render_template("admin/home.html", page=overview.home(services(), reach().programmes))


@blueprint.post(f"/outbox/<{ID}:entry_id>/again")
@requires(Permission.CHANGE_INSTALLATION)
def home_again(entry_id: int) -> ResponseReturnValue:
    """Try work once more that was given up."""
    services().outbox.again(entry_id)
    flash("It will be tried again within a minute or two.")
    return redirect(url_for("admin.home", _anchor="background"), 303)


@blueprint.get("/check")
@requires(Permission.LOOK_AT_INSTALLATION)
def health() -> ResponseReturnValue:
    """What works, what is missing and how to mend it; asks Moodle each time."""
    return render_template("admin/check.html", findings=doctor.examine(services()))
