"""How a reply becomes records: what is missing or of another kind is told by its place alone, never by its value.

A reply of a large site holds a hundred thousand objects, most of them as they should be. The fields of a schema are
therefore compiled, once, into what makes a record of an object straight away; marshmallow is asked where that fails,
and says what is wrong.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing, post_load

from lms_client import values
from lms_client.errors import MalformedReply

R = TypeVar("R")


class Value(fields.Field[Any]):
    """A field made by a function of `lms_client.values`; unless it is required, absent is what null is."""

    def __init__(
        self, convert: Callable[[object], object], *, required: bool = False, key: str | None = None
    ) -> None:
        default = missing if required else lambda: convert(None)
        super().__init__(required=required, data_key=key, load_default=default)
        self.convert = convert

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        if value is missing:
            return super().deserialize(value, attr, data, **options)
        try:
            return self.convert(value)
        except (ValueError, TypeError, KeyError):
            raise ValidationError("is of another kind") from None


def number_of(key: str | None = None) -> Value:
    """A number or id that must be there, under `key` where it is not the attribute's name."""
    return Value(values.whole, required=True, key=key)


def text_of(key: str | None = None) -> Value:
    """A plain text that must be there."""
    return Value(values.text, required=True, key=key)


class RecordSchema(Schema, Generic[R]):
    """Loads an object into the class named in `record`."""

    record: ClassVar[type]

    class Meta:
        unknown = EXCLUDE

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.record(
            **{key: tuple(item) if isinstance(item, list) else item for key, item in data.items()}
        )


def load_all(function: str, schema: type[RecordSchema[R]], body: object) -> list[R]:
    """The records in a list that a function answered. Raises MalformedReply."""
    make = maker(schema)
    try:
        return [make(each) for each in _list(body)]
    except UNFIT:
        pass  # and forgotten, as it may quote the answer
    return cast("list[R]", _load(function, schema(many=True), body))


def load_one(function: str, schema: type[RecordSchema[R]], body: object) -> R:
    """The record in an object that a function answered. Raises MalformedReply."""
    try:
        return cast("R", maker(schema)(body))
    except UNFIT:
        pass
    return cast("R", _load(function, schema(), body))


UNFIT = (ValueError, TypeError, KeyError)
"""What a maker raises for an object that its schema does not take."""


@cache
def maker(schema: type[RecordSchema[Any]]) -> Callable[[Any], Any]:
    """Makes the record of an object as the schema does, without a word on what is wrong. Raises what UNFIT names."""
    record, named = schema.record, schema().load_fields
    order = [name for name in names_of(record) if name in named]
    parts = [(named[name].data_key or name, *_part(named[name])) for name in order]

    def make(told: Any) -> Any:
        if type(told) is not dict:
            raise TypeError
        return record(*[convert(told[key] if key in told else absent()) for key, convert, absent in parts])

    return make


def names_of(record: type) -> list[str]:
    """The attributes of a record, in order. Of what comes by the hundred thousand, records are named tuples."""
    if dataclasses.is_dataclass(record):
        return [each.name for each in dataclasses.fields(record)]
    return list(record._fields)  # type: ignore[attr-defined]


def _part(field: fields.Field[Any]) -> tuple[Callable[[Any], Any], Callable[[], object]]:
    """How a field's value is made, and what stands for one that is absent; that raises KeyError if it must be there."""
    if isinstance(field, Value):
        return field.convert, _must_be_there if field.required else _nothing
    absent = _must_be_there if field.required else list
    if isinstance(field, fields.List):
        each = maker(type(cast("fields.Nested", field.inner).schema))
        return lambda told: tuple([each(one) for one in _list(told)]), absent
    return maker(type(cast("fields.Nested", field).schema)), absent


def _list(told: object) -> list[Any]:
    if not isinstance(told, list):
        raise TypeError
    return told


def _nothing() -> None:
    return None


def _must_be_there() -> object:
    raise KeyError


def member(function: str, body: object, key: str) -> object:
    """The value under a key of an object that a function answered. Raises MalformedReply."""
    if not isinstance(body, dict) or key not in body:
        raise MalformedReply(function, key)
    return body[key]


def warned(body: object) -> bool:
    """Whether an answer says that something was left out of it."""
    return isinstance(body, dict) and bool(body.get("warnings"))


def _load(function: str, schema: RecordSchema[R], body: object) -> object:
    try:
        return schema.load(cast("Any", body))
    except ValidationError as wrong:
        place = _place(wrong.messages)
    # Raised here, not above: the library's exception holds the answer itself.
    raise MalformedReply(function, place)


def _place(messages: object) -> str:
    """The first place that marshmallow complains about, like `[3].startdate`."""
    place = ""
    while isinstance(messages, Mapping) and messages:
        key, messages = next(iter(messages.items()))
        if key != "_schema":
            place += f"[{key}]" if isinstance(key, int) else f".{key}"
    return place.removeprefix(".") or "the whole of it"
