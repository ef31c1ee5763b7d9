"""The placement of a programme's widgets: where they stand, what would be done before it is, what was done."""

from typing import Final

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields, validate

from companion.errors import InputError
from companion.models.placement import PlacementAction, PlacementState, Way
from companion.services.placement_plan import Wish
from companion.services.placement_words import said, summed
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.forms import Form, FormSchema, read, takes
from companion.web.permissions import Permission, requires
from companion.web.words import WIDGETS

ONE: Final = f"/programmes/<{ID}:programme_id>/placement"
REFRESH_SECONDS: Final = 5
WAYS: Final = {
    Way.TEMPLATE: "From the template course",
    Way.BLOCK: "By the block",
    Way.DEEP_LINK: "By a teacher",
    Way.SNIPPET: "By the snippet",
}
OURS: Final = (Way.TEMPLATE, Way.BLOCK)
"""The ways Cairn goes by itself."""

STANDING: Final = Table(
    "standing",
    "The widgets in the course pages, as last seen",
    (
        Column("course", "Course"),
        Column("widget", "Widget"),
        Column("placed", "Placed", sorts=False),
        Column("seen", "Seen", descends=True),
    ),
    searched="a course",
    choices=(Choice("widget", "Widget", [(name, str(title)) for name, title in WIDGETS.items()]),),
    sort="course",
    per_page=25,
)
RUNS: Final = Table(
    "done",
    "What was done",
    (
        Column("when", "When", descends=True),
        Column("what", "What", sorts=False),
        Column("state", "State", sorts=False),
        Column("placed", "Placed", sorts=False, number=True),
        Column("moved", "Moved", sorts=False, number=True),
        Column("removed", "Removed", sorts=False, number=True),
        Column("problems", "Problems", sorts=False),
    ),
    sort="when",
    descending=True,
    per_page=10,
)


class WishForm(FormSchema):
    """What is to be done; a form without a choice asks for what is done most."""

    action = fields.Enum(PlacementAction, by_value=True, load_default=PlacementAction.PLACE)
    way = fields.Enum(Way, by_value=True, load_default=Way.TEMPLATE, validate=validate.OneOf(OURS))
    to_top = fields.Boolean(load_default=False)


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_placement(programme_id: int) -> ResponseReturnValue:
    """Where widgets stand and what was done; while something is asked for or under way, the page can be followed."""
    view = services().programmes.view(programme_id)
    placements = services().placements
    stands, done = asked(STANDING), asked(RUNS)
    newest, _ = placements.history(programme_id)
    runs, number_of_runs = placements.history(programme_id, done.slice)
    standing = placements.standing([programme_id])
    lines, number_standing = placements.standing_page(programme_id, stands.slice)
    waiting = bool(newest) and newest[0].state in (PlacementState.ASKED, PlacementState.RUNNING)
    following = waiting and "follow" in request.args
    snippets = [
        (name, title, placements.snippet([programme_id], name, title))
        for name, title in WIDGETS.items()
        if any(placement.widget == name for placement, _ in standing)
    ]
    page = render_template(
        "admin/placement.html",
        programme=view.programme,
        courses=view.course_names,
        stands=filled(stands, number_standing),
        standing=lines,
        done=filled(done, number_of_runs),
        runs=runs,
        begins=waiting and newest[0].state is PlacementState.ASKED,
        ways=WAYS,
        has_block=placements.has_block(),
        waiting=waiting,
        following=following,
        every=REFRESH_SECONDS,
        snippets=snippets,
    )
    response = make_response(page)
    if following:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@blueprint.get(f"{ONE}/plan")
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_placement_plan(programme_id: int) -> ResponseReturnValue:
    """What would be done, course by course, as Moodle is now. Changes nothing."""
    view = services().programmes.view(programme_id)
    wish = _wish(read(WishForm(), request.args))
    preview = services().placements.preview([programme_id], wish)
    return render_template(
        "admin/placement_plan.html",
        programme=view.programme,
        preview=preview,
        said=said,
        summary=summed(preview),
        ways=WAYS,
    )


@blueprint.post(ONE)
@requires(Permission.ACT_ON_PROGRAMME)
@takes(WishForm)
def programmes_place(programme_id: int, form: Form) -> ResponseReturnValue:
    """Have it done in the background."""
    services().programmes.view(programme_id)
    services().placements.ask(programme_id, _wish(form), by=current_user.name)
    services().queue.send("place")
    flash("It is done in the background. What came of it is told below.")
    return redirect(url_for("admin.programmes_placement", programme_id=programme_id, follow=1), 303)


def _wish(form: Form) -> Wish:
    if form.errors:
        raise InputError("This form was not understood. Go back and choose again.", dict(form.errors))
    return Wish(**form.data)
