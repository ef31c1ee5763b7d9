"""The concern inbox: for those named to hear a programme's concerns and for nobody else; each look is noted."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.errors import ConflictError
from companion.models.concern import ConcernState
from companion.store.audit import Subject
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.permissions import Permission, reach, requires

TOPICS = {
    "silence": "They do not hear from the other one",
    "fit": "It does not fit",
    "time": "There is no time for it",
    "conduct": "How the other one behaves",
    "other": "Something else",
}


TABLE: Final = Table(
    "concerns",
    "Concerns, open ones first",
    (
        Column("state", "State"),
        Column("who", "Who"),
        Column("raised", "Raised", descends=True),
        Column("what", "What", sorts=False),
        Column("act", "What to do", sorts=False),
    ),
    searched="a name",
    choices=(Choice("state", "State", (("open", "New"), ("seen", "Taken on"), ("handled", "Settled"))),),
    sort="state",
)


@blueprint.get("/concerns")
@requires(Permission.HEAR_CONCERNS)
def concerns() -> ResponseReturnValue:
    """The concerns of the programmes that one hears, open ones first; what was shared of each and no more."""
    named = [(number, name) for number, name in services().programmes.names() if number in reach().concerns]
    programmes = Choice("programme", "Programme", [(str(number), name) for number, name in named])
    table = asked(replace(TABLE, choices=(*TABLE.choices, programmes)))
    heard = [number for number, _ in named if table.only.get("programme", str(number)) == str(number)]
    wanted = replace(table.slice, only={key: value for key, value in table.only.items() if key == "state"})
    lines, total = services().concerns.inbox(heard, wanted)
    for number, seen in Counter(line.row.programme_id for line in lines).items():
        services().audit.note("concerns.look", Subject("programme", number), {"concerns": seen})
    return render_template("admin/concerns.html", lines=lines, table=filled(table, total), topics=TOPICS)


@blueprint.post(f"/concerns/<{ID}:concern_id>/seen")
@requires(Permission.HEAR_CONCERN)
def concerns_seen(concern_id: int) -> ResponseReturnValue:
    """Note that one took it on."""
    return _move(concern_id, ConcernState.SEEN, "Taken on. Talk to them soon.")


@blueprint.post(f"/concerns/<{ID}:concern_id>/handled")
@requires(Permission.HEAR_CONCERN)
def concerns_handled(concern_id: int) -> ResponseReturnValue:
    """Note that it is settled."""
    return _move(
        concern_id,
        ConcernState.HANDLED,
        "Settled. It leaves the list of what needs a look; it can be opened again here.",
    )


@blueprint.post(f"/concerns/<{ID}:concern_id>/again")
@requires(Permission.HEAR_CONCERN)
def concerns_again(concern_id: int) -> ResponseReturnValue:
    """Take back that it is settled."""
    return _done(
        lambda: services().concerns.reopen(concern_id),
        "It is open again, and stands in the list as taken on.",
    )


def _move(concern_id: int, to: ConcernState, told: str) -> ResponseReturnValue:
    return _done(lambda: services().concerns.move(concern_id, to, current_user.name), told)


def _done(deed: Callable[[], None], told: str) -> ResponseReturnValue:
    try:
        deed()
        flash(told)
    except ConflictError as before:
        flash(str(before))
    return redirect(url_for("admin.concerns"), 303)
