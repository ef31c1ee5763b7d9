"""Lessons that people offer to the next cohort: a named coordinator looks at each before anybody else does."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.errors import ConflictError
from companion.store.audit import Subject
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.permissions import Permission, reach, requires

PER_PAGE: Final = 25
WAITING: Final = Table(
    "waiting",
    "Lessons that wait for a look",
    (
        Column("lesson", "Lesson", sorts=False),
        Column("programme", "Programme", sorts=False),
        Column("offered", "Offered"),
        Column("act", "What to do", sorts=False),
    ),
    sort="offered",
    per_page=PER_PAGE,
)
DECIDED: Final = Table(
    "decided",
    "Lessons that were decided",
    (
        Column("lesson", "Lesson", sorts=False),
        Column("programme", "Programme", sorts=False),
        Column("decided", "Decided", descends=True),
        Column("act", "What to do", sorts=False),
    ),
    sort="decided",
    descending=True,
    per_page=PER_PAGE,
)


@blueprint.get("/lessons")
@requires(Permission.COORDINATE)
def lessons() -> ResponseReturnValue:
    """What waits for a look, and what was decided. The author chose to offer it, without the name."""
    named = {number: name for number, name in services().programmes.names() if number in reach().coordinates}
    choice = Choice("programme", "Programme", [(str(number), name) for number, name in named.items()])
    waiting, decided = (asked(replace(table, choices=(choice,))) for table in (WAITING, DECIDED))
    offered, number_offered = services().offered_lessons.waiting(_chosen(waiting, named), waiting.slice)
    settled, number_settled = services().offered_lessons.decided(_chosen(decided, named), decided.slice)
    seen = Counter(lesson.programme_id for lesson in (*offered, *settled) if lesson.text is not None)
    for number, lessons_seen in seen.items():
        services().audit.note("lessons.look", Subject("programme", number), {"lessons": lessons_seen})
    return render_template(
        "admin/lessons.html",
        programmes=named,
        offered=offered,
        waiting=filled(waiting, number_offered),
        settled=settled,
        decided=filled(decided, number_settled),
    )


@blueprint.post(f"/lessons/<{ID}:lesson_id>/show")
@requires(Permission.COORDINATE_PROGRAMME)
def lessons_show(lesson_id: int) -> ResponseReturnValue:
    """Let a lesson through."""
    return _done(
        lambda: services().offered_lessons.decide(lesson_id, publish=True, by=current_user.name),
        "The next cohort sees it at its place in the course, without a name.",
    )


@blueprint.post(f"/lessons/<{ID}:lesson_id>/decline")
@requires(Permission.COORDINATE_PROGRAMME)
def lessons_decline(lesson_id: int) -> ResponseReturnValue:
    """Keep it from the next cohort; its author keeps it."""
    return _done(
        lambda: services().offered_lessons.decide(lesson_id, publish=False, by=current_user.name),
        "It stays with its author. Nobody else sees it. Under “Decided” this can be taken back.",
    )


@blueprint.post(f"/lessons/<{ID}:lesson_id>/again")
@requires(Permission.COORDINATE_PROGRAMME)
def lessons_again(lesson_id: int) -> ResponseReturnValue:
    """Take a decision back."""
    return _done(
        lambda: services().offered_lessons.look_again(lesson_id),
        "It waits for a look again. Until then the next cohort does not see it.",
    )


def _chosen(table: Table, named: dict[int, str]) -> list[int]:
    return [number for number in named if table.only.get("programme", str(number)) == str(number)]


def _done(deed: Callable[[], None], told: str) -> ResponseReturnValue:
    try:
        deed()
        flash(told)
    except ConflictError as decided:
        flash(str(decided))
    return redirect(url_for("admin.lessons"), 303)
