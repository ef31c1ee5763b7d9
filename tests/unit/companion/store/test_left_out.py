"""Queries on the learners without a pair."""

from companion.store import Database, left_out
from tests import rows


def test_who_was_left_out_comes_by_name_with_the_reason_and_finds_themselves(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        bo, nia, sunna = (rows.person(session, site, name) for name in ("Bo", "Nia", "Sunna"))
        run = rows.run(session, rows.programme(session, site), [(nia, bo)], [sunna, bo])
    with db.begin() as session:
        found = left_out.of_run(session, run.id)
        assert [(person.full_name, row.text) for row, person in found] == [
            ("Bo", "All are full."),
            ("Sunna", "All are full."),
        ]
        assert [left_out.holds(session, run.id, each.id) for each in (bo, nia, sunna)] == [True, False, True]
        left_out.drop(session, run.id, bo.id)
        assert not left_out.holds(session, run.id, bo.id)
