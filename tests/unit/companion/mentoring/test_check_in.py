"""A note is kept as it was meant: on one line, without what cannot be seen, at most 140 characters."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.check_in import NOTE_LIMIT, clean_note

TEXTS = st.text(st.characters() | st.sampled_from("\u200c\u200d\u00ad \n\x00\u2028"), max_size=200)
"""With control characters, halves of surrogate pairs, joiners and everything else."""
MONDAY = date(2026, 11, 23)
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@given(TEXTS)
def test_a_cleaned_note_is_one_line_that_any_database_takes(text: str) -> None:
    note = clean_note(text)
    if note is not None:
        assert note.splitlines() == [note]
        assert note == note.strip()
        assert "  " not in note
        assert "\x00" not in note
        note.encode()


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    note = clean_note(text)
    assert note is None or clean_note(note) == note


@given(TEXTS)
def test_cleaning_never_makes_a_note_longer(text: str) -> None:
    assert len(clean_note(text) or "") <= len(text)


@given(TEXTS)
def test_a_note_that_is_kept_can_be_seen(text: str) -> None:
    note = clean_note(text)
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    assert note is None or any(unicodedata.category(character) not in unseen for character in note)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_letters_numbers_and_signs_are_kept_as_they_are(text: str) -> None:
    assert clean_note(text) == text


@given(st.text(st.characters(categories=["Zs", "Zl", "Zp", "Cc"])))
def test_a_note_of_blanks_is_none(text: str) -> None:
    assert clean_note(text) is None


@given(st.text(st.characters(max_codepoint=126)))
def test_what_cannot_be_seen_changes_nothing_beside_it(text: str) -> None:
    assert clean_note(f"{text}\u200b") == clean_note(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Went well.\r\nWe meet\ton Monday.  ", "Went well. We meet on Monday."),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("Brand\u00adschutz", "Brandschutz"),
        ("\ufeffGrüezi", "Grüezi"),
        ("safe\u202edrowssap", "safedrowssap"),
        ("half a pair \ud83d here", "half a pair here"),
        ("\u200d\u200c", None),
        ("\u2028\u2029", None),
        ("", None),
    ],
    ids=["lines", "control", "soft hyphen", "mark", "bidi", "surrogate", "joiners", "separators", "nothing"],
)
def test_what_cannot_be_seen_is_taken_out(typed: str, kept: str | None) -> None:
    assert clean_note(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "👩‍💻 and 👨‍👩‍👧",
        "می‌خواهم",
        "क्‍ष",
        "שָׁלוֹם",
        "नमस्ते",
        "e\u0301",
        "❤️",
        SCOTLAND,
        "\U0001fae9 newer than this Python's Unicode",
    ],
    ids=["families", "persian", "devanagari", "points", "hindi", "accent", "heart", "flag", "new emoji"],
)
def test_scripts_and_emoji_of_several_parts_stay_whole(typed: str) -> None:
    assert clean_note(typed) == typed


def test_the_limit_is_that_of_the_product() -> None:
    assert NOTE_LIMIT == 140
