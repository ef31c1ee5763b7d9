"""Work for Moodle and the mail server: what waits, what was done, what was given up and why."""

from dataclasses import replace
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.models.jobs import OutboxState
from companion.services.ask_passing import PASS_ON
from companion.services.lifecycle import BEGIN, EXTEND, LEAVE
from companion.services.meeting_places import EVENTS, GROUPS
from companion.services.messages import MAIL, MESSAGE
from companion.services.own_data import OPT_OUT
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.permissions import Permission, requires

KINDS: Final = {
    GROUPS: "Groups of a course",
    EVENTS: "Check-in dates of a course",
    MESSAGE: "Message in Moodle",
    MAIL: "E-mail",
    "lti.score": "Score in a gradebook",
    BEGIN: "Beginning of what all accepted",
    EXTEND: "More weeks that all wish",
    LEAVE: "Exit or refusal",
    PASS_ON: "Question for the next",
    OPT_OUT: "End of taking part",
}
STATES: Final = {
    OutboxState.PENDING: ("Waiting", ""),
    OutboxState.DONE: ("Done", "good"),
    OutboxState.FAILED: ("Given up", "bad"),
    OutboxState.PASSED_ON: ("Passed on to e-mail", ""),
    OutboxState.DROPPED: ("Not needed", ""),
}
SOON: Final = "It will be tried again within a minute or two."


@blueprint.get("/outbox")
@requires(Permission.LOOK_AT_INSTALLATION)
def outbox() -> ResponseReturnValue:
    """The newest entries first: never what a message says, nor to whom."""
    table = _table()
    entries, total = services().outbox.page(table.slice)
    return render_template(
        "admin/outbox.html",
        table=filled(table, total),
        entries=entries,
        counts=services().outbox.counts(),
        kinds=KINDS,
        states=STATES,
    )


@blueprint.post(f"/outbox/<{ID}:entry_id>/again")
@requires(Permission.CHANGE_INSTALLATION)
def outbox_again(entry_id: int) -> ResponseReturnValue:
    """Try work once more that was given up."""
    services().outbox.again(entry_id)
    return _back(SOON)


@blueprint.post("/outbox/again")
@requires(Permission.CHANGE_INSTALLATION)
def outbox_again_all() -> ResponseReturnValue:
    """Try everything once more that was given up."""
    number = services().outbox.all_again()
    return _back(SOON if number else "Nothing was given up.")


@blueprint.post(f"/outbox/<{ID}:entry_id>/drop")
@requires(Permission.CHANGE_INSTALLATION)
def outbox_drop(entry_id: int) -> ResponseReturnValue:
    """Leave undone for good what was given up; what it would have said is forgotten."""
    services().outbox.drop(entry_id, by=current_user.name)
    return _back("It is dropped and will not be tried again.")


def _back(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(f"{url_for('admin.outbox')}?{request.query_string.decode()}", 303)


def _table() -> Table:
    table = Table(
        "work",
        "Work for Moodle and the mail server",
        (
            Column("id", "What", descends=True),
            Column("state", "State"),
            Column("attempts", "Attempts", descends=True, number=True),
            Column("due_at", "Next attempt"),
            Column("reason", "Why", sorts=False),
            Column("action", "Action", sorts=False),
        ),
        choices=(
            Choice("state", "State", [(state.value, text) for state, (text, _) in STATES.items()]),
            Choice("kind", "Kind", list(KINDS.items())),
        ),
        sort="id",
    )
    return asked(replace(table, descending=True))
