"""The data of people of the LMS: find somebody, take along what is kept, hold it, erase it."""

from typing import Final

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.errors import ConflictError
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.permissions import Permission, requires

ONE: Final = f"/persons/<{ID}:person_id>"
HELD: Final = "A legal hold stands: nothing was erased. Lift it first."
STANDINGS: Final = (
    ("here", "In Moodle"),
    ("gone", "No longer in Moodle"),
    ("out", "Opted out"),
    ("held", "Under a legal hold"),
    ("erased", "Erased"),
)
TABLE: Final = Table(
    "people",
    "People read from Moodle",
    (
        Column("name", "Name"),
        Column("email", "E-mail address"),
        Column("access", "Last in Moodle", descends=True),
        Column("standing", "Standing", sorts=False),
    ),
    searched="a name or an address",
    choices=(Choice("standing", "Standing", STANDINGS),),
    sort="name",
)


@blueprint.get("/persons")
@requires(Permission.LOOK_AT_INSTALLATION)
def persons() -> ResponseReturnValue:
    """Everybody that was read from Moodle."""
    table = asked(TABLE)
    lines, total = services().persons.page(table.slice)
    return render_template("admin/persons.html", table=filled(table, total), lines=lines)


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_INSTALLATION)
def persons_show(person_id: int) -> ResponseReturnValue:
    """What is decided about a person's data, and what can be done with it."""
    return render_template("admin/person.html", line=services().persons.one(person_id))


@blueprint.get(f"{ONE}/data.json")
@requires(Permission.CHANGE_INSTALLATION)
def persons_export(person_id: int) -> ResponseReturnValue:
    """What is kept about a person, without a text; the export is noted."""
    answer = Response(services().persons.export(person_id), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{person_id}.json"'
    return answer


@blueprint.post(f"{ONE}/hold")
@requires(Permission.CHANGE_INSTALLATION)
def persons_hold(person_id: int) -> ResponseReturnValue:
    """Put a legal hold on a person's data."""
    services().own_data.hold(person_id, True)
    flash("Held: nothing of this person is purged or erased until the hold is lifted.")
    return redirect(url_for("admin.persons_show", person_id=person_id), 303)


@blueprint.post(f"{ONE}/lift")
@requires(Permission.CHANGE_INSTALLATION)
def persons_lift(person_id: int) -> ResponseReturnValue:
    """Lift it."""
    services().own_data.hold(person_id, False)
    flash("The hold is lifted. What is past its time goes with the next purge.")
    return redirect(url_for("admin.persons_show", person_id=person_id), 303)


@blueprint.post(f"{ONE}/erase")
@requires(Permission.CHANGE_INSTALLATION)
def persons_erase(person_id: int) -> ResponseReturnValue:
    """Erase a person's texts and traces."""
    try:
        services().own_data.erase(person_id)
        flash("Erased: what this person wrote is gone, and they take part no more. Counts remain.")
    except ConflictError:  # the service speaks to the person; an administrator can lift the hold
        flash(HELD)
    return redirect(url_for("admin.persons_show", person_id=person_id), 303)
