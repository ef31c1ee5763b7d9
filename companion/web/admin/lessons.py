"""Lessons that people offer to the next cohort: a named coordinator looks at each before anybody else does."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.errors import ConflictError
from companion.store.audit import Subject
from companion.web.admin.blueprint import ID, blueprint
from companion.web.context import services
from companion.web.permissions import Permission, reach, requires


@blueprint.get("/lessons")
@requires(Permission.COORDINATE)
def lessons() -> ResponseReturnValue:
    """What waits for a look, by programme. The author chose to offer it, without the name."""
    named = [
        (number, name) for number, name in services().programmes.names() if number in reach().coordinates
    ]
    waiting = [(name, services().gifts.offered(number)) for number, name in named]
    for (number, _), (_, found) in zip(named, waiting, strict=True):
        if found:
            services().audit.note("lessons.look", Subject("programme", number), {"lessons": len(found)})
    return render_template("admin/lessons.html", waiting=[(name, found) for name, found in waiting if found])


@blueprint.post(f"/lessons/<{ID}:lesson_id>/show")
@requires(Permission.COORDINATE_PROGRAMME)
def lessons_show(lesson_id: int) -> ResponseReturnValue:
    """Let a lesson through."""
    return _decide(lesson_id, publish=True)


@blueprint.post(f"/lessons/<{ID}:lesson_id>/decline")
@requires(Permission.COORDINATE_PROGRAMME)
def lessons_decline(lesson_id: int) -> ResponseReturnValue:
    """Keep it from the next cohort; its author keeps it."""
    return _decide(lesson_id, publish=False)


def _decide(lesson_id: int, *, publish: bool) -> ResponseReturnValue:
    try:
        services().gifts.decide(lesson_id, publish=publish, by=current_user.name)
        flash(
            "The next cohort sees it at its place in the course, without a name."
            if publish
            else "It stays with its author. Nobody else sees it."
        )
    except ConflictError as decided:
        flash(str(decided))
    return redirect(url_for("admin.lessons"), 303)
