"""Making an administrator's empty report of course participants fit to be read, and reading only a part of it.

Moodle has no web service that makes a report, but columns, headings, order and filters can be added by one.
"""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from lms_client.calling import Call
from lms_client.errors import (
    InvalidParameter,
    LmsError,
    MissingCapability,
    ReportUnsuitable,
    SiteError,
)
from lms_client.functions import Function
from lms_client.loading import load_all, member
from lms_client.replies import ColumnSchema
from lms_client.report import NEEDED, OWN, headers_of, table_of

SORTED_BY = ("course:coursefullnamewithlink", "user:fullnamewithlink", "enrolment:timecreated")
"""Without an order of its own a report may tell one row on two pages and another on none."""
RANGE = 3
"""Moodle's operator of a date filter, "Date range", whose end may be left open."""
NEVER = datetime(2200, 1, 1, tzinfo=UTC)


class ReportFilter(StrEnum):
    """Moodle's names of the filters that an incremental read uses."""

    COURSES = "course:courseselector"
    COMPLETED = "completion:timecompleted"
    ENROLLED = "enrolment:timecreated"
    PERSON_CHANGED = "user:timemodified"
    PERSON_SEEN = "user:lastaccess"


FILTERS = tuple(ReportFilter)
_EDITING = {Function.ADD_REPORT_COLUMN, Function.RENAME, Function.SORT_REPORT_COLUMN}


def set_filters(call: Call, report_id: int, values: Mapping[ReportFilter, object]) -> None:
    """Set a report's filters for the token's user: a moment means then or later. Raises LmsError."""
    told: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            told |= {f"{name}_operator": RANGE, f"{name}_from": int(value.timestamp())}
        else:
            told |= {f"{name}_values": value}
    call(Function.FILTER_REPORT, {"reportid": report_id, "values": json.dumps(told)})


def set_up(call: Call, report_id: int, functions: Collection[str]) -> frozenset[ReportFilter]:
    """Add what is missing; gives the filters that work.

    Raises MissingCapability or ReportUnsuitable where columns are missing that could not be added.
    """
    headers = headers_of(table_of(call, report_id, 0, 1))
    if not set(OWN.values()) <= set(headers):
        fit = all(set(choices) & set(headers) for choices in NEEDED)
        _complete(call, report_id, headers, functions, fit)
    if Function.FILTER_REPORT not in functions:
        return frozenset()
    return frozenset(name for name in FILTERS if _works(call, report_id, name, functions))


def _complete(
    call: Call, report_id: int, headers: Collection[str], functions: Collection[str], fit: bool
) -> None:
    """Add our columns where we may; a report that is `fit` without them is left as an administrator made it."""
    if set(functions) >= _EDITING:
        try:
            _add_columns(call, report_id, headers)
        except MissingCapability:
            if not fit:
                raise
    elif not fit:
        names = ", ".join(f"'{name}'" for name in NEEDED.values())
        raise ReportUnsuitable(Function.REPORT, f"add the columns {names}", tuple(NEEDED.values()))


def _add_columns(call: Call, report_id: int, headers: Collection[str]) -> None:
    """Add our columns but those that stand under our heading, and give each its heading; some give the order."""
    for name, heading in OWN.items():
        if heading in headers:
            continue
        body = call(Function.ADD_REPORT_COLUMN, {"reportid": report_id, "uniqueidentifier": name})
        told = member(Function.ADD_REPORT_COLUMN, body, "sortablecolumns")
        # Moodle numbers columns upwards, and tells those of the report that can be sorted by, as all of ours can.
        added = max(each.id for each in load_all(Function.ADD_REPORT_COLUMN, ColumnSchema, told))
        item = {"component": "core_reportbuilder", "itemtype": "columnheading", "itemid": added}
        call(Function.RENAME, {**item, "value": heading})
        if name in SORTED_BY:
            call(Function.SORT_REPORT_COLUMN, {"reportid": report_id, "columnid": added, "enabled": True})


def _works(call: Call, report_id: int, name: ReportFilter, functions: Collection[str]) -> bool:
    """Whether a filter holds rows back: add it if need be, then ask for what cannot be."""
    if Function.ADD_REPORT_FILTER in functions:
        try:
            call(Function.ADD_REPORT_FILTER, {"reportid": report_id, "uniqueidentifier": name})
        except InvalidParameter:  # it is there already, or unknown to this release
            pass
        except SiteError:
            raise
        except LmsError:  # the role may not change the report: an administrator may have added the filter
            pass
    set_filters(call, report_id, {name: [0] if name is ReportFilter.COURSES else NEVER})
    try:
        return table_of(call, report_id, 0, 1).total == 0
    finally:
        set_filters(call, report_id, {})
