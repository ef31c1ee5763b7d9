"""My mentoring: the people, the next step first, and everything that is done from here."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from companion.mentoring.commitment import INTENT_LIMIT
from companion.mentoring.concern import CONCERN_LIMIT
from companion.mentoring.engagement import EXTENSIONS
from companion.mentoring.feedback import ABOUT_LIMIT, WORDS_LIMIT
from companion.mentoring.next_step import Step
from companion.mentoring.work_style import STYLE_LIMIT
from companion.models.concern import ConcernTopic, Share
from companion.services.home import Home
from companion.services.programmes import MOST_LEARNERS
from companion.services.taking_back import UNDONE
from companion.store.sent import SentKind
from companion.web.context import launch, services, viewer
from companion.web.forms import Form, takes
from companion.web.permissions import Permission, requires
from companion.web.trend import trend_line
from companion.web.widgets import forms
from companion.web.widgets.remembered import remember
from companion.web.widgets.sections import filled
from companion.web.widgets.sending import send
from companion.web.widgets.views import blueprint, me

PAGES = frozenset({"check_in", "feedback", "mentoring"})
"""Pages that people are led back to."""
_NUMBER = {SentKind.SETTLED: "commitment", **dict.fromkeys(UNDONE, "engagement")}
"""The field that tells what was sent, where it is not the key of a form."""
LIMITS = {
    "intent": INTENT_LIMIT,
    "style": STYLE_LIMIT,
    "about": ABOUT_LIMIT,
    "words": WORDS_LIMIT,
    "concern": CONCERN_LIMIT,
}


@blueprint.get("/mentoring")
@requires(Permission.LAUNCHED)
def mentoring(launch_id: str) -> ResponseReturnValue:
    """The page."""
    return _page(launch_id, Form())


@blueprint.get("/mentoring/concern")
@requires(Permission.LAUNCHED)
def concern(launch_id: str) -> ResponseReturnValue:
    """Telling the coordinator, or leaving."""
    return _page(launch_id, Form(), "concern")


@blueprint.post("/mentoring/accept")
@requires(Permission.LAUNCHED)
@takes(forms.AboutForm)
def accept(launch_id: str, form: Form) -> ResponseReturnValue:
    """Agree to a proposal."""
    return _done(
        launch_id,
        form,
        lambda sent: services().lifecycle.accept(viewer(), sent["engagement"]),
        gettext("You accepted."),
        SentKind.ACCEPTED,
    )


@blueprint.post("/mentoring/decline")
@requires(Permission.LAUNCHED)
@takes(forms.AboutForm)
def decline(launch_id: str, form: Form) -> ResponseReturnValue:
    """Do without a proposal."""
    told = gettext("You declined. Nobody is told why, and you stay on the list.")
    return _done(
        launch_id,
        form,
        lambda sent: services().lifecycle.decline(viewer(), sent["engagement"]),
        told,
        SentKind.DECLINED,
    )


@blueprint.post("/mentoring/charter")
@requires(Permission.LAUNCHED)
@takes(forms.CharterForm)
def accept_charter(launch_id: str, form: Form) -> ResponseReturnValue:
    """Accept the charter."""
    return _done(
        launch_id,
        form,
        lambda sent: services().agreements.accept_charter(viewer(), sent["engagement"], sent["version"]),
        gettext("You accepted the charter. Now say hello."),
        SentKind.CHARTER,
        back=form.values.get("back", ""),
    )


@blueprint.post("/mentoring/card")
@requires(Permission.LAUNCHED)
@takes(forms.StyleForm)
def set_card(launch_id: str, form: Form) -> ResponseReturnValue:
    """Keep how the viewer likes to work."""
    return _done(
        launch_id,
        form,
        lambda sent: services().agreements.set_style(
            viewer(), reach=sent["reach"], away=sent["away"], feedback=sent["likes"]
        ),
        gettext("Your card is kept."),
    )


@blueprint.post("/mentoring/week")
@requires(Permission.LAUNCHED)
@takes(forms.WeekForm)
def set_week(launch_id: str, form: Form) -> ResponseReturnValue:
    """Say that this week is full, or take it back."""
    told = (
        gettext("Noted. Reminders rest this week, and the others see that you have little room.")
        if form.data.get("full")
        else gettext("Noted. Good to have you back.")
    )
    return _done(
        launch_id, form, lambda sent: services().agreements.set_full_week(viewer(), sent["full"]), told
    )


@blueprint.post("/mentoring/commitment")
@requires(Permission.LAUNCHED)
@takes(forms.CommitmentForm)
def commit(launch_id: str, form: Form) -> ResponseReturnValue:
    """Make a commitment."""
    return _done(
        launch_id,
        form,
        lambda sent: services().commitments.make(
            viewer(),
            sent["engagement"],
            intent=sent["intent"],
            sign=sent["sign"],
            due_on=sent["due"],
            form_key=sent["form_key"],
        ),
        gettext("Kept. You are asked about it on the day."),
        SentKind.COMMITMENT,
    )


@blueprint.post("/mentoring/settle")
@requires(Permission.LAUNCHED)
@takes(forms.SettleForm)
def settle(launch_id: str, form: Form) -> ResponseReturnValue:
    """Say what became of a commitment."""
    return _done(
        launch_id,
        form,
        lambda sent: services().commitments.settle(
            viewer(), sent["engagement"], sent["commitment"], sent["outcome"], sent["day"]
        ),
        gettext("Thank you for saying so."),
        SentKind.SETTLED,
    )


@blueprint.post("/mentoring/thank")
@requires(Permission.LAUNCHED)
@takes(forms.ThankForm)
def thank_for_commitment(launch_id: str, form: Form) -> ResponseReturnValue:
    """Say thank you for what somebody did, in one tap (D9)."""
    return _done(
        launch_id,
        form,
        lambda sent: services().thanks.thank_for_commitment(
            viewer(), sent["engagement"], sent["commitment"], form_key=sent["form_key"]
        ),
        gettext("Said. It does more than one thinks."),
        SentKind.THANKS,
    )


@blueprint.post("/mentoring/request")
@requires(Permission.LAUNCHED)
@takes(forms.RequestForm)
def ask_feedback(launch_id: str, form: Form) -> ResponseReturnValue:
    """Ask the others for feedback."""
    return _done(
        launch_id,
        form,
        lambda sent: services().feedback_words.request(
            viewer(), sent["engagement"], about=sent["about"], form_key=sent["form_key"]
        ),
        gettext("Asked. You find the answer here."),
        SentKind.REQUEST,
    )


@blueprint.post("/mentoring/reply")
@requires(Permission.LAUNCHED)
@takes(forms.ReplyForm)
def reply(launch_id: str, form: Form) -> ResponseReturnValue:
    """Answer somebody who asked for feedback."""
    return _done(
        launch_id,
        form,
        lambda sent: services().feedback_words.reply(
            viewer(),
            sent["engagement"],
            sent["request"],
            helps=sent["helps"],
            wish=sent["wish"],
            form_key=sent["form_key"],
        ),
        gettext("Sent. Feedback like this is a gift."),
        SentKind.REPLY,
    )


@blueprint.post("/mentoring/pause")
@requires(Permission.LAUNCHED)
@takes(forms.AboutForm)
def pause(launch_id: str, form: Form) -> ResponseReturnValue:
    """Let the engagement rest."""
    told = gettext("It rests now. Nothing is asked of you until you go on, or for four weeks at most.")
    return _done(
        launch_id,
        form,
        lambda sent: services().lifecycle.pause(viewer(), sent["engagement"]),
        told,
        SentKind.PAUSED,
    )


@blueprint.post("/mentoring/resume")
@requires(Permission.LAUNCHED)
@takes(forms.AboutForm)
def resume(launch_id: str, form: Form) -> ResponseReturnValue:
    """Go on after a rest."""
    told = gettext("You go on. The last day moved by as long as it rested.")
    return _done(
        launch_id,
        form,
        lambda sent: services().lifecycle.resume(viewer(), sent["engagement"]),
        told,
        SentKind.RESUMED,
    )


@blueprint.post("/mentoring/extend")
@requires(Permission.LAUNCHED)
@takes(forms.ExtendForm)
def extend(launch_id: str, form: Form) -> ResponseReturnValue:
    """Wish for more weeks."""
    told = gettext("Noted. You go on as soon as all of you wish it.")
    return _done(
        launch_id,
        form,
        lambda sent: services().lifecycle.extend(viewer(), sent["engagement"], sent["weeks"]),
        told,
        SentKind.WISHED_LONGER,
    )


@blueprint.post("/mentoring/concern")
@requires(Permission.LAUNCHED)
@takes(forms.ConcernForm)
def send_concern(launch_id: str, form: Form) -> ResponseReturnValue:
    """Tell the coordinator."""
    return _done(
        launch_id,
        form,
        lambda sent: services().concerns.raise_concern(
            viewer(),
            sent["engagement"],
            share=sent["share"],
            topic=sent["topic"],
            text=sent["words"],
            form_key=sent["form_key"],
        ),
        gettext("Your coordinator is told in ten minutes, and nobody else."),
        SentKind.CONCERN,
        "concern",
    )


@blueprint.post("/mentoring/leave")
@requires(Permission.LAUNCHED)
@takes(forms.LeaveForm)
def leave(launch_id: str, form: Form) -> ResponseReturnValue:
    """Leave the engagement."""
    return _done(
        launch_id,
        form,
        lambda sent: services().concerns.leave(
            viewer(), sent["engagement"], rematch=sent["rematch"], form_key=sent["form_key"]
        ),
        gettext("In ten minutes the engagement ends. The others are told kindly, and no reason."),
        SentKind.CONCERN,
        "concern",
    )


@blueprint.post("/mentoring/advise")
@requires(Permission.LAUNCHED)
@takes(forms.AdviseForm)
def advise(launch_id: str, form: Form) -> ResponseReturnValue:
    """Say yes to advising those who come next (D1)."""
    return _done(
        launch_id,
        form,
        lambda sent: services().said.advise(me(), offered=sent["topics_offered"], capacity=sent["capacity"]),
        gettext("Thank you. When somebody new can use what you know, you hear from us."),
    )


def _done(
    launch_id: str,
    form: Form,
    deed: Callable[[Any], object],
    told: str,
    kind: SentKind | None = None,
    page: str = "mentoring",
    back: str = "mentoring",
) -> ResponseReturnValue:
    """Do it, say so and show the page again; with errors the page comes back as it was filled in."""

    def done(sent: Mapping[str, Any]) -> str:
        deed(sent)
        if kind is not None:
            named = _NUMBER.get(kind, "form_key")
            key = str(sent[named])
            remember(kind, key, about=f"{named}-{key}" if kind in _NUMBER else "")
        return told

    endpoint = f"widgets.{back if back in PAGES else 'mentoring'}"
    to = url_for(endpoint, launch_id=launch_id, engagement=form.data.get("engagement"))
    return send(form, done, lambda shown: _page(launch_id, shown, page), to)


def _passing_on(shown: Home) -> dict[str, Any]:
    """For whoever finished as a learner: what they said of advising, and the notes they left as a newcomer."""
    if shown.step is not Step.ADVISE:
        return {}
    own = services().said.view(me()).own
    return {
        "capacity": own.capacity,
        "topics": ", ".join(sorted(own.topics_offered)),
        "most": MOST_LEARNERS,
        "notes": services().lessons.come_back(viewer(), shown.view.id),
    }


def _page(launch_id: str, form: Form, page: str = "mentoring") -> str:
    wanted = str(form.values.get("engagement") or request.args.get("engagement", ""))
    view = services().home.home(viewer(), int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None)
    seen = launch()
    if view.shown is None:
        if seen.teacher and seen.course_id is not None:
            counts = services().lti_teaching.course(seen.course_id)
            return render_template("widgets/teacher.html", launch=seen, view=view, counts=counts)
        return render_template("widgets/notice.html", launch_id=launch_id, view=view)
    return render_template(
        f"widgets/{page}.html",
        launch_id=launch_id,
        view=view,
        home=view.shown,
        shown=view.shown.view,
        form=form,
        form_key=form.values.get("form_key") or token_urlsafe(24),
        sections=filled(view) if page == "mentoring" else (),
        line=trend_line(view.shown.trend),
        passing_on=_passing_on(view.shown),
        next_week=services().clock().date() + timedelta(days=7),
        extensions=EXTENSIONS,
        limits=LIMITS,
        shares=list(Share),
        topics=list(ConcernTopic),
    )
