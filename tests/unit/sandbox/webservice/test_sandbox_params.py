"""Form fields to nested values, for any value."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.webservice.params import Many, Struct, Value, unflatten

names = st.text("abcdefghij_", min_size=1, max_size=5)
values = st.recursive(
    st.text("xyz0 1[]", max_size=4),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3)
    ),
)


def flatten(value: Any, name: str) -> dict[str, str]:
    if isinstance(value, str):
        return {name: value}
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    return {key: leaf for part, item in parts for key, leaf in flatten(item, f"{name}[{part}]").items()}


def as_read(value: Any) -> Any:
    """Lists arrive as objects with numbers for names."""
    if isinstance(value, list):
        value = {str(index): item for index, item in enumerate(value)}
    return {key: as_read(item) for key, item in value.items()} if isinstance(value, dict) else value


@given(st.dictionaries(names, values, max_size=3))
def test_fields_become_the_values_they_were_made_from(given_values: dict[str, Any]) -> None:
    form = {key: leaf for name, value in given_values.items() for key, leaf in flatten(value, name).items()}
    assert unflatten(form) == as_read(given_values)


@given(st.lists(st.tuples(st.integers(), st.booleans()), max_size=4))
def test_declared_kinds_are_read(rows: list[tuple[int, bool]]) -> None:
    spec = Many(Struct({"number": Value(int), "flag": Value(bool), "word": Value(str, default="none")}))
    form = {
        f"rows[{index}][{name}]": str(int(value))
        for index, row in enumerate(rows)
        for name, value in zip(("number", "flag"), row, strict=True)
    }
    read = spec.read(unflatten(form).get("rows", {}))
    assert read == [{"number": number, "flag": flag, "word": "none"} for number, flag in rows]
