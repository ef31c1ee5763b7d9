"""Taking back what was just sent: a button for ten minutes, whatever it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields

from companion.errors import ConflictError
from companion.mentoring.undo import TOO_LATE, UNDO_FOR
from companion.services.asks import AskService
from companion.services.commitments import CommitmentService
from companion.services.concerns import ConcernService
from companion.services.taking_back import UNDONE, TakingBackService
from companion.store.sent import SentKind
from companion.web.context import services, viewer
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires
from companion.web.sentences import translated
from companion.web.widgets.remembered import forget, offered
from companion.web.widgets.views import blueprint

WORDS: Mapping[SentKind, Any] = {
    SentKind.CHECK_IN: _("your check-in"),
    SentKind.FEEDBACK: _("your answers on fit and trust"),
    SentKind.COMMITMENT: _("your commitment"),
    SentKind.SETTLED: _("what became of your commitment"),
    SentKind.REQUEST: _("that you asked for feedback"),
    SentKind.REPLY: _("your feedback"),
    SentKind.CONCERN: _("your concern, or that you leave"),
    SentKind.ASK: _("your question"),
    SentKind.ASK_WORD: _("what you said to a question"),
    SentKind.RESOLVED: _("that your question is resolved"),
    SentKind.PASSED_ON: _("that you passed on a question"),
    SentKind.WISHED: _("your wish for a week together"),
    SentKind.THANKS: _("your thanks"),
    SentKind.LESSON: _("your lesson"),
    SentKind.CHARTER: _("that you accepted the charter"),
    SentKind.ACCEPTED: _("that you accepted"),
    SentKind.DECLINED: _("that you declined"),
    SentKind.PAUSED: _("that it rests"),
    SentKind.RESUMED: _("that you go on"),
    SentKind.WISHED_LONGER: _("your wish for more weeks"),
}
"""What each is called after "Take back:". Never what is in it: others may look at the screen."""


class UndoForm(FormSchema):
    """What to take back, and where to go afterwards."""

    sent = fields.String(load_default="")
    back = fields.String(load_default="check_in")


@dataclass(frozen=True, slots=True)
class Undo:
    """One thing that can still be taken back: its name, what it is called, and for how many minutes."""

    name: str
    words: Any
    minutes: int


BACK = frozenset({"check_in", "feedback", "mentoring", "ask", "given"})
"""Pages that something can be sent from."""
OF_ASKS = frozenset({SentKind.ASK, SentKind.ASK_WORD, SentKind.RESOLVED, SentKind.PASSED_ON, SentKind.WISHED})


def _serving(kind: SentKind) -> AskService | CommitmentService | ConcernService | TakingBackService:
    """Which service takes it back: what moved something else beside it is more than a row to delete."""
    if kind in OF_ASKS:
        return services().asks
    if kind in UNDONE:
        return services().taking_back
    return services().commitments if kind is SentKind.SETTLED else services().concerns


@blueprint.app_template_global()
def undo_offered() -> list[Undo]:
    """What was sent from this launch and can still be taken back, the newest first."""
    if g.get("launch") is None:
        return []
    now = services().clock()
    return [
        Undo(
            one.name,
            WORDS[SentKind(one.kind)],
            max(1, round((UNDO_FOR - (now - one.moment)).total_seconds() / 60)),
        )
        for one in offered()
    ]


@blueprint.post("/undo")
@requires(Permission.LAUNCHED)
@takes(UndoForm)
def undo(launch_id: str, form: Form) -> ResponseReturnValue:
    """Take back one of the things that were sent; where it is too late, or others went on from it, say so."""
    try:
        _take_back(form.data.get("sent", ""))
        flash(gettext("Taken back. It is as if you had not sent it."))
    except ConflictError as problem:
        flash(translated(str(problem)))
    back = form.data.get("back")
    return redirect(url_for(f"widgets.{back if back in BACK else 'check_in'}", launch_id=launch_id), 303)


def _take_back(name: str) -> None:
    """Raises ConflictError."""
    found = forget(name)
    if found is None:
        raise ConflictError(TOO_LATE)
    kind = SentKind(found.kind)
    _serving(kind).undo(viewer(), kind, found.key)
