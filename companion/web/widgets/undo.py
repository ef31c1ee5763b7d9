"""Taking back what was just sent: one button for ten minutes, whatever it was."""

from datetime import datetime

from flask import flash, g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import fields

from companion.mentoring.undo import UNDO_FOR, can_be_undone
from companion.services.asks import AskService
from companion.services.commitments import CommitmentService
from companion.services.concerns import ConcernService
from companion.services.taking_back import UNDONE, TakingBackService
from companion.store.sent import SentKind
from companion.web.context import services, viewer
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires
from companion.web.widgets.views import blueprint


class UndoForm(FormSchema):
    """Where to go afterwards."""

    back = fields.String(load_default="check_in")


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
def undo_offered() -> int | None:
    """Minutes for which the last thing sent can still be taken back."""
    kept = session.get("sent")
    if not kept or g.get("launch") is None:
        return None
    at, now = datetime.fromisoformat(kept[2]), services().clock()
    if not can_be_undone(at, now):
        session.pop("sent")
        return None
    return max(1, round((UNDO_FOR - (now - at)).total_seconds() / 60))


@blueprint.post("/undo")
@requires(Permission.LAUNCHED)
@takes(UndoForm)
def undo(launch_id: str, form: Form) -> ResponseReturnValue:
    """Take back what was sent last."""
    kind, form_key, _ = session.pop("sent", ["check_in", "", ""])
    sent = SentKind(kind)
    _serving(sent).undo(viewer(), sent, form_key)
    flash(gettext("Taken back. It is as if you had not sent it."))
    back = form.data.get("back")
    return redirect(url_for(f"widgets.{back if back in BACK else 'check_in'}", launch_id=launch_id), 303)
