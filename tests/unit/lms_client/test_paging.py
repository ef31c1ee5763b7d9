"""Pages and chunks."""

from collections.abc import Sequence

import pytest

from lms_client import MalformedReply
from lms_client.paging import chunks, pages


def read(*answers: Sequence[int], size: int = 3) -> list[int]:
    """All items of these pages; asking for another page fails."""
    return list(pages("core_x", lambda number: answers[number], size, key=lambda item: item))


def test_a_short_page_is_the_last() -> None:
    assert read([1, 2, 3], [4]) == [1, 2, 3, 4]


def test_after_a_full_page_the_next_is_asked_for() -> None:
    assert read([1, 2, 3], []) == [1, 2, 3]


def test_nobody_at_all() -> None:
    assert read([]) == []


def test_who_is_met_again_is_not_told_twice() -> None:
    assert read([1, 2, 3], [3, 4, 5], [5, 5]) == [1, 2, 3, 4, 5]


def test_a_site_that_answers_everything_at_once_is_asked_once() -> None:
    assert read([1, 2, 3, 4, 5]) == [1, 2, 3, 4, 5]


def test_a_site_that_ignores_the_page_is_an_error_not_the_whole_list() -> None:
    with pytest.raises(MalformedReply, match="page 1, which repeats"):
        read([1, 2, 3], [1, 2, 3])


def test_a_page_is_asked_for_only_when_it_is_needed() -> None:
    asked: list[int] = []

    def fetch(number: int) -> list[int]:
        asked.append(number)
        return [3 * number, 3 * number + 1, 3 * number + 2]

    items = pages("core_x", fetch, 3, key=lambda item: item)
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    assert asked == [0]


@pytest.mark.parametrize("size", [0, -1])
def test_sizes_below_one_are_refused_at_once(size: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        pages("core_x", lambda _: [], size, key=hash)
    with pytest.raises(ValueError, match="at least one"):
        chunks([1], size)


def test_chunks_hold_everything_in_order() -> None:
    assert list(chunks([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(chunks([], 2)) == []
