"""Proposals: look at one, approve it, discard it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.errors import ConflictError
from companion.matching.words import counted
from companion.web.admin.blueprint import ID, blueprint
from companion.web.context import services
from companion.web.permissions import Permission, requires

ONE = f"/runs/<{ID}:run_id>"


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_run(run_id: int) -> ResponseReturnValue:
    """A proposal with its reasons, and what became of it."""
    return render_template("admin/run.html", view=services().matching.view(run_id))


@blueprint.get(f"{ONE}/approve")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_approval(run_id: int) -> ResponseReturnValue:
    """What approving will do, before it is done."""
    return render_template("admin/run_approval.html", view=services().matching.view(run_id))


@blueprint.post(f"{ONE}/approve")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_approve(run_id: int) -> ResponseReturnValue:
    """Approve a proposal."""
    try:
        outcome = services().matching.approve(run_id, by=current_user.name)
    except ConflictError as problem:
        return _back(run_id, str(problem))
    formed = f"{counted(outcome.formed, 'engagement')} {'begins' if outcome.formed == 1 else 'begin'} today."
    refused = f" {counted(len(outcome.refused), 'pair')} could no longer be formed: see below."
    return _back(run_id, formed + (refused if outcome.refused else ""))


@blueprint.post(f"{ONE}/discard")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_discard(run_id: int) -> ResponseReturnValue:
    """Drop a proposal."""
    try:
        services().matching.discard(run_id, by=current_user.name)
    except ConflictError as problem:
        return _back(run_id, str(problem))
    return _back(run_id, "The proposal is discarded. Nobody was told anything.")


def _back(run_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("admin.programmes_run", run_id=run_id), 303)
