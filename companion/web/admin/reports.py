"""Reports: figures of whole weeks about enough people, as pictures, tables and CSV."""

from datetime import date
from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from companion.errors import InputError
from companion.models.reporting import Dimension
from companion.services.reporting import MOST, Compared, ReportView
from companion.store.audit import Subject
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.pictures import Link, chain, links, picture
from companion.web.admin.report_rows import rows, summed
from companion.web.admin.spreadsheet import csv_answer
from companion.web.admin.tables import Column, Table, asked, filled
from companion.web.context import services
from companion.web.forms import Form, FormSchema, asks, takes
from companion.web.permissions import Permission, reach, requires

ONE = f"/programmes/<{ID}:programme_id>/report"
NO_DATE = "Write a date as year-month-day, such as 2026-11-23."
A_NUMBER = "Write a number."

TABLE: Final = Table(
    "programmes",
    "Programmes there are reports on",
    (Column("name", "Programme"), Column("courses", "Courses", sorts=False), Column("weeks", "Length")),
    searched="a name",
    sort="name",
)


class ReportQuestion(FormSchema):
    """What a report is narrowed to, and by what it compares."""

    to = fields.String(
        load_default="",
        validate=validate.Regexp(rf"^(?:{'|'.join(Dimension)})=.+$", error="Choose one of the list."),
    )
    """A dimension and a value, joined by an equals sign."""
    by = fields.Enum(
        Dimension,
        by_value=True,
        load_default=Dimension.COURSE,
        error_messages={"unknown": "Choose one of the list."},
    )
    since = fields.Date(load_default=date.min, error_messages={"invalid": NO_DATE})
    until = fields.Date(load_default=date.max, error_messages={"invalid": NO_DATE})


class ThresholdForm(FormSchema):
    """How few people a figure may be about."""

    least = fields.Integer(
        required=True,
        validate=validate.Range(1, MOST),
        error_messages={"invalid": A_NUMBER, "required": A_NUMBER},
    )
    least_for_text = fields.Integer(
        required=True,
        validate=validate.Range(1, MOST),
        error_messages={"invalid": A_NUMBER, "required": A_NUMBER},
    )


@blueprint.get("/reports")
@requires(Permission.LOOK)
def reports() -> ResponseReturnValue:
    """The programmes there are reports on."""
    table = asked(TABLE)
    lines, total = services().programmes.page(table.slice, reach().programmes)
    return render_template("admin/reports.html", table=filled(table, total), lines=lines)


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_PROGRAMME)
@asks(ReportQuestion)
def reports_show(programme_id: int, form: Form) -> ResponseReturnValue:
    """The report on a programme; a question that cannot be asked is answered with the whole."""
    return _page(programme_id, form), 422 if form.errors else 200


@blueprint.get(f"{ONE}.csv")
@requires(Permission.LOOK_AT_PROGRAMME)
@asks(ReportQuestion)
def reports_export(programme_id: int, form: Form) -> ResponseReturnValue:
    """Exactly the figures of the page, as CSV."""
    if form.errors:
        return _page(programme_id, form), 422
    view, compared = _answer(programme_id, form)
    asked = {name: str(value) for name, value in form.data.items() if value}
    services().audit.note("report.export", Subject("programme", programme_id), asked)
    headings, *lines = rows(view, compared, form.data["by"], _links(programme_id))
    return csv_answer(f"report-{programme_id}-{services().clock().date()}", headings, lines)


@blueprint.post(f"{ONE}/thresholds")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(ThresholdForm)
def reports_raise(programme_id: int, form: Form) -> ResponseReturnValue:
    """Raise the number of people that a figure is about at least."""
    try:
        if form.errors:
            raise InputError("The thresholds cannot be used.", form.errors)
        services().reporting.raise_thresholds(programme_id, **form.data)
    except InputError as wrong:
        return _page(programme_id, Form(), form.with_errors(wrong.fields)), 422
    flash("The thresholds are raised. They cannot be lowered again.")
    return redirect(url_for("admin.reports_show", programme_id=programme_id), 303)


def _page(programme_id: int, form: Form, thresholds: Form | None = None) -> str:
    view, compared = _answer(programme_id, form)
    chained = _links(programme_id)
    return render_template(
        "admin/report.html",
        view=view,
        compared=compared,
        by=form.data.get("by", Dimension.COURSE),
        form=form,
        thresholds=thresholds or _standing(view),
        picture=picture,
        chained=chained,
        chain=chain(chained),
        summed=summed,
        query={name: value for name, value in form.values.items() if value},
    )


def _answer(programme_id: int, form: Form) -> tuple[ReportView, list[Compared]]:
    asked: dict[str, Any] = dict(form.data)
    name, _, value = asked.get("to", "").partition("=")
    since, until = asked.get("since", date.min), asked.get("until", date.max)
    view = services().reporting.report(
        programme_id,
        dimension=Dimension(name) if name else None,
        value=value or None,
        since=since,
        until=until,
    )
    by = asked.get("by", Dimension.COURSE)
    return view, services().reporting.compared(programme_id, by, since=since, until=until)


def _links(programme_id: int) -> list[Link]:
    """The chain of all cohorts, whatever the report is narrowed to."""
    return links(services().reporting.compared(programme_id, Dimension.COHORT))


def _standing(view: ReportView) -> Form:
    rules = view.rules
    return Form(values={"least": rules.least, "least_for_text": rules.least_for_text} if rules else {})
