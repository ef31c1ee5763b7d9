"""The pages of the widgets: one frame, one form, sent and shown again."""

from secrets import token_urlsafe

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from companion.mentoring.trust import ITEMS, SCALE
from companion.services.engagement_view import EngagementView
from companion.services.known import known
from companion.services.mentoring import WidgetView
from companion.store.lti import LaunchView
from companion.store.sent import SentKind
from companion.web.context import launch, services, viewer
from companion.web.forms import UNSENT, Form, takes
from companion.web.languages import Sentence as _
from companion.web.permissions import Permission, about_engagements, requires
from companion.web.widgets.forms import CheckInForm, FeedbackForm
from companion.web.widgets.remembered import remember
from companion.web.words import address, names

SENT = _("Sent. %(names)s can see it here.")
SCALE_WORDS = tuple((points, _(words)) for points, words in SCALE.items())
blueprint = Blueprint("widgets", __name__, url_prefix="/w/<launch_id>")


@blueprint.app_template_global()
def platform_origin() -> str | None:
    """Who may hear how tall this page is: the platform of its launch."""
    seen: LaunchView | None = g.get("launch")
    return seen.platform_origin if seen else None


def me() -> int:
    """Who looks; raises NotFoundError where the LMS's reading does not know them yet."""
    return known(viewer())


@blueprint.get("/check-in")
@requires(Permission.LAUNCHED)
@about_engagements
def check_in(launch_id: str) -> ResponseReturnValue:
    """The check-in form, and what the people of the engagement shared."""
    return _page("check_in", launch_id, UNSENT)


@blueprint.post("/check-in")
@requires(Permission.LAUNCHED)
@about_engagements
@takes(CheckInForm)
def send_check_in(launch_id: str, form: Form) -> ResponseReturnValue:
    """Keep a check-in."""
    if form.errors:
        return _page("check_in", launch_id, form), 422
    sent = form.data
    kept = services().mentoring.check_in(
        viewer(),
        sent["engagement"],
        mood=sent["mood"],
        contact=sent["contact"],
        note=sent["note"],
        form_key=sent["form_key"],
    )
    remember(SentKind.CHECK_IN, sent["form_key"])
    flash(SENT % {"names": names(kept.partners)})
    return redirect(address("widgets.check_in", launch_id=launch_id, engagement=kept.id), 303)


@blueprint.get("/feedback")
@requires(Permission.LAUNCHED)
@about_engagements
def feedback(launch_id: str) -> ResponseReturnValue:
    """The feedback form."""
    return _page("feedback", launch_id, UNSENT)


@blueprint.post("/feedback")
@requires(Permission.LAUNCHED)
@about_engagements
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
    remember(SentKind.FEEDBACK, sent["form_key"])
    flash(gettext("Thank you. Your answer is kept."))
    return redirect(address("widgets.feedback", launch_id=launch_id, engagement=kept.id), 303)


def _page(widget: str, launch_id: str, form: Form) -> str:
    view = services().mentoring.widget(viewer(), questions=widget == "feedback")
    shown = _chosen(view, form)
    seen = launch()
    if not shown and seen.teacher and seen.course_id is not None:
        counts = services().lti_teaching.course(seen.course_id)
        return render_template("widgets/teacher.html", launch=seen, view=view, counts=counts)
    page = "charter" if shown and shown.charter else widget
    return render_template(
        f"widgets/{page}.html" if shown else "widgets/notice.html",
        launch_id=launch_id,
        widget=widget,
        view=view,
        shown=shown,
        form=form,
        # A form that comes back with errors keeps its key: it is still the same check-in.
        form_key=form.values.get("form_key") or token_urlsafe(24),
        trust_items=ITEMS,
        scale=SCALE_WORDS,
        UNSENT=UNSENT,
    )


def _chosen(view: WidgetView, form: Form) -> EngagementView | None:
    """The engagement asked for, or the first."""
    wanted = str(form.values.get("engagement") or request.args.get("engagement", ""))
    by_id = {str(engagement.id): engagement for engagement in view.engagements}
    return by_id.get(wanted) or next(iter(view.engagements), None)
