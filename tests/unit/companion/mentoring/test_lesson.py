"""Lessons: where they appear, whom they name, and whom notes come back to."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from companion.mentoring.lesson import MOST_SHOWN, Note, Published, come_back, names_in, shown

START = datetime(2026, 9, 1, tzinfo=UTC)
LESSONS = st.lists(
    st.builds(
        Published,
        id=st.integers(1, 99),
        course_id=st.integers(1, 2),
        section=st.none() | st.integers(0, 3),
        published_at=st.integers(0, 90).map(lambda days: START + timedelta(days=days)),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(LESSONS, st.integers(1, 2), st.none() | st.integers(0, 3))
def test_what_is_shown_belongs_there(lessons: list[Published], course: int, section: int | None) -> None:
    found = shown(lessons, course, section)
    assert len(found) <= MOST_SHOWN
    assert all(one.course_id == course and one.section in (section, None) for one in found)
    places = [one.section is None for one in found]
    assert places == sorted(places)


def test_the_newest_of_the_section_comes_first() -> None:
    old = Published(1, 1, 2, START)
    new = Published(2, 1, 2, START + timedelta(days=3))
    whole = Published(3, 1, None, START + timedelta(days=9))
    assert shown([old, whole, new], 1, 2) == [new, old, whole]


def test_names_are_found_in_any_case_and_by_any_part() -> None:
    names = ["Ana María Ruiz", "Bo Li"]
    assert names_in("I should have asked ana, and Ruiz too.", names) == ["Ana", "Ruiz"]
    assert names_in("Analysis first; the bowl was Bo Li's.", names) == []


@given(st.text(max_size=80), st.lists(st.text(max_size=12), max_size=4))
def test_every_name_found_stands_in_the_text(text: str, names: list[str]) -> None:
    assert all(name.casefold() in text.casefold() for name in names_in(text, names))


def note(
    number: int, day: int, *, programme: int = 1, course: int | None = None, learner: bool = True
) -> Note:
    return Note(number, programme, course, date(2026, 3, day), learner)


def test_notes_of_the_first_weeks_come_back_to_an_adviser() -> None:
    notes = [note(4, 20), note(1, 2), note(2, 9), note(3, 15)]
    assert [one.id for one in come_back(notes, 1, ())] == [1, 2, 3]


def test_only_what_was_written_as_a_learner_on_this_path_comes_back() -> None:
    notes = [note(1, 2, learner=False), note(2, 3, programme=2), note(3, 4, programme=2, course=8)]
    assert [one.id for one in come_back(notes, 1, {8})] == [3]
