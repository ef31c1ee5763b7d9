"""How a reply becomes records: what is missing or of another kind is told by its place alone, never by its value."""

from collections.abc import Callable, Mapping
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
        self._convert = convert

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        if value is missing:
            return super().deserialize(value, attr, data, **options)
        try:
            return self._convert(value)
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
    return cast("list[R]", _load(function, schema(many=True), body))


def load_one(function: str, schema: type[RecordSchema[R]], body: object) -> R:
    """The record in an object that a function answered. Raises MalformedReply."""
    return cast("R", _load(function, schema(), body))


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
