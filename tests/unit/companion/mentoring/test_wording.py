"""Texts of several lines."""

from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.wording import clean_text


def test_lines_are_kept_and_blanks_are_not() -> None:
    assert clean_text("  What  I tried:\r\n\n\n\n- this\t one\u202e \n") == "What I tried:\n\n- this one"


def test_what_cannot_be_seen_is_nothing() -> None:
    assert clean_text(" \u200b\n\u202e \n") is None


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert once is None or clean_text(once) == once
