"""Programmes: the list, making and changing one, its page, its engagements."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.errors import ConflictError, InputError
from companion.mentoring.engagement import LENGTHS
from companion.models.engagement import EngagementState
from companion.models.matching import RunState
from companion.models.watch import Risk
from companion.services import overview
from companion.services.finding import Preview
from companion.services.programmes import MOST_LEARNERS, ProgrammeRules, rules_of
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.forms import ProgrammeForm, programme_rules, programme_values
from companion.web.admin.matching_form import FIELD_NAMES, WEIGHTS, ranges
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.admin.what_if import work_or_send
from companion.web.context import services
from companion.web.forms import Form, takes
from companion.web.permissions import Permission, reach, requires
from companion.web.wording import RISK_OPTIONS
from companion.web.words import STATES

TABLE: Final = Table(
    "programmes",
    "All programmes, with whom their rules find",
    (
        Column("name", "Programme"),
        Column("courses", "Courses", sorts=False),
        Column("weeks", "Length"),
        Column("new", "New hires", descends=True, number=True),
        Column("recent", "Recent learners", descends=True, number=True),
    ),
    searched="a name",
    sort="name",
)
ENGAGEMENTS: Final = Table(
    "engagements",
    "Engagements, running ones first",
    (
        Column("people", "People", sorts=False),
        Column("state", "State"),
        Column("starts", "From", descends=True),
        Column("ends", "To"),
        Column("check-ins", "Check-ins", sorts=False, number=True),
        Column("last", "Last check-in", sorts=False),
        Column("fit", "Fit", sorts=False),
        Column("look", "Needs a look", sorts=False),
    ),
    searched="a name",
    choices=(
        Choice("state", "State", [(state.value, str(STATES[state])) for state in EngagementState]),
        Choice("look", "Needs a look", [each for each in RISK_OPTIONS if each[0] != Risk.OVER_CAPACITY]),
    ),
    sort="state",
)
PROPOSALS: Final = Table(
    "proposals",
    "Proposals",
    (
        Column("proposed", "Proposed", descends=True),
        Column("pairs", "Pairs", sorts=False, number=True),
        Column("alone", "Without a pair", sorts=False, number=True),
        Column("state", "State", sorts=False),
        Column("decided", "Decided", sorts=False),
    ),
    sort="proposed",
    descending=True,
    per_page=10,
)
VERSIONS: Final = Table(
    "versions",
    "Versions of the rules, the newest first",
    (
        Column("version", "Version", sorts=False),
        Column("changed", "Changed", sorts=False),
        Column("what", "What changed", sorts=False),
    ),
    sort="version",
    descending=True,
    per_page=20,
)
FRAGMENT = "X-Fragment"
"""Sent by the script that wants a part of the page alone (static/js/preview.js)."""
ONE = f"/programmes/<{ID}:programme_id>"


@blueprint.get("/programmes")
@requires(Permission.LOOK)
def programmes() -> ResponseReturnValue:
    """The programmes, with whom their rules found when they were last looked at."""
    table = asked(TABLE)
    services().watch.refresh()
    lines, total = services().programmes.page(table.slice, reach().programmes)
    return render_template("admin/programmes.html", table=filled(table, total), lines=lines)


@blueprint.get("/programmes/new")
@requires(Permission.CHANGE_INSTALLATION)
def programmes_new() -> ResponseReturnValue:
    """The form for a new programme, with the defaults filled in."""
    return _form_page(Form(values=programme_values(ProgrammeRules(name="", course_ids=()), ())))


@blueprint.post("/programmes/new")
@requires(Permission.CHANGE_INSTALLATION)
@takes(ProgrammeForm)
def programmes_create(form: Form) -> ResponseReturnValue:
    """Make a programme."""
    try:
        made = services().programmes.create(programme_rules(form), by=current_user.name)
    except InputError as wrong:
        return _form_page(form.with_errors(wrong.fields)), 422
    flash("The programme is made. Nobody has been told anything.")
    return redirect(url_for("admin.programmes_show", programme_id=made), 303)


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_show(programme_id: int) -> ResponseReturnValue:
    """A programme: its rules, whom they find, its proposals, its widgets."""
    table = asked(PROPOSALS)
    page = overview.programme(services(), programme_id, table.slice)
    return render_template("admin/programme.html", page=page, table=filled(table, page.runs_total))


@blueprint.get(f"{ONE}/edit")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_edit(programme_id: int) -> ResponseReturnValue:
    """The form with the rules of a programme."""
    view = services().programmes.view(programme_id)
    values = programme_values(view.programme, view.course_ids)
    found = _found(rules_of(view.programme, view.course_ids))
    return _form_page(Form(values=values), programme_id, found)


@blueprint.post(f"{ONE}/edit")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(ProgrammeForm)
def programmes_change(programme_id: int, form: Form) -> ResponseReturnValue:
    """Change the rules of a programme."""
    try:
        services().programmes.change(programme_id, programme_rules(form), by=current_user.name)
    except InputError as wrong:
        return _form_page(form.with_errors(wrong.fields), programme_id), 422
    flash("The rules are kept. They hold from the next proposal on; engagements that run stay as they are.")
    return redirect(url_for("admin.programmes_show", programme_id=programme_id), 303)


@blueprint.post("/programmes/new/preview")
@requires(Permission.CHANGE_INSTALLATION)
@takes(ProgrammeForm)
def programmes_new_preview(form: Form) -> ResponseReturnValue:
    """Whom the rules of a new programme would find; keeps nothing."""
    return _preview(form)


@blueprint.post(f"{ONE}/preview")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(ProgrammeForm)
def programmes_preview(programme_id: int, form: Form) -> ResponseReturnValue:
    """Whom other rules of a programme would find; keeps nothing."""
    return _preview(form, programme_id)


def _preview(form: Form, programme_id: int | None = None) -> ResponseReturnValue:
    """The answer alone for the script of the page, or the page as it was filled in, with the answer."""
    try:
        found, wrong = services().finding.preview(programme_rules(form)), {}
    except InputError as problem:
        found, wrong = None, problem.fields
    if FRAGMENT in request.headers:
        return render_template("admin/found.html", found=found, wrong=wrong)
    return _form_page(form.with_errors(wrong), programme_id, found), 422 if wrong else 200


@blueprint.post(f"{ONE}/propose")
@requires(Permission.ACT_ON_PROGRAMME)
def programmes_propose(programme_id: int) -> ResponseReturnValue:
    """Propose pairs for the people of today."""
    try:
        run_id = services().matching.begin(programme_id)
    except (ConflictError, InputError) as problem:
        flash(str(problem))
        return redirect(url_for("admin.programmes_show", programme_id=programme_id), 303)
    work_or_send(programme_id, run_id)
    if services().matching.standing(run_id).run.state is RunState.PROPOSED:
        flash("Here is the proposal. Nobody is told anything before you approve it.")
    return redirect(url_for("admin.programmes_run", run_id=run_id), 303)


@blueprint.get(f"{ONE}/engagements")
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_engagements(programme_id: int) -> ResponseReturnValue:
    """The engagements of a programme: people, dates, states and counts, never a word of what was written."""
    table = asked(ENGAGEMENTS)
    page = services().engagements.page(programme_id, table.slice)
    return render_template("admin/engagements.html", page=page, table=filled(table, page.total))


@blueprint.get(f"{ONE}/versions")
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_versions(programme_id: int) -> ResponseReturnValue:
    """The rules as they were, and what each change changed."""
    view = services().programmes.view(programme_id)
    table = asked(VERSIONS)
    versions, total = services().programmes.versions(programme_id, table.slice)
    return render_template(
        "admin/programme_versions.html",
        programme=view.programme,
        table=filled(table, total),
        versions=versions,
    )


def _found(rules: ProgrammeRules) -> Preview | None:
    try:
        return services().finding.preview(rules)
    except InputError:
        return None  # rules of a course or a cohort that is no longer there


def _form_page(form: Form, programme_id: int | None = None, found: Preview | None = None) -> str:
    return render_template(
        "admin/programme_form.html",
        form=form,
        programme=services().programmes.view(programme_id).programme if programme_id is not None else None,
        courses=services().sites.courses(),
        by_token=services().sites.current().token_encrypted is not None,
        cohorts=services().sites.cohorts(),
        lengths=LENGTHS,
        most_learners=MOST_LEARNERS,
        weights=WEIGHTS,
        ranges=ranges(),
        field_names=FIELD_NAMES,
        found=found,
    )
