"""The choice among the best advisers, and the one veto: a page of the mentoring widget, and a button on a proposal."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import fields, validate

from companion.errors import CompanionError
from companion.web.context import launch, services
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires
from companion.web.sentences import translated
from companion.web.widgets.forms import RELOAD, AboutForm, number
from companion.web.widgets.views import blueprint, me


class ChoiceForm(FormSchema):
    """The adviser somebody chooses; none leaves it to the programme."""

    programme = number()
    adviser = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**63 - 1, error=RELOAD),
        error_messages={"invalid": RELOAD},
    )


class VetoForm(FormSchema):
    """The adviser somebody passes over."""

    programme = number()
    adviser = number()


@blueprint.app_template_global()
def may_choose() -> bool:
    """Whether a programme of this course lets learners choose."""
    course_id = launch().course_id
    return course_id is not None and services().choosing.is_open(course_id)


@blueprint.get("/adviser")
@requires(Permission.LAUNCHED)
def adviser(launch_id: str) -> ResponseReturnValue:
    """The best advisers to choose from, with what speaks for each."""
    course_id = launch().course_id
    offers = services().choosing.offers(me(), course_id) if course_id is not None else ()
    return render_template("widgets/adviser.html", launch_id=launch_id, offers=offers)


@blueprint.post("/adviser")
@requires(Permission.LAUNCHED)
@takes(ChoiceForm)
def send_adviser(launch_id: str, form: Form) -> ResponseReturnValue:
    """Take a seat with an adviser, or have the programme choose."""
    if form.errors:
        return _again(launch_id, RELOAD)
    choosing, sent = services().choosing, form.data
    try:
        if sent["adviser"] is None:
            choosing.leave_it(me(), sent["programme"])
        else:
            choosing.choose(me(), sent["programme"], sent["adviser"])
    except CompanionError as problem:
        return _again(launch_id, translated(str(problem)))
    flash(gettext("It is settled. The two of you are told, and you can begin."))
    return redirect(url_for("widgets.check_in", launch_id=launch_id), 303)


@blueprint.post("/adviser/veto")
@requires(Permission.LAUNCHED)
@takes(VetoForm)
def veto_offer(launch_id: str, form: Form) -> ResponseReturnValue:
    """Pass over one of those to choose from."""
    if form.errors:
        return _again(launch_id, RELOAD)
    try:
        another = services().choosing.veto(me(), form.data["programme"], form.data["adviser"])
    except CompanionError as problem:
        return _again(launch_id, translated(str(problem)))
    return _again(launch_id, _passed_over(another))


@blueprint.post("/mentoring/veto")
@requires(Permission.LAUNCHED)
@takes(AboutForm)
def veto_proposal(launch_id: str, form: Form) -> ResponseReturnValue:
    """Pass over who is proposed."""
    if form.errors:
        flash(RELOAD)
    else:
        try:
            flash(_passed_over(services().choosing.veto_proposal(me(), form.data["engagement"])))
        except CompanionError as problem:
            flash(translated(str(problem)))
    return redirect(url_for("widgets.mentoring", launch_id=launch_id), 303)


def _passed_over(another: bool) -> str:
    if another:
        return str(gettext("Noted, and nobody is told. Here is who comes next."))
    told = gettext(
        "Noted, and nobody is told. Nobody else has a seat at the moment; your coordinator sees that."
    )
    return str(told)


def _again(launch_id: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("widgets.adviser", launch_id=launch_id), 303)
