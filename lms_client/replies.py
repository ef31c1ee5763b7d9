"""Replies that are read but not handed on as they are: their shapes and schemas."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from marshmallow import fields

from lms_client import values
from lms_client.loading import RecordSchema, Value, number_of


@dataclass(frozen=True, slots=True)
class Members:
    """The people of a group or cohort."""

    of: int
    user_ids: tuple[int, ...]


class GroupMembersSchema(RecordSchema[Members]):
    record = Members
    of = number_of("groupid")
    user_ids = Value(values.numbers, required=True, key="userids")


class CohortMembersSchema(GroupMembersSchema):
    of = number_of("cohortid")


@dataclass(frozen=True, slots=True)
class GroupOfGrouping:
    """A group as a grouping lists it."""

    id: int


class GroupOfGroupingSchema(RecordSchema[GroupOfGrouping]):
    record = GroupOfGrouping
    id = number_of()


@dataclass(frozen=True, slots=True)
class GroupingGroups:
    """A grouping with its groups."""

    groups: tuple[GroupOfGrouping, ...]

    @property
    def group_ids(self) -> tuple[int, ...]:
        return tuple(group.id for group in self.groups)


class GroupingGroupsSchema(RecordSchema[GroupingGroups]):
    record = GroupingGroups
    groups = fields.List(fields.Nested(GroupOfGroupingSchema), load_default=list)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition of a course's completion."""

    completed_at: datetime | None


class CriterionSchema(RecordSchema[Criterion]):
    record = Criterion
    completed_at = Value(values.moment, key="timecompleted")


@dataclass(frozen=True, slots=True)
class CompletionStatus:
    """A person's completion as Moodle tells it: no time but the criteria's."""

    completed: bool
    criteria: tuple[Criterion, ...]


class CompletionStatusSchema(RecordSchema[CompletionStatus]):
    record = CompletionStatus
    completed = Value(values.flag, required=True)
    criteria = fields.List(fields.Nested(CriterionSchema), required=True, data_key="completions")


@dataclass(frozen=True, slots=True)
class MessageResult:
    """What became of one message; an id below 1 means that it was not sent."""

    message_id: int
    refusal: str


class MessageResultSchema(RecordSchema[MessageResult]):
    record = MessageResult
    message_id = number_of("msgid")
    refusal = Value(values.text, key="errormessage")


class Row(NamedTuple):
    """A row of a report, as formatted text."""

    columns: tuple[str, ...]


class RowSchema(RecordSchema[Row]):
    record = Row
    columns = Value(values.texts, required=True)


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a report; `total` counts the rows of all pages."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int


class TableSchema(RecordSchema[Table]):
    record = Table
    headers = Value(values.texts, required=True)
    rows = fields.List(fields.Nested(RowSchema), required=True)
    total = Value(values.whole, required=True, key="totalrowcount")


@dataclass(frozen=True, slots=True)
class Details:
    """What a report is of."""

    source: str


class DetailsSchema(RecordSchema[Details]):
    record = Details
    source = Value(values.markup, required=True)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """An answer of the report builder."""

    details: Details
    data: Table


class ReportPageSchema(RecordSchema[ReportPage]):
    record = ReportPage
    details = fields.Nested(DetailsSchema, required=True)
    data = fields.Nested(TableSchema, required=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report, by its number."""

    id: int


class ColumnSchema(RecordSchema[Column]):
    record = Column
    id = number_of()


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The answer to one call of a batch; `data` and `exception` are JSON."""

    error: bool
    data: str
    exception: str


class BatchAnswerSchema(RecordSchema[BatchAnswer]):
    record = BatchAnswer
    error = Value(values.flag, required=True)
    data = Value(values.markup)
    exception = Value(values.markup)
