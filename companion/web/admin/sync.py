"""Reading the LMS: the runs, and asking for one."""

from typing import Final

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.errors import InputError
from companion.models.jobs import SyncKind, SyncState
from companion.services.reading_route import WORDS
from companion.web.admin.blueprint import blueprint
from companion.web.admin.forms import SyncForm
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.forms import Form, takes
from companion.web.permissions import Permission, requires
from companion.web.words import STATES

REFRESH_SECONDS: Final = 5
KINDS: Final = {SyncKind.FULL: "Everything", SyncKind.CHANGES: "Changes"}
TABLE: Final = Table(
    "runs",
    "What was read from Moodle",
    (
        Column("started", "Started", descends=True),
        Column("state", "State", sorts=False),
        Column("courses", "Courses", sorts=False, number=True),
        Column("people", "People", sorts=False, number=True),
        Column("changed", "Changed", sorts=False),
        Column("problems", "Problems", sorts=False),
    ),
    choices=(
        Choice("kind", "Read", [(kind.value, words) for kind, words in KINDS.items()]),
        Choice("state", "State", [(state.value, str(STATES[state])) for state in SyncState]),
    ),
    sort="started",
    descending=True,
    per_page=20,
)


@blueprint.get("/sync")
@requires(Permission.LOOK_AT_INSTALLATION)
def sync() -> ResponseReturnValue:
    """The newest runs; while one is asked for or under way, the page reloads for whoever wants to follow it."""
    status = services().sync.status()
    followed = request.args.get("follow", type=int)
    newest = status.runs[0].id if status.runs else 0
    waited = followed == newest and not status.under_way
    following = followed is not None and (waited or status.under_way)
    table = asked(TABLE)
    runs, total = services().sync.page(table.slice)
    page = render_template(
        "admin/sync.html",
        status=status,
        newest=newest,
        asked=waited,
        table=filled(table, total),
        runs=runs,
        kinds=KINDS,
        following=following,
        every=REFRESH_SECONDS,
        routes=WORDS,
    )
    response = make_response(page)
    if following:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@blueprint.post("/sync")
@requires(Permission.CHANGE_INSTALLATION)
@takes(SyncForm)
def sync_now(form: Form) -> ResponseReturnValue:
    """Have the LMS read in the background: what changed, everything, or everything with leave to remove."""
    if form.errors:
        raise InputError("This form was not understood. Go back and choose again.", dict(form.errors))
    status = services().sync.status()
    newest = status.runs[0].id if status.runs else 0
    if status.under_way:
        flash("A sync is already under way.")
    else:
        services().queue.send(form.data["what"])
        services().audit.note("sync.remove" if form.data["what"] == "remove" else "sync.ask")
        flash("A sync is asked for.")
    return redirect(url_for("admin.sync", follow=newest), 303)
