"""The snippet is a script that stands in somebody else's page: nothing in it can end the script."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from companion.placement.snippet import snippet


def places(text: str) -> dict[str, int]:
    found = re.search(r"\}\((\{.*\})\)\);", text)
    assert found
    loaded: dict[str, int] = json.loads(found[1])
    return loaded


@given(st.dictionaries(st.integers(2, 10**9), st.integers(1, 10**9)), st.text())
def test_courses_and_title_come_through_and_the_script_ends_once(modules: dict[int, int], title: str) -> None:
    text = snippet(modules, title)
    assert places(text) == {str(course): module for course, module in modules.items()}
    assert text.count("</script>") == 1
    assert text.count("<script") == 1
    (told,) = re.findall(r"frame\.title = (.*);", text)
    assert json.loads(told) == title


def test_a_title_cannot_end_the_script() -> None:
    assert "</script><b>" not in snippet({4: 57}, "</script><b>bold</b>")


def test_without_a_place_there_is_nothing_to_show() -> None:
    assert places(snippet({}, "x")) == {}
