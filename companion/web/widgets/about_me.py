"""What somebody says for the matching: a page of the mentoring widget."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields, pre_load, validate

from companion.models.said import WishKind
from companion.services.said import STYLES
from companion.web.context import launch, services
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires
from companion.web.widgets.forms import RELOAD, number
from companion.web.widgets.sending import send
from companion.web.widgets.views import blueprint, me

STYLE_WORDS: Mapping[str, tuple[Any, Any, Any]] = {
    "pace": (_("How fast"), _("Step by step"), _("Quickly")),
    "planning": (_("How much of a plan"), _("As it comes"), _("Planned ahead")),
    "directness": (_("How openly"), _("Gently"), _("Straight out")),
    "detail": (_("How much detail"), _("The whole picture"), _("The details")),
    "sociability": (_("How much talk beside the matter"), _("To the point"), _("With a chat first")),
}
"""What is asked about each way of working, and what its two ends are called."""


def _style() -> fields.Integer:
    return fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf((-2, 0, 2), error=RELOAD),
        error_messages={"invalid": RELOAD},
    )


class AboutMeForm(FormSchema):
    """What somebody says about themselves."""

    topics_wanted = fields.String(load_default="")
    topics_offered = fields.String(load_default="")
    pace = _style()
    planning = _style()
    directness = _style()
    detail = _style()
    sociability = _style()
    capacity = fields.Integer(
        load_default=None, allow_none=True, error_messages={"invalid": _("Write a number, or nothing.")}
    )
    paused_until = fields.Date(
        load_default=None, allow_none=True, error_messages={"invalid": _("Choose a day, or none.")}
    )

    @pre_load
    def leave_out_blanks(self, sent: Mapping[str, Any], **_options: Any) -> dict[str, Any]:
        """A field left empty says nothing."""
        return {name: value for name, value in sent.items() if value != ""}


class WishForm(FormSchema):
    """Somebody to be paired with, or not."""

    name = fields.String(required=True, error_messages={"required": RELOAD})
    kind = fields.Enum(
        WishKind, by_value=True, required=True, error_messages={"required": RELOAD, "unknown": RELOAD}
    )


class UnwishForm(FormSchema):
    """A wish to be taken back."""

    person = number()


@blueprint.get("/about-me")
@requires(Permission.LAUNCHED)
def about_me(launch_id: str) -> ResponseReturnValue:
    """The form, as it was kept last."""
    return _page(launch_id)


@blueprint.post("/about-me")
@requires(Permission.LAUNCHED)
@takes(AboutMeForm)
def keep_about_me(launch_id: str, form: Form) -> ResponseReturnValue:
    """Keep what somebody says about themselves."""

    def keep(sent: Mapping[str, Any]) -> str:
        services().said.keep(
            me(),
            wanted=sent["topics_wanted"],
            offered=sent["topics_offered"],
            style={name: sent[name] for name in STYLES if sent[name] is not None},
            capacity=sent["capacity"],
            paused_until=sent["paused_until"],
        )
        return str(gettext("Kept. It counts from the next matching on."))

    to = url_for("widgets.about_me", launch_id=launch_id)
    return send(form, keep, lambda shown: _page(launch_id, shown), to)


@blueprint.post("/about-me/wish")
@requires(Permission.LAUNCHED)
@takes(WishForm)
def keep_wish(launch_id: str, form: Form) -> ResponseReturnValue:
    """Ask for somebody, or not to be paired with them."""
    course_id = launch().course_id
    if course_id is None:
        return _page(launch_id, wishes=form), 422

    def wish(sent: Mapping[str, Any]) -> str:
        services().said.wish(me(), course_id, sent["name"], sent["kind"])
        return str(gettext("Kept. Nobody but you sees it."))

    to = url_for("widgets.about_me", launch_id=launch_id)
    return send(form, wish, lambda shown: _page(launch_id, wishes=shown), to)


@blueprint.post("/about-me/unwish")
@requires(Permission.LAUNCHED)
@takes(UnwishForm)
def take_wish_back(launch_id: str, form: Form) -> ResponseReturnValue:
    """Take a wish back."""
    if not form.errors:
        services().said.unwish(me(), form.data["person"])
        flash(gettext("Taken back."))
    return redirect(url_for("widgets.about_me", launch_id=launch_id), 303)


def _page(launch_id: str, form: Form | None = None, wishes: Form | None = None) -> str:
    view = services().said.view(me())
    return render_template(
        "widgets/about_me.html",
        launch_id=launch_id,
        form=form or Form(values=_values(view.own)),
        wishes=wishes or Form(),
        view=view,
        styles=STYLE_WORDS,
    )


def _values(own: Any) -> dict[str, Any]:
    return {
        "topics_wanted": ", ".join(sorted(own.topics_wanted)),
        "topics_offered": ", ".join(sorted(own.topics_offered)),
        **{name: value for name, value in own.work_style.items() if name in STYLES},
        "capacity": "" if own.capacity is None else own.capacity,
        "paused_until": own.paused_until.isoformat() if own.paused_until else "",
    }
