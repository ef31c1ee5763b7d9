"""A page that shows every component the admin is made of, so that a new page need not invent one."""

from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from companion.models.engagement import Fit
from companion.models.jobs import SyncState
from companion.models.matching import RunState
from companion.services.setup import Setup, Step, stretches
from companion.store.slices import Slice
from companion.web import charts
from companion.web.admin.blueprint import blueprint
from companion.web.admin.steps import Place
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.forms import Form
from companion.web.permissions import Permission, requires

STONES: Final = tuple(
    {"name": name, "metres": metres, "kind": kind}
    for name, metres, kind in (
        ("Basalt", 12, "dark"),
        ("Chalk", 3, "pale"),
        ("Gneiss", 8, "dark"),
        ("Granite", 21, "pale"),
        ("Limestone", 5, "pale"),
        ("Marble", 2, "pale"),
        ("Slate", 9, "dark"),
    )
)
"""Rows for the table: it is the table that is shown, not the stones."""
WEEKS: Final = tuple(
    {"week": f"2026-11-{day:02}", "share": share} for day, share in ((2, 0.6), (9, 0.7), (16, 0.65))
)
WAY: Final = Setup(None, None, None, stretches({step: step is Step.CONNECT for step in Step}))


@blueprint.get("/components")
@requires(Permission.LOOK_AT_INSTALLATION)
def components() -> ResponseReturnValue:
    """Every component once."""
    table = asked(
        Table(
            "stones",
            "Stones",
            (
                Column("name", "Name"),
                Column("metres", "Metres", descends=True, number=True),
                Column("kind", "Kind"),
            ),
            searched="a name",
            choices=(Choice("kind", "Kind", (("dark", "Dark"), ("pale", "Pale"))),),
            sort="name",
            per_page=4,
        )
    )
    rows, total = _slice(table.slice)
    wrong = Form({}, {"stone": "", "size": "large"}, {"stone": "Name a stone."})
    return render_template(
        "admin/components.html",
        table=filled(table, total),
        rows=rows,
        form=Form(values={"size": "small", "finish": "rough", "metres": 12}),
        wrong=wrong,
        states=[RunState.PROPOSED, RunState.APPROVED, SyncState.FAILED],
        bars=charts.bars("Metres by stone", STONES, category="name", value="metres"),
        lines=charts.lines("Share by week", WEEKS, week="week", value="share", percent=True),
        stones=STONES,
        fits=[Fit.GOOD, Fit.GOOD, Fit.UNSURE],
        place=Place(WAY, WAY.of(Step.REGISTER), WAY.of(Step.CHECK)),
    )


def _slice(wanted: Slice) -> tuple[list[dict[str, object]], int]:
    """What the store does for real tables."""
    rows: list[dict[str, object]] = [
        dict(stone)
        for stone in STONES
        if wanted.text.lower() in str(stone["name"]).lower()
        and wanted.only.get("kind", stone["kind"]) == stone["kind"]
    ]
    number = wanted.sort == "metres"
    rows.sort(key=lambda row: str(row[wanted.sort]).rjust(5 * number), reverse=wanted.descending)
    start = wanted.within(len(rows)).offset
    return rows[start : start + wanted.limit], len(rows)
