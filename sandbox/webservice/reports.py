"""The one custom report that an administrator made, of course participants, as formatted text."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.errors import ServiceError, invalid_parameter, invalid_record
from sandbox.records import Enrolment, Person, ReportColumn
from sandbox.site import Site
from sandbox.webservice.params import INT, TEXT, Value
from sandbox.webservice.registry import function
from sandbox.webservice.report_columns import COLUMNS, Row

REPORT_ID = 1
_PAGE, _PER_PAGE = Value(int, default=0), Value(int, default=10)
_RANGE = 3
_DATES: dict[str, Callable[[Enrolment, Person], int]] = {
    "completion:timecompleted": lambda row, _person: row.completed or 0,
    "enrolment:timecreated": lambda row, _person: row.timecreated,
    "user:timemodified": lambda _row, person: person.timemodified,
    "user:lastaccess": lambda _row, person: person.lastaccess,
}
_COURSES = "course:courseselector"


@function("core_reportbuilder_list_reports", page=_PAGE, perpage=_PER_PAGE)
def list_reports(site: Site, page: int, perpage: int) -> dict[str, Any]:
    return {"reports": [_details(site)][page * perpage : (page + 1) * perpage], "warnings": []}


@function("core_reportbuilder_retrieve_report", reportid=INT, page=_PAGE, perpage=_PER_PAGE)
def retrieve_report(site: Site, reportid: int, page: int, perpage: int) -> dict[str, Any]:
    _check(reportid)
    columns = list(site.world.report_columns.values())
    enrolments = _filtered(site, _sorted_active(site))
    shown = [Row.of(site, each) for each in enrolments[page * perpage : (page + 1) * perpage]]
    rows = [{"columns": [COLUMNS[column.name][1](row) for column in columns]} for row in shown]
    headers = [column.heading or COLUMNS[column.name][0] for column in columns]
    data = {"headers": headers, "rows": rows, "totalrowcount": len(enrolments)}
    return {"details": _details(site), "data": data, "warnings": []}


@function("core_reportbuilder_columns_add", writes=True, reportid=INT, uniqueidentifier=TEXT)
def add_column(site: Site, reportid: int, uniqueidentifier: str) -> dict[str, Any]:
    """The same column may stand twice, as in Moodle."""
    _check(reportid)
    if uniqueidentifier not in COLUMNS:
        raise invalid_parameter()
    column = ReportColumn(site.world.next_id("report_columns"), uniqueidentifier)
    site.world.report_columns[column.id] = column
    return _sortable(site)


@function(
    "core_reportbuilder_columns_sort_toggle",
    writes=True,
    reportid=INT,
    columnid=INT,
    enabled=Value(bool),
    direction=Value(int, default=4),
)
def sort_column(site: Site, reportid: int, columnid: int, enabled: bool, **_direction: int) -> dict[str, Any]:
    _check(reportid)
    _column(site, columnid).sorted = enabled
    return _sortable(site)


@function(
    "core_update_inplace_editable",
    writes=True,
    component=TEXT,
    itemtype=TEXT,
    itemid=TEXT,
    value=TEXT,
)
def rename(site: Site, component: str, itemtype: str, itemid: str, value: str) -> dict[str, Any]:
    """Headings of columns alone: nothing else of the sandbox is renamed so."""
    if (component, itemtype) != ("core_reportbuilder", "columnheading") or not itemid.isdigit():
        raise invalid_parameter()
    column = _column(site, int(itemid))
    column.heading = value
    hint = f"Rename column '{COLUMNS[column.name][0]}'"
    return {
        "displayvalue": value,
        "component": component,
        "itemtype": itemtype,
        "value": value,
        "itemid": column.id,
        "edithint": hint,
        "editlabel": "",
        "editicon": {"key": "t/editstring", "component": "moodle", "title": hint},
        "type": "text",
        "options": "",
        "linkeverything": 1,
    }


@function("core_reportbuilder_filters_add", writes=True, reportid=INT, uniqueidentifier=TEXT)
def add_filter(site: Site, reportid: int, uniqueidentifier: str) -> dict[str, Any]:
    """A filter stands once: a second time is refused, as in Moodle."""
    _check(reportid)
    active = site.world.report_filters
    if uniqueidentifier in active or uniqueidentifier not in (*_DATES, _COURSES):
        raise invalid_parameter()
    active.append(uniqueidentifier)
    names = [name for name in (*_DATES, _COURSES) if name not in active]
    left = [{"value": name, "visiblename": name} for name in names]
    return {
        "hasavailablefilters": True,
        "availablefilters": [{"optiongroup": {"text": "Course", "values": left}}],
        "hasactivefilters": True,
        "activefilters": [_active_filter(index, name) for index, name in enumerate(active)],
        "helpicon": "",
    }


def _active_filter(index: int, name: str) -> dict[str, Any]:
    return {
        "id": index + 1,
        "entityname": name.split(":", maxsplit=1)[0],
        "heading": name,
        "sortorder": index + 1,
        "movetitle": f"Move filter '{name}'",
        "headingeditable": name,
    }


@function(
    "core_reportbuilder_set_filters",
    writes=True,
    reportid=INT,
    parameters=Value(str, default=""),
    values=TEXT,
)
def set_filters(site: Site, reportid: int, values: str, **_parameters: str) -> bool:
    """Any values are kept; those of a filter that does not stand hold nothing back."""
    _check(reportid)
    try:
        given = json.loads(values)
    except ValueError:
        raise invalid_parameter() from None
    site.world.report_values = given if isinstance(given, dict) else {}
    return True


def _check(report: int) -> None:
    if report != REPORT_ID:
        raise invalid_record("reportbuilder_report")


def _column(site: Site, column: int) -> ReportColumn:
    if column not in site.world.report_columns:
        raise ServiceError("dml_missing_record_exception", "invalidrecord", "Can't find data record.")
    return site.world.report_columns[column]


def _sortable(site: Site) -> dict[str, Any]:
    return {
        "hassortablecolumns": True,
        "sortablecolumns": [
            _sortable_column(order, column)
            for order, column in enumerate(site.world.report_columns.values(), start=1)
        ],
        "helpicon": "",
    }


def _sortable_column(order: int, column: ReportColumn) -> dict[str, Any]:
    title = COLUMNS[column.name][0]
    return {
        "id": column.id,
        "title": title,
        "heading": column.heading or title,
        "sortdirection": 4,
        "sortenabled": column.sorted,
        "sortorder": order,
        "sorticon": {"key": "t/sort_asc", "component": "moodle", "title": "Change initial sorting"},
        "movetitle": f"Move sorting for column '{title}'",
        "sortenabledtitle": f"Enable initial sorting for column '{title}'",
    }


def _details(site: Site) -> dict[str, Any]:
    created = site.world.seeded_at
    return {
        "name": "Companion: participants",
        "source": "core_course\\reportbuilder\\datasource\\participants",
        "type": 0,
        "uniquerows": False,
        "conditiondata": json.dumps(
            {"enrolment:status_operator": 1, "enrolment:status_value": 0}, separators=(",", ":")
        ),
        "settingsdata": None,
        "contextid": 1,
        "component": "",
        "area": "",
        "itemid": 0,
        "usercreated": 2,
        "id": REPORT_ID,
        "timecreated": created,
        "timemodified": created,
        "usermodified": 2,
        "sourcename": "Course participants",
        "tags": [],
        "modifiedby": _administrator(site),
    }


def _administrator(site: Site) -> dict[str, Any]:
    admin = site.world.people[2]
    return {
        "id": admin.id,
        "email": admin.email,
        "idnumber": "",
        "phone1": "",
        "phone2": "",
        "department": "",
        "institution": "",
        "fullname": admin.fullname,
        "identity": admin.email,
        "profileurl": site.url(f"/user/profile.php?id={admin.id}"),
        "profileimageurl": site.url("/theme/image.php/boost/core/1/u/f1"),
        "profileimageurlsmall": site.url("/theme/image.php/boost/core/1/u/f2"),
    }


def _sorted_active(site: Site) -> list[Enrolment]:
    """By course and person as a reader would sort them; the report's own condition keeps active enrolments alone."""
    world = site.world
    rows = world.enrolments_ordered(
        lambda row: (world.courses[row.course].fullname, world.people[row.person].fullname, row.id)
    )
    return [row for row in rows if row.active]


def _filtered(site: Site, enrolments: list[Enrolment]) -> list[Enrolment]:
    """What the filters let pass that stand and were set."""
    values, active = site.world.report_values, site.world.report_filters
    people = site.world.people
    courses = frozenset(values.get(f"{_COURSES}_values") or ()) if _COURSES in active else None
    if courses:
        enrolments = [row for row in enrolments if row.course in courses]
    for name in (name for name in active if values.get(f"{name}_operator") == _RANGE):
        since = int(values.get(f"{name}_from", 0))
        date = _DATES[name]
        enrolments = [row for row in enrolments if date(row, people[row.person]) >= since]
    return enrolments
