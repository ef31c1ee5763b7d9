"""Proposals: look at one, see it being worked out, approve all of it or some, discard it."""

from typing import Final

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields

from companion.errors import ConflictError
from companion.matching.words import counted
from companion.models.matching import RunState
from companion.services.matching import APPROVED_AT_ONCE
from companion.services.review_views import ReviewPage
from companion.web.admin import run_tables
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import asked, filled
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires

ONE = f"/runs/<{ID}:run_id>"
REFRESH_SECONDS: Final = 3


class ChosenPairs(FormSchema):
    """Pairs marked in the table."""

    several = frozenset({"pair"})
    pair = fields.List(
        fields.Integer(error_messages={"invalid": "Mark pairs in the table."}), load_default=list
    )


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_run(run_id: int) -> ResponseReturnValue:
    """A proposal with its reasons, and what became of it; while it is worked out, how far it has come."""
    view = services().matching.standing(run_id)
    if view.run.state in (RunState.RUNNING, RunState.APPROVING, RunState.FAILED):
        response = make_response(render_template("admin/run_progress.html", view=view, every=REFRESH_SECONDS))
        if view.run.state is not RunState.FAILED:
            response.headers["Refresh"] = str(REFRESH_SECONDS)
        return response
    if view.run.what_if:
        return redirect(url_for("admin.programmes_what_if", programme_id=view.programme.id))
    return _page(run_id)


def _page(run_id: int) -> str:
    review = services().review
    pairs = asked(run_tables.pairs_table(review.departments(run_id)))
    unmatched = asked(run_tables.unmatched_table(review.why_unmatched(run_id)))
    refused, instructed = asked(run_tables.REFUSED), asked(run_tables.INSTRUCTED)
    slices = (each.slice for each in (pairs, unmatched, refused, instructed))
    page: ReviewPage = review.page(run_id, *slices)
    picture = review.picture(run_id)
    return render_template(
        "admin/run.html",
        view=page,
        pairs=filled(pairs, page.pairs.total),
        unmatched=filled(unmatched, page.unmatched.total),
        refused=filled(refused, page.refused.total),
        instructed=filled(instructed, page.instructed),
        proven=run_tables.proven(page.run),
        who_with_whom=run_tables.who_with_whom(picture),
        loads=run_tables.loads(picture),
        picture=picture,
    )


@blueprint.get(f"{ONE}/approve")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_approval(run_id: int) -> ResponseReturnValue:
    """What approving will do, before it is done."""
    view = services().matching.standing(run_id)
    return render_template("admin/run_approval.html", view=view, behind=view.open > APPROVED_AT_ONCE)


@blueprint.post(f"{ONE}/approve")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_approve(run_id: int) -> ResponseReturnValue:
    """Approve all pairs that are still open: at once, or in the background where there are very many."""
    if services().matching.standing(run_id).open <= APPROVED_AT_ONCE:
        return _approved(run_id, None)
    try:
        services().matching.ask_approval(run_id, by=current_user.name)
    except ConflictError as problem:
        return _back(run_id, str(problem))
    services().queue.send("match")
    return _back(run_id, "The proposal is being approved in the background. You can leave this page.")


@blueprint.post(f"{ONE}/approve-some")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(ChosenPairs)
def programmes_run_approve_some(run_id: int, form: Form) -> ResponseReturnValue:
    """Approve the pairs that are marked; the others stay to be decided."""
    chosen = frozenset(form.data.get("pair", ()))
    if not chosen:
        return _back(run_id, "No pair was marked, so that nothing was done.")
    return _approved(run_id, chosen)


def _approved(run_id: int, only: frozenset[int] | None) -> ResponseReturnValue:
    try:
        outcome = services().matching.approve(run_id, by=current_user.name, only=only)
    except ConflictError as problem:
        return _back(run_id, str(problem))
    formed = f"{counted(outcome.formed, 'engagement')} {'begins' if outcome.formed == 1 else 'begin'} today."
    if outcome.asked:
        formed = f"{counted(outcome.formed, 'proposal')} {'is' if outcome.formed == 1 else 'are'} sent."
    if outcome.joined:
        joins = f"{counted(outcome.joined, 'learner')} {'joins' if outcome.joined == 1 else 'join'} a running circle."
        formed = f"{formed} {joins}" if outcome.formed else joins
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


@blueprint.post(f"{ONE}/restore")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_restore(run_id: int) -> ResponseReturnValue:
    """Take the discarding of a proposal back."""
    try:
        services().matching.restore(run_id)
    except ConflictError as problem:
        return _back(run_id, str(problem))
    return _back(run_id, "The proposal waits for your decision again.")


@blueprint.post(f"{ONE}/stop")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_run_stop(run_id: int) -> ResponseReturnValue:
    """Give up a matching that is being worked out."""
    try:
        services().matching.stop(run_id, by=current_user.name)
    except ConflictError as problem:
        return _back(run_id, str(problem))
    return _back(run_id, "The matching is stopped. Nothing was proposed.")


def _back(run_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("admin.programmes_run", run_id=run_id), 303)
