"""Lists in parts: pages of what Moodle keeps, chunks of what we ask about."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import count
from typing import TypeVar

from lms_client.errors import MalformedReply

T = TypeVar("T")


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Parts of at most `size`. Raises ValueError for a size below 1."""
    at_least_one(size)
    return (items[start : start + size] for start in range(0, len(items), size))


def pages(
    function: str, fetch: Callable[[int], Sequence[T]], size: int, key: Callable[[T], Hashable]
) -> Iterator[T]:
    """The items of page 0, 1, 2 … as `fetch` answers them, until a page is not of `size`; no key twice.

    People who come and go while we read move others from page to page, so that one may be met again. A full page
    without a single new item can only mean that paging is ignored; it raises MalformedReply, as the list would pass
    for whole. Raises ValueError for a size below 1.
    """
    at_least_one(size)
    return _pages(function, fetch, size, key)


def _pages(
    function: str, fetch: Callable[[int], Sequence[T]], size: int, key: Callable[[T], Hashable]
) -> Iterator[T]:
    seen: set[Hashable] = set()
    for number in count():
        page = fetch(number)
        before = len(seen)
        for item in page:
            if key(item) not in seen:
                seen.add(key(item))
                yield item
        if len(page) != size:
            return
        if len(seen) == before:
            raise MalformedReply(function, f"page {number}, which repeats the pages before it")


def at_least_one(size: int) -> None:
    if size < 1:
        raise ValueError("A page or chunk holds at least one item.")
