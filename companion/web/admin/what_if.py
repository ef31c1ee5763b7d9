"""What if the rules were others: a form, the figures beside each other, and the button that keeps the rules."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.errors import CompanionError, InputError
from companion.models.matching import RunState
from companion.models.programme import Programme
from companion.services.match_request import WhatIf
from companion.services.matching_rules import MatchingRules
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.matching_form import (
    RULE_FIELDS,
    WEIGHTS,
    WhatIfForm,
    matching_rules,
    ranges,
    weights_of,
)
from companion.web.context import services
from companion.web.forms import Form, takes
from companion.web.permissions import Permission, requires

ONE = f"/programmes/<{ID}:programme_id>/what-if"
REFRESH_SECONDS = 3


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_what_if(programme_id: int) -> ResponseReturnValue:
    """The question asked last, beside the proposal that waits."""
    return _page(programme_id, None)


@blueprint.post(ONE)
@requires(Permission.ACT_ON_PROGRAMME)
@takes(WhatIfForm)
def programmes_what_if_ask(programme_id: int, form: Form) -> ResponseReturnValue:
    """Work out what would be; nothing is published, and no rule is changed."""
    try:
        run_id = services().matching.begin(programme_id, _asked(programme_id, form))
    except InputError as wrong:
        return _page(programme_id, form.with_errors(wrong.fields or {"weight_topics": str(wrong)})), 422
    except CompanionError as problem:
        flash(str(problem))
        return redirect(url_for("admin.programmes_what_if", programme_id=programme_id), 303)
    work_or_send(programme_id, run_id)
    return redirect(url_for("admin.programmes_what_if", programme_id=programme_id, _anchor="answer"), 303)


@blueprint.post(f"{ONE}/keep")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_what_if_keep(programme_id: int) -> ResponseReturnValue:
    """Make the rules that were tried those of the programme, as its next version."""
    view = services().what_if.view(programme_id)
    if view.run is None:
        flash("Nothing was tried yet.")
        return redirect(url_for("admin.programmes_what_if", programme_id=programme_id), 303)
    services().programmes.adopt(programme_id, view.run.parameters, by=current_user.name)
    flash("The rules are kept. They hold from the next proposal on; engagements that run stay as they are.")
    return redirect(url_for("admin.programmes_show", programme_id=programme_id), 303)


def work_or_send(programme_id: int, run_id: int) -> None:
    """Work a matching out at once where that is a matter of a second or two; else a worker does."""
    if services().matching.is_small(programme_id):
        services().matching.jobs.work(run_id)
    else:
        services().queue.send("match")


def _asked(programme_id: int, form: Form) -> WhatIf:
    if form.errors:
        raise InputError("Some of the rules cannot be used.", form.errors)
    programme = services().programmes.view(programme_id).programme
    sent = form.data
    rules = matching_rules(sent, MatchingRules.from_dict(programme.matching))
    if wrong := rules.wrong():
        raise InputError("Some of the rules cannot be used.", wrong)
    return WhatIf(
        weights=weights_of(sent),
        window_days=(sent["recent_from_days"], sent["recent_to_days"]),
        rules=rules,
    )


def _page(programme_id: int, form: Form | None) -> Response | str:
    view = services().what_if.view(programme_id)
    running = view.run is not None and view.run.state is RunState.RUNNING
    values = _values(view.programme, view.run.parameters if view.run else None)
    page = render_template(
        "admin/what_if.html",
        view=view,
        form=form or Form(values=values),
        weights=WEIGHTS,
        ranges=ranges(),
        every=REFRESH_SECONDS,
    )
    if form is not None:
        return page
    response = make_response(page)
    if running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _values(programme: Programme, tried: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the form shows: what was tried last, or else the rules of the programme."""
    weights = tried["weights"] if tried else programme.weights
    window = tried["window_days"] if tried else (programme.recent_from_days, programme.recent_to_days)
    rules = MatchingRules.from_dict(tried["rules"] if tried else programme.matching).as_dict()
    return {
        **{f"weight_{name}": weights.get(name, 0) for name in WEIGHTS},
        **{name: rules[name] for name in RULE_FIELDS},
        "recent_from_days": window[0],
        "recent_to_days": window[1],
    }
