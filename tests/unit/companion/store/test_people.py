"""Queries on people."""

from companion.store import Database, people
from tests import rows


def test_a_person_is_found_by_our_number(db: Database) -> None:
    with db.begin() as session:
        nia = rows.person(session, rows.site(session), "Nia")
        found = people.get(session, nia.id)
        assert found is not None
        assert found.full_name == "Nia"
        assert people.get(session, 4711) is None
