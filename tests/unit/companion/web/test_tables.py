"""Long tables: what the address asks for, and the addresses a table leads to."""

import pytest
from flask import Flask

from companion.web.admin.tables import Choice, Column, Table, asked, filled

TABLE = Table(
    name="pairs",
    caption="Pairs",
    columns=(
        Column("learner", "Learner"),
        Column("points", "Points", descends=True),
        Column("why", "Why", False),
    ),
    searched="names",
    choices=(Choice("state", "State", (("open", "Open"), ("formed", "Formed"))),),
    sort="learner",
)


@pytest.fixture
def bare_app() -> Flask:
    return Flask(__name__)


def read(app: Flask, query: str) -> Table:
    with app.test_request_context(f"/list?{query}"):
        return asked(TABLE)


def test_an_address_without_a_word_asks_for_the_first_page(bare_app: Flask) -> None:
    wanted = read(bare_app, "").slice
    assert (wanted.sort, wanted.descending, wanted.offset, wanted.limit) == ("learner", False, 0, 50)


def test_the_address_sorts_filters_and_pages(bare_app: Flask) -> None:
    table = read(bare_app, "pairs-sort=points&pairs-down=1&pairs-page=3&pairs-q=+nia+&pairs-state=open")
    assert table.slice.sort == "points"
    assert table.slice.descending
    assert table.slice.offset == 100
    assert table.slice.text == "nia"
    assert table.slice.only == {"state": "open"}


@pytest.mark.parametrize(
    "query",
    [
        "pairs-sort=why",
        "pairs-sort=nonsense&pairs-down=1",
        "pairs-page=0",
        "pairs-page=-7",
        "pairs-page=many",
        "pairs-state=nonsense",
        "other-sort=points",
    ],
)
def test_what_the_table_does_not_have_is_not_asked_for(bare_app: Flask, query: str) -> None:
    assert read(bare_app, query) == TABLE


def test_no_number_of_a_page_overruns_the_database(bare_app: Flask) -> None:
    assert read(bare_app, f"pairs-page={10**30}").slice.offset < 2**31


def test_a_page_behind_the_last_becomes_the_last(bare_app: Flask) -> None:
    table = filled(read(bare_app, "pairs-page=99"), 101)
    assert (table.page, table.pages, table.first, table.last) == (3, 3, 101, 101)
    assert TABLE.slice.within(0).offset == 0
    empty = filled(TABLE, 0)
    assert (empty.page, empty.pages, empty.first, empty.last) == (1, 1, 0, 0)


def test_pressing_a_heading_sorts_and_pressing_it_again_turns_it_round(bare_app: Flask) -> None:
    with bare_app.test_request_context("/list?pairs-q=nia&pairs-page=2&follow=3"):
        learner, points, why = asked(TABLE).headings
        assert learner.order == "ascending"
        assert "pairs-sort=learner&pairs-down=1" in str(learner.address)
        assert points.order is None
        assert "pairs-sort=points&pairs-down=1" in str(points.address)
        assert why.address is None
        for heading in (learner, points):
            assert "pairs-q=nia" in str(heading.address)
            assert "follow=3" in str(heading.address)
            assert "pairs-page" not in str(heading.address)


def test_turning_the_page_keeps_the_rest_and_showing_all_keeps_the_order(bare_app: Flask) -> None:
    with bare_app.test_request_context("/list?pairs-q=a%26b&pairs-sort=points&pairs-state=open"):
        table = asked(TABLE)
        assert table.turned(2) == "/list?pairs-q=a%26b&pairs-sort=points&pairs-state=open&pairs-page=2#pairs"
        assert table.all_rows == "/list?pairs-sort=points#pairs"
        assert table.filtered
        assert table.kept == [("pairs-sort", "points")]
