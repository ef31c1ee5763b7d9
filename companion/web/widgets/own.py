"""What one gave and received, and one's own data: two pages reached from every widget."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields, validate

from companion.errors import ConflictError
from companion.mentoring.lesson import LESSON_LIMIT
from companion.mentoring.thanks import SAID, THANKS_LIMIT, Gift
from companion.models.audience import Concept
from companion.models.exchange import LessonAudience, LessonKind, LessonState, ThanksFor
from companion.store.sent import SentKind
from companion.web.context import launch, services, viewer
from companion.web.forms import Form, FormSchema, takes
from companion.web.languages import get_locale
from companion.web.matched import PLAIN
from companion.web.permissions import Permission, requires
from companion.web.sentences import translated
from companion.web.widgets.asks import form_key_field, id_field
from companion.web.widgets.remembered import remember
from companion.web.widgets.sending import send
from companion.web.widgets.views import blueprint, me
from companion.web.words import options

GIFTS = {
    Gift.ANSWER: _("answers"),
    Gift.THANKS: _("thanks"),
    Gift.CREDIT: _("credits"),
    Gift.LESSON: _("lessons"),
}
LESSON_KINDS = {LessonKind.WENT_RIGHT: _("What went well"), LessonKind.WENT_WRONG: _("What went wrong")}
AUDIENCES = {
    LessonAudience.MYSELF: _("Only me: it comes back to me when I advise"),
    LessonAudience.ENGAGEMENT: _("Us"),
    LessonAudience.NEXT_COHORT: _("Whoever comes next, without my name"),
}
LESSON_STATES = {
    LessonState.WAITING: _("waits for the coordinator's look"),
    LessonState.PUBLISHED: _("shown to those who come next"),
    LessonState.DECLINED: _("not shown"),
}
KEPT = {
    "person": _("Your account in Moodle"),
    "courses": _("Courses"),
    "cohorts": _("Cohorts"),
    "engagements": _("Engagements"),
    "fit_and_trust": _("Answers on fit and trust"),
    "asks_put_to_you": _("Questions put to you"),
    "full_weeks": _("Full weeks"),
    "wishes_for_matching": _("Whom you wish to be matched with, or not"),
    "vetoes": _("Advisers you passed over"),
    "reminders": _("Reminders"),
    "wishes": _("What you decided here"),
    "matchings": _("How you were matched"),
    "not_matched": _("Matchings that found nobody for you"),
    "instructions": _("What a coordinator set for matching you"),
    "looked_after": _("What a coordinator looked after"),
    "reports": _("Reports you are counted in"),
    "calendar": _("Your calendar address"),
    "sign_ins": _("Sign-ins from Moodle"),
    "open_widgets": _("Pages opened from a course"),
    Concept.CHECK_IN: _("Check-ins"),
    Concept.WORK_STYLE: _("Cards: how somebody likes to work"),
    Concept.COMMITMENT: _("Commitments"),
    Concept.FEEDBACK_REQUEST: _("Feedback that was asked for"),
    Concept.FEEDBACK_REPLY: _("Feedback in words"),
    Concept.CONCERN: _("Concerns"),
    Concept.ASK: _("Questions"),
    Concept.ASK_WORD: _("What was said to questions"),
    Concept.THANKS: _("Thanks"),
    Concept.NOTE: _("Notes to yourself"),
    Concept.LESSON: _("Lessons for the people of an engagement"),
    Concept.LESSON_FOR_ALL: _("Your lessons for whoever comes next"),
    Concept.SAID: _("What you said for the matching"),
}
"""What the page calls what is kept; in the files it has the same keys in every language."""


class ThankForm(FormSchema):
    """Thanks for one concrete thing."""

    to = id_field(required=True)
    text = fields.String(load_default="")
    credited = fields.String(load_default="", validate=validate.Length(0, 300, error=_("That is too long.")))
    form_key = form_key_field()


class LessonForm(FormSchema):
    """A lesson."""

    engagement = id_field(required=True)
    kind = fields.Enum(LessonKind, by_value=True, load_default=LessonKind.WENT_RIGHT)
    audience = fields.Enum(
        LessonAudience,
        by_value=True,
        required=True,
        error_messages={"required": _("Choose who may read it."), "unknown": _("Choose who may read it.")},
    )
    text = fields.String(load_default="")
    section = fields.String(load_default="", validate=validate.Regexp(r"^\d{0,4}$"))
    form_key = form_key_field()


class EraseForm(FormSchema):
    """The one thing that cannot be taken back."""

    sure = fields.String(load_default="")


@blueprint.get("/given")
@requires(Permission.LAUNCHED)
def given(launch_id: str) -> ResponseReturnValue:
    """Thanks, lessons, what to talk about, and the balance for oneself."""
    return _given(launch_id, Form(), "")


@blueprint.post("/given/thanks")
@requires(Permission.LAUNCHED)
@takes(ThankForm)
def thank(launch_id: str, form: Form) -> ResponseReturnValue:
    """Thank somebody."""

    def deed(sent: Mapping[str, Any]) -> str:
        services().thanks.thank(
            viewer(),
            sent["to"],
            about=ThanksFor.OTHER,
            text=sent["text"],
            credited_name=sent["credited"],
            form_key=sent["form_key"],
        )
        remember(SentKind.THANKS, sent["form_key"])
        return str(gettext("Said. It does more than one thinks."))

    to = url_for("widgets.given", launch_id=launch_id)
    return send(form, deed, lambda shown: _given(launch_id, shown, "thanks"), to)


@blueprint.post("/given/lesson")
@requires(Permission.LAUNCHED)
@takes(LessonForm)
def write_lesson(launch_id: str, form: Form) -> ResponseReturnValue:
    """Keep a lesson."""

    def deed(sent: Mapping[str, Any]) -> str:
        services().lessons.write(
            viewer(),
            sent["engagement"],
            kind=sent["kind"],
            audience=sent["audience"],
            text=sent["text"],
            section=int(sent["section"]) if sent["section"] else None,
            form_key=sent["form_key"],
        )
        remember(SentKind.LESSON, sent["form_key"])
        return str(gettext("Kept."))

    to = url_for("widgets.given", launch_id=launch_id)
    return send(form, deed, lambda shown: _given(launch_id, shown, "lesson"), to)


@blueprint.get("/data")
@requires(Permission.LAUNCHED)
def data(launch_id: str) -> ResponseReturnValue:
    """Everything kept about the viewer, and what they can decide."""
    return _data(launch_id)


@blueprint.get("/data/<any(json,csv):kind>")
@requires(Permission.LAUNCHED)
def take_along(launch_id: str, kind: str) -> ResponseReturnValue:
    """The same to take along."""
    del launch_id  # the permission looked at it
    own = services().own_data
    body, mime, name = (
        (own.as_json(me(), PLAIN), "application/json", "my-mentoring.json")
        if kind == "json"
        else (own.as_csv(me(), PLAIN), "application/zip", "my-mentoring-csv.zip")
    )
    return Response(body, mimetype=mime, headers={"Content-Disposition": f"attachment; filename={name}"})


@blueprint.post("/data/<any(stop,resume,show,hide,leave,join,erase):deed>")
@requires(Permission.LAUNCHED)
@takes(EraseForm)
def decide(launch_id: str, deed: str, form: Form) -> ResponseReturnValue:
    """Decide about reminders, "took part", taking part, or have everything erased."""
    if deed == "erase" and form.data.get("sure") != "yes":
        return _data(launch_id, gettext("Tick the box first: this cannot be taken back.")), 422
    try:
        flash(_decided(deed, me()))
    except ConflictError as held:
        return _data(launch_id, translated(str(held))), 409
    return redirect(url_for("widgets.data", launch_id=launch_id), 303)


def _decided(deed: str, person_id: int) -> str:
    own, nudges = services().own_data, services().nudges
    if deed == "stop":
        nudges.stop(person_id)
        return str(gettext("No more reminders from now on."))
    if deed == "resume":
        nudges.resume(person_id)
        return str(gettext("Reminders come again, one a week at most."))
    if deed in ("show", "hide"):
        own.show_took_part(person_id, deed == "show")
        return str(gettext("Noted."))
    if deed == "leave":
        own.opt_out(person_id)
        done = gettext("You no longer take part. Thank you for the time you gave.")
        until = gettext(
            "The others are told in ten minutes. Until then you can undo it with “Take part again”."
        )
        return f"{done} {until}"
    if deed == "join":
        own.opt_in(person_id)
        return str(gettext("Good to have you back."))
    own.erase(person_id)
    return str(gettext("Erased. What you wrote is gone, for you and for everybody."))


def _data(launch_id: str, wrong: str = "") -> str:
    person_id = me()
    kept = services().own_data.everything(person_id)
    return render_template(
        "widgets/data.html",
        launch_id=launch_id,
        launch=launch(),
        standing=services().own_data.standing(person_id),
        kept=[(KEPT[name], len(found)) for name, found in kept.items() if found],
        wrong=wrong,
    )


def _given(launch_id: str, form: Form, at: str) -> str:
    me()
    thanks, lessons, view = services().thanks, services().lessons, services().mentoring.widget(viewer())
    language = str(get_locale()).split("_")[0]
    balance, section = thanks.balance(viewer()), launch().section
    return render_template(
        "widgets/given.html",
        launch_id=launch_id,
        view=view,
        form=form,
        at=at,
        nothing=Form(),
        form_key=lambda own: (form.values.get("form_key") if own == at else None) or token_urlsafe(24),
        prompts={
            one.id: services().prompts.suggest(viewer(), one.id, language, section)
            for one in view.engagements
        },
        notes={one.id: lessons.come_back(viewer(), one.id) for one in view.engagements},
        people=thanks.people_to_thank(viewer()),
        thanks=thanks.seen_by(viewer()),
        lessons=lessons.seen_by(viewer()),
        sections=services().asks.page(viewer()).sections,
        section="" if section is None else str(section),
        balance=balance,
        leaning=translated(SAID[balance.leaning]),
        GIFTS=GIFTS,
        LESSON_KINDS=options(LESSON_KINDS),
        AUDIENCES=options(AUDIENCES),
        LESSON_STATES=LESSON_STATES,
        LESSON_LIMIT=LESSON_LIMIT,
        THANKS_LIMIT=THANKS_LIMIT,
    )
