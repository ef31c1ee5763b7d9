"""The data of people of the LMS: find somebody, and take along what is kept."""

from typing import Final

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.permissions import Permission, requires

ONE: Final = f"/persons/<{ID}:person_id>"
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
