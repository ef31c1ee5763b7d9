"""The ask widget: a question from the course page, the questions put to oneself, answers, and thanks."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields, validate

from companion.mentoring.ask import ANSWER_LIMIT, ASK_LIMIT
from companion.mentoring.routing import Strength
from companion.mentoring.thanks import THANKS_LIMIT
from companion.models.exchange import AskedState, AskState
from companion.store.sent import SentKind
from companion.web.context import launch, services, viewer
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires
from companion.web.widgets.forms import RELOAD
from companion.web.widgets.remembered import remember
from companion.web.widgets.sending import send
from companion.web.widgets.views import blueprint

STATES = {
    AskState.OPEN: _("waiting for an answer"),
    AskState.MORE_WANTED: _("more is wanted"),
    AskState.ANSWERED: _("answered"),
    AskState.PASSED_ON: _("looking for somebody"),
    AskState.RESOLVED: _("resolved"),
    AskState.EXPIRED: _("ended after a week without a word"),
}
PARTS = {
    AskedState.WAITING: _("has it"),
    AskedState.ANSWERED: _("has answered"),
    AskedState.MORE_WANTED: _("asked back"),
    AskedState.PASSED_ON: _("passed it on"),
}
STRENGTHS = {
    Strength.COURSE: _("finished this course"),
    Strength.TOPIC: _("knows the topic"),
    Strength.HOURS: _("works at your hours"),
    Strength.REGULAR: _("usually answers"),
}
MOST_TOPICS = 5
SENT = {
    **dict.fromkeys(("answer", "more", "add"), SentKind.ASK_WORD),
    "resolve": SentKind.RESOLVED,
    "pass": SentKind.PASSED_ON,
    "wish": SentKind.WISHED,
}
"""What each deed sends."""


def form_key_field() -> fields.String:
    """The key that a form carries, so that sending it twice does it once."""
    return fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{22,64}$", error=RELOAD),
        error_messages={"required": RELOAD},
    )


def id_field(**options: Any) -> fields.Integer:
    """A number of ours."""
    return fields.Integer(
        validate=validate.Range(1, 2**63 - 1, error=RELOAD), error_messages={"invalid": RELOAD}, **options
    )


class AskForm(FormSchema):
    """A question: its length is the service's to judge, after what cannot be seen was taken out."""

    text = fields.String(load_default="")
    section = fields.String(load_default="", validate=validate.Regexp(r"^\d{0,4}$", error=RELOAD))
    topics = fields.String(load_default="", validate=validate.Length(0, 200, error=_("Name fewer topics.")))
    form_key = form_key_field()


class DeedForm(FormSchema):
    """What is done with an ask."""

    several = frozenset({"thanked"})
    text = fields.String(load_default="")
    words = fields.String(load_default="")
    credited = fields.String(load_default="", validate=validate.Length(0, 300, error=_("That is too long.")))
    thanked = fields.List(id_field(), load_default=list)
    person = id_field(load_default=None)
    form_key = form_key_field()


@blueprint.get("/ask")
@requires(Permission.LAUNCHED)
def ask(launch_id: str) -> ResponseReturnValue:
    """Questions put to the viewer, the form, and the viewer's own questions."""
    return _page(launch_id, Form(), "")


@blueprint.post("/ask")
@requires(Permission.LAUNCHED)
@takes(AskForm)
def send_ask(launch_id: str, form: Form) -> ResponseReturnValue:
    """Put a question."""

    def put(sent: Mapping[str, Any]) -> str:
        topics = [topic for topic in sent["topics"].split(",") if topic.strip()][:MOST_TOPICS]
        section = int(sent["section"]) if sent["section"] else None
        kept = services().asks.put(
            viewer(), sent["text"], section=section, topics=topics, form_key=sent["form_key"]
        )
        remember(SentKind.ASK, sent["form_key"], about=f"ask-{kept.id}")
        if kept.asked:
            return str(gettext("Sent. You see the answer here."))
        return str(gettext("Kept. Nobody has room just now; it is put to the next who has."))

    to = url_for("widgets.ask", launch_id=launch_id)
    return send(form, put, lambda shown: _page(launch_id, shown, "new"), to)


@blueprint.post("/ask/<int:ask_id>/<any(answer,more,add,pass,resolve,wish):deed>")
@requires(Permission.LAUNCHED)
@takes(DeedForm)
def do_ask(launch_id: str, ask_id: int, deed: str, form: Form) -> ResponseReturnValue:
    """Do something with an ask."""

    def done(sent: Mapping[str, Any]) -> str:
        told = _done(ask_id, deed, sent)
        keys = {
            SentKind.ASK_WORD: sent["form_key"],
            SentKind.WISHED: f"{ask_id}-{sent['person'] or ''}",
        }
        remember(SENT[deed], keys.get(SENT[deed], str(ask_id)), about=f"ask-{ask_id}")
        return told

    to = url_for("widgets.ask", launch_id=launch_id)
    return send(form, done, lambda shown: _page(launch_id, shown, f"{deed}-{ask_id}"), to)


def _done(ask_id: int, deed: str, sent: Mapping[str, Any]) -> str:
    """Do it; gives what to say."""
    asks, key = services().asks, sent["form_key"]
    if deed == "answer":
        asks.answer(viewer(), ask_id, sent["text"], form_key=key)
        return str(gettext("Thank you. Your answer is there."))
    if deed == "more":
        asks.want_more(viewer(), ask_id, sent["text"], form_key=key)
        return str(gettext("Asked back."))
    if deed == "add":
        asks.add(viewer(), ask_id, sent["text"], form_key=key)
        return str(gettext("Added."))
    if deed == "pass":
        services().ask_passing.pass_on(viewer(), ask_id)
        return str(gettext("Passed on. That is fine, and nobody asks why."))
    if deed == "wish":
        if asks.wish(viewer(), ask_id, sent["person"]):
            return str(gettext("You go on together for a week. It begins here in ten minutes."))
        return str(gettext("Noted. If the other wishes it too, a week together begins."))
    asks.resolve(
        viewer(),
        ask_id,
        thanked=sent["thanked"],
        words=sent["words"],
        credited_name=sent["credited"],
        form_key=key,
    )
    return str(gettext("Resolved. Good that you asked."))


def _page(launch_id: str, form: Form, at: str) -> str:
    """Args: at: which of the forms on the page `form` is."""
    seen = launch()
    here = "" if seen.section is None else seen.section
    section = str(form.values.get("section") or request.args.get("section", here))
    return render_template(
        "widgets/ask.html",
        launch_id=launch_id,
        launch=seen,
        page=services().asks.page(viewer()),
        lessons=services().lessons.at(viewer(), int(section) if section.isdecimal() else None),
        form=form,
        at=at,
        nothing=Form(),
        # A form that comes back with errors keeps its key: it is still the same one.
        form_key=lambda own: (form.values.get("form_key") if own == at else None) or token_urlsafe(24),
        section=section,
        ASK_LIMIT=ASK_LIMIT,
        ANSWER_LIMIT=ANSWER_LIMIT,
        THANKS_LIMIT=THANKS_LIMIT,
        ASK_STATES=STATES,
        PARTS=PARTS,
        STRENGTHS={strength.value: words for strength, words in STRENGTHS.items()},
    )
