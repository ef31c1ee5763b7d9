"""Records are made straight away where a reply is as it should be, and as marshmallow makes them."""

from typing import Any

import pytest

from lms_client import replies, schemas
from lms_client.loading import UNFIT, RecordSchema, maker, names_of

SCHEMAS = [
    each
    for module in (schemas, replies)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, RecordSchema) and each is not RecordSchema
]
TOLD: dict[str, Any] = {
    "id": 2**31 + 5, "userid": 7, "courseid": "4", "cmid": 0, "fullname": "R&amp;D \ud83d \u05e9 \U0001f44b",
    "lastaccess": 1_780_000_000, "timecompleted": 0, "timezone": "99", "suspended": False, "interests": "sql, a",
    "roles": [{"shortname": "student"}], "customfields": [{"shortname": "x", "value": "1"}], "functions": [],
    "columns": ["a", None], "rows": [{"columns": []}], "completions": [{"timecompleted": 3}], "userids": [1, "2"],
    "details": {"source": "s"}, "data": {"headers": [], "rows": [{"columns": ["b"]}], "totalrowcount": 1},
    "modules": [{"id": 1, "name": "n", "modname": "lti", "instance": 2}], "headers": ["h"], "totalrowcount": "1",
    "groups": [{"id": 3}],
}  # fmt: skip


def _reply(schema: type[RecordSchema[Any]]) -> dict[str, Any]:
    """A reply with all that the schema names, and one thing more."""
    keys = [field.data_key or name for name, field in schema().load_fields.items()]
    told = {key: TOLD.get(key, "1") for key in keys} | {"further": [1]}
    return told | ({"data": "{}"} if schema is replies.BatchAnswerSchema else {})


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_record_is_the_same_either_way(schema: type[RecordSchema[Any]]) -> None:
    named = names_of(schema.record)
    assert set(schema().load_fields) == set(named[: len(schema().load_fields)]), (
        "values are handed over by place"
    )
    told = _reply(schema)
    assert maker(schema)(told) == schema().load(told)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_may_be_absent_is_the_same_either_way_and_what_may_not_is_refused(
    schema: type[RecordSchema[Any]],
) -> None:
    told = _reply(schema)
    for name, field in schema().load_fields.items():
        less = {key: value for key, value in told.items() if key != (field.data_key or name)}
        if field.required:
            with pytest.raises(UNFIT):
                maker(schema)(less)
        else:
            assert maker(schema)(less) == schema().load(less)
