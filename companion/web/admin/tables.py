"""Long tables: sorted, filtered and paged by the address, so that they work without a script, and with a bookmark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from flask import request

from companion.store.slices import Slice

PER_PAGE: Final = 50
LONGEST_TEXT: Final = 100
LAST_PAGE: Final = 10**7
"""Keeps the offset within what any database takes."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        key: its name in the address.
        title: its heading.
        sorts: whether the table can be sorted by it.
        descends: whether sorting by it begins with the largest, as for points.
        number: whether it holds numbers, which stand at the right.
    """

    key: str
    title: str
    sorts: bool = True
    descends: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: rows with one value of a column. `options` are values as in the address, and their words."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as it stands above the table; `address` is None where it cannot be sorted by."""

    column: Column
    address: str | None
    order: str | None
    """The value of aria-sort; None where the table is sorted by another column."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as asked for in the address.

    Attributes:
        name: tells several tables of one page apart in the address; also the id that links go to.
        caption: what the table holds, for whoever does not see it.
        searched: what the search looks at, in words; empty for no search.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    searched: str = ""
    choices: Sequence[Choice] = ()
    sort: str = ""
    descending: bool = False
    page: int = 1
    text: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    total: int = 0
    per_page: int = PER_PAGE

    @property
    def slice(self) -> Slice:
        """What to ask the store for."""
        return Slice(
            self.sort,
            self.descending,
            (self.page - 1) * self.per_page,
            self.per_page,
            self.text,
            dict(self.only),
        )

    @property
    def filtered(self) -> bool:
        """Whether some rows may be left out."""
        return bool(self.text or self.only)

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """The number of the first row shown, counted from 1; 0 where there is none."""
        return min((self.page - 1) * self.per_page + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.page * self.per_page, self.total)

    @property
    def headings(self) -> list[Heading]:
        """The columns with where a press on each leads."""
        return [self._heading(column) for column in self.columns]

    def turned(self, page: int) -> str:
        """The address of another page of the table."""
        return self._address(page=str(page))

    @property
    def all_rows(self) -> str:
        """The address of the table without a filter."""
        cleared = dict.fromkeys(["q", "page", *(choice.key for choice in self.choices)], "")
        return self._address(**cleared)

    def field(self, key: str) -> str:
        """The name of a field of the table in the address."""
        return f"{self.name}-{key}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Names and values in the address that the filter's form hands on as they are."""
        own = {self.field(key) for key in ("q", "page", *(choice.key for choice in self.choices))}
        return [(name, value) for name, value in request.args.items(multi=True) if name not in own]

    def _heading(self, column: Column) -> Heading:
        if not column.sorts:
            return Heading(column, None, None)
        here = column.key == self.sort
        descending = not self.descending if here else column.descends
        address = self._address(sort=column.key, down="1" if descending else "", page="")
        return Heading(column, address, ("descending" if self.descending else "ascending") if here else None)

    def _address(self, **changes: str) -> str:
        given = dict(request.args)
        given.update({self.field(key): value for key, value in changes.items()})
        query = urlencode([(name, value) for name, value in given.items() if value])
        return f"{request.path}?{query}#{self.name}"


def asked(table: Table) -> Table:
    """The table as the address asks for it; what it asks for and the table does not have is left as it was."""

    def given(key: str) -> str:
        return request.args.get(table.field(key), "").replace("\0", "").strip()

    sortable = {column.key: column for column in table.columns if column.sorts}
    sort = given("sort")
    page = request.args.get(table.field("page"), 1, int)
    return replace(
        table,
        sort=sort if sort in sortable else table.sort,
        descending=given("down") == "1" if sort in sortable else table.descending,
        page=min(max(page, 1), LAST_PAGE),
        text=given("q")[:LONGEST_TEXT] if table.searched else "",
        only={
            choice.key: value
            for choice in table.choices
            if (value := given(choice.key)) in {option for option, _ in choice.options}
        },
    )


def filled(table: Table, total: int) -> Table:
    """The table now that it is known how many rows there are; a page behind the last one becomes the last."""
    known = replace(table, total=total)
    return replace(known, page=min(known.page, known.pages))
