"""Slices of long lists, on both kinds of database."""

import pytest
import sqlalchemy as sa

from companion.models.people import Person
from companion.store import Database
from companion.store.slices import Slice, counted, narrowed, ordered
from tests import rows

COLUMNS = {"name": Person.full_name, "department": Person.department}
NAMES = ("Ada", "Bea", "Cem", "Dan", "Eve")


@pytest.fixture
def stocked(db: Database) -> Database:
    with db.begin() as session:
        site = rows.site(session)
        for number, name in enumerate(NAMES):
            rows.person(session, site, name, department="Sales" if number % 2 else "Care")
        rows.person(session, site, "100%_sure", department="Sales")
    return db


def names(db: Database, wanted: Slice) -> list[str]:
    with db.read() as session:
        query = narrowed(
            sa.select(Person.full_name),
            wanted,
            searched=[Person.full_name, Person.department],
            filters=COLUMNS,
        )
        assert counted(session, query) >= 0
        return list(session.scalars(ordered(query, wanted, COLUMNS, Person.id)))


def test_it_sorts_cuts_and_breaks_ties_by_the_last_column(stocked: Database) -> None:
    assert names(stocked, Slice("name", offset=1, limit=2, text="a")) == ["Ada", "Bea"]
    assert names(stocked, Slice("name", descending=True, limit=2)) == ["Eve", "Dan"]
    assert names(stocked, Slice("department", limit=3)) == ["Ada", "Cem", "Eve"]


def test_wildcards_in_a_search_stand_for_themselves_and_case_does_not_matter(stocked: Database) -> None:
    assert names(stocked, Slice("name", text="%")) == ["100%_sure"]
    assert names(stocked, Slice("name", text="_")) == ["100%_sure"]
    assert names(stocked, Slice("name", text="eVE")) == ["Eve"]


def test_only_rows_with_the_value_of_a_known_filter_are_left(stocked: Database) -> None:
    assert names(stocked, Slice("name", only={"department": "Sales"})) == ["100%_sure", "Bea", "Dan"]
    assert len(names(stocked, Slice("name", only={"nonsense": "Sales"}))) == 6


def test_the_whole_is_counted_whatever_the_slice(stocked: Database) -> None:
    with stocked.read() as session:
        assert (
            counted(session, sa.select(Person).where(Person.department == "Sales").order_by(Person.id)) == 3
        )


def test_a_slice_behind_the_end_becomes_the_last() -> None:
    assert Slice("name", offset=500, limit=50).within(101).offset == 100
    assert Slice("name", offset=500, limit=50).within(100).offset == 50
    assert Slice("name", offset=50, limit=50).within(101).offset == 50
