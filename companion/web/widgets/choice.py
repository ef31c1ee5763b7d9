"""Deep linking: a teacher picks the widget to put into a course."""

from flask import render_template
from flask.typing import ResponseReturnValue
from marshmallow import fields

from companion.errors import InputError
from companion.lti import addresses
from companion.web.context import launch, services
from companion.web.forms import Form, FormSchema, takes
from companion.web.headers import let_post_to
from companion.web.permissions import Permission, requires
from companion.web.sentences import translated
from companion.web.widgets.views import blueprint
from companion.widgets import WIDGETS


class ChoiceForm(FormSchema):
    """The widget picked."""

    widget = fields.String(load_default="")


@blueprint.get("/choice")
@requires(Permission.LAUNCHED)
def choice(launch_id: str) -> ResponseReturnValue:
    """The widgets there are, each with what it looks like."""
    services().lti_deep_linking.check_waiting(launch())
    return _page(launch_id, Form())


@blueprint.post("/choice")
@requires(Permission.LAUNCHED)
@takes(ChoiceForm)
def send_choice(launch_id: str, form: Form) -> ResponseReturnValue:
    """Send the answer on to the platform, from the browser of the person who picked."""
    try:
        titles = {widget.name: translated(widget.activity) for widget in WIDGETS}
        answer = services().lti_deep_linking.answer(launch(), form.data.get("widget", ""), titles)
    except InputError as wrong:
        told = {name: translated(sentence) for name, sentence in wrong.fields.items()}
        return _page(launch_id, form.with_errors(told)), 422
    let_post_to(addresses.origin(answer.url) or "")
    return render_template("lti/answer.html", answer=answer)


def _page(launch_id: str, form: Form) -> str:
    return render_template(
        "lti/choice.html", launch_id=launch_id, launch=launch(), form=form, widgets=WIDGETS
    )
