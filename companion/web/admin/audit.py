"""The audit log: who did what when, filtered, and taken along as a spreadsheet."""

from dataclasses import replace
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.web.admin.blueprint import blueprint
from companion.web.admin.deeds import told
from companion.web.admin.spreadsheet import csv_answer
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.permissions import Permission, requires

PERIODS: Final = (
    ("day", "The last 24 hours"),
    ("week", "The last 7 days"),
    ("month", "The last 30 days"),
    ("year", "The last year"),
)
HEADINGS: Final = ("Number", "When (UTC)", "Who", "Action", "On", "Its number", "Details", "Hash")


@blueprint.get("/audit")
@requires(Permission.LOOK_AT_INSTALLATION)
def audit() -> ResponseReturnValue:
    """The newest entries first."""
    table = _table()
    entries, total = services().audit.page(table.slice)
    return render_template("admin/audit.html", table=filled(table, total), entries=entries)


@blueprint.get("/audit.csv")
@requires(Permission.LOOK_AT_INSTALLATION)
def audit_export() -> ResponseReturnValue:
    """The entries that the filters leave, all of them; the export is noted."""
    rows = [
        (
            entry.number,
            entry.at.isoformat(),
            entry.actor,
            entry.action,
            entry.subject_kind,
            entry.subject_id,
            "; ".join(f"{name}={value}" for name, value in entry.details.items()),
            entry.hash,
        )
        for entry in services().audit.export(_table().slice)
    ]
    return csv_answer("audit-log", HEADINGS, rows)


def _table() -> Table:
    actors, actions = services().audit.known()
    table = Table(
        "log",
        "What was done in the admin, and by whom",
        (
            Column("number", "When", descends=True),
            Column("actor", "Who"),
            Column("action", "What"),
            Column("subject", "On", sorts=False),
            Column("details", "Details", sorts=False),
        ),
        searched="an address or a number",
        choices=(
            Choice("actor", "Who", [(name, name) for name in actors]),
            Choice("action", "What", [(name, told(name)) for name in actions]),
            Choice("period", "When", PERIODS),
        ),
        sort="number",
    )
    return asked(replace(table, descending=True))


blueprint.add_app_template_filter(told)
