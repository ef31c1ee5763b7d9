"""Forms: a marshmallow schema named on the route reads the input before the view runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, TypeVar

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.datastructures import MultiDict

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Form:
    """What was sent; one is like no other.

    Attributes:
        data: the loaded values; empty where something is wrong.
        values: what the person typed, by field, so that the form comes back filled in.
        errors: a sentence by field.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def with_errors(self, errors: Mapping[str, str]) -> "Form":
        """The same form with other errors."""
        return Form({}, self.values, errors)


UNSENT: Final = Form()
"""Of a page that asks for the first time."""


class FormSchema(Schema):
    """Base of the form schemas: fields it does not know, such as the form token, are left out."""

    class Meta:
        unknown = EXCLUDE

    several: frozenset[str] = frozenset()
    """Fields that may be sent more than once."""


def takes(schema: type[FormSchema]) -> Callable[[View], View]:
    """Give the view a Form made of the request, as its argument `form`."""

    reader = schema()

    def wrap(view: View) -> View:
        @wraps(view)
        def call(*args: Any, **kwargs: Any) -> Any:
            return view(*args, form=read(reader, request.form), **kwargs)

        return call  # type: ignore[return-value]

    return wrap


def asks(schema: type[FormSchema]) -> Callable[[View], View]:
    """Give the view a Form made of the question in the address, as its argument `form`; what is empty was not asked."""

    reader = schema()

    def wrap(view: View) -> View:
        @wraps(view)
        def call(*args: Any, **kwargs: Any) -> Any:
            asked = MultiDict([(name, value) for name, value in request.args.items(multi=True) if value])
            return view(*args, form=read(reader, asked), **kwargs)

        return call  # type: ignore[return-value]

    return wrap


def read(schema: FormSchema, sent: "MultiDict[str, str]") -> Form:
    """Load what was sent through the schema."""
    # No database takes a NUL character, and nobody types one.
    clean = {name: [value.replace("\0", "") for value in sent.getlist(name)] for name in sent}
    values: dict[str, Any] = {
        name: found if name in schema.several else found[0] for name, found in clean.items()
    }
    try:
        return Form(schema.load(values), values)
    except ValidationError as problem:
        messages = problem.normalized_messages()  # type: ignore[no-untyped-call]
        return Form({}, values, {name: _first(found) for name, found in messages.items()})


def _first(found: Any) -> str:
    while isinstance(found, dict | list):
        found = next(iter(found.values() if isinstance(found, dict) else found))
    return str(found)
