"""Declared parameters: PHP's form fields become nested values, which are then checked as Moodle checks them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.errors import invalid_parameter

_KEYS = re.compile(r"\[([^\[\]]*)\]")
_REQUIRED: Any = object()


@dataclass(frozen=True)
class Value:
    """A single value of one kind: `int`, `bool` or `str`. Without a default it must be given."""

    kind: type
    default: Any = _REQUIRED

    def read(self, given: Any) -> Any:
        if isinstance(given, (dict, list)) or given is None:
            raise invalid_parameter()
        if self.kind is bool:
            return _as_bool(given)
        try:
            return self.kind(given)
        except ValueError:
            raise invalid_parameter() from None


@dataclass(frozen=True)
class Struct:
    """An object with named parts."""

    parts: Mapping[str, "Spec"]
    default: Any = _REQUIRED

    def read(self, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict) or given.keys() - self.parts.keys():
            raise invalid_parameter()
        return {name: _part(spec, given.get(name)) for name, spec in self.parts.items()}


@dataclass(frozen=True)
class Many:
    """A list of one kind of thing."""

    item: "Spec"
    default: Any = _REQUIRED

    def read(self, given: Any) -> list[Any]:
        items = given.values() if isinstance(given, dict) else given
        if isinstance(items, (str, int, type(None))):
            raise invalid_parameter()
        return [self.item.read(item) for item in items]


Spec = Value | Struct | Many
INT, TEXT, FLAG = Value(int), Value(str), Value(bool)


def options(*, default: Any = ()) -> Many:
    """Moodle's list of named options."""
    return Many(Struct({"name": TEXT, "value": TEXT}), default=default)


def _part(spec: Spec, given: Any) -> Any:
    if given is not None:
        return spec.read(given)
    if spec.default is _REQUIRED:
        raise invalid_parameter()
    return spec.default


def _as_bool(given: Any) -> bool:
    text = str(given).lower()
    if text not in {"0", "1", "true", "false"}:
        raise invalid_parameter()
    return text in {"1", "true"}


def unflatten(form: Mapping[str, str]) -> dict[str, Any]:
    """`{"a[0][b]": "1"}` as `{"a": {"0": {"b": "1"}}}`; a field that is both a value and an object is refused."""
    nested: dict[str, Any] = {}
    for name, value in form.items():
        path = [name.split("[", 1)[0], *_KEYS.findall(name)]
        level = nested
        for key in path[:-1]:
            level = level.setdefault(key, {})
            if not isinstance(level, dict):
                raise invalid_parameter()
        level[path[-1]] = value
    return nested
