"""The pages of the widgets: one frame, one form, sent and shown again."""

from secrets import token_urlsafe

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.errors import InputError
from companion.mentoring.trust import ITEMS, SCALE
from companion.services.mentoring import EngagementView, WidgetView
from companion.web.context import services, viewer
from companion.web.forms import Form, takes
from companion.web.permissions import Permission, requires
from companion.web.widgets.forms import CheckInForm, FeedbackForm

blueprint = Blueprint("widgets", __name__, url_prefix="/w/<launch_id>")


@blueprint.get("/check-in")
@requires(Permission.LAUNCHED)
def check_in(launch_id: str) -> ResponseReturnValue:
    """The check-in form, and what the people of the engagement shared."""
    return _page("check_in", launch_id, Form())


@blueprint.post("/check-in")
@requires(Permission.LAUNCHED)
@takes(CheckInForm)
def send_check_in(launch_id: str, form: Form) -> ResponseReturnValue:
    """Keep a check-in."""
    if form.errors:
        return _page("check_in", launch_id, form), 422
    sent = form.data
    try:
        kept = services().mentoring.check_in(
            viewer(),
            sent["engagement"],
            mood=sent["mood"],
            contact=sent["contact"],
            note=sent["note"],
            form_key=sent["form_key"],
        )
    except InputError as wrong:
        return _page("check_in", launch_id, form.with_errors(wrong.fields)), 422
    flash(f"Sent. {kept.partner_names} can see it here.")
    return redirect(url_for("widgets.check_in", launch_id=launch_id, engagement=kept.id), 303)


@blueprint.get("/feedback")
@requires(Permission.LAUNCHED)
def feedback(launch_id: str) -> ResponseReturnValue:
    """The feedback form."""
    return _page("feedback", launch_id, Form())


@blueprint.post("/feedback")
@requires(Permission.LAUNCHED)
@takes(FeedbackForm)
def send_feedback(launch_id: str, form: Form) -> ResponseReturnValue:
    """Keep feedback."""
    if form.errors:
        return _page("feedback", launch_id, form), 422
    sent = form.data
    kept = services().mentoring.feedback(
        viewer(),
        sent["engagement"],
        fit=sent["fit"],
        trust_item=sent["trust_item"],
        trust_score=sent["trust_score"],
        form_key=sent["form_key"],
    )
    flash("Thank you. Your answer is kept.")
    return redirect(url_for("widgets.feedback", launch_id=launch_id, engagement=kept.id), 303)


def _page(widget: str, launch_id: str, form: Form) -> str:
    view = services().mentoring.widget(viewer())
    shown = _chosen(view, form)
    return render_template(
        f"widgets/{widget}.html" if shown else "widgets/notice.html",
        launch_id=launch_id,
        widget=widget,
        view=view,
        shown=shown,
        form=form,
        # A form that comes back with errors keeps its key: it is still the same check-in.
        form_key=form.values.get("form_key") or token_urlsafe(24),
        trust_items=ITEMS,
        scale=SCALE,
    )


def _chosen(view: WidgetView, form: Form) -> EngagementView | None:
    """The engagement asked for, or the first."""
    wanted = str(form.values.get("engagement") or request.args.get("engagement", ""))
    by_id = {str(engagement.id): engagement for engagement in view.engagements}
    return by_id.get(wanted) or next(iter(view.engagements), None)
