"""Nested Python values to the flat form fields that Moodle reads; pure."""

from collections.abc import Iterator, Mapping, Sequence

Params = Mapping[str, object]
"""What a function is called with: str, int, bool or None, in mappings and sequences of any depth."""


def well_formed(text: str) -> str:
    """The text with halves of surrogate pairs, which no encoding takes, replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def flatten(params: Params) -> dict[str, str]:
    """Form fields in Moodle's notation: `{"users": [{"id": 3}]}` becomes `{"users[0][id]": "3"}`.

    Booleans become 0 and 1; what is None or empty is left out, an element of a sequence keeping its number.
    Raises TypeError for a value of another type, ValueError for a name with brackets, as it could pass for another.
    """
    return dict(_fields(params, ""))


def _fields(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, well_formed(value)
    elif isinstance(value, int):
        yield name, str(int(value))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _fields(item, _nested(name, key))
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        for number, item in enumerate(value):
            yield from _fields(item, f"{name}[{number}]")
    elif value is not None:
        raise TypeError(f"{name} is of type {type(value).__name__}, which Moodle's form fields can't carry.")


def _nested(name: str, key: object) -> str:
    if not isinstance(key, str) or not key or "[" in key or "]" in key:
        raise ValueError(f"A field under {name or 'the parameters'} needs a name without brackets.")
    return f"{name}[{key}]" if name else key
