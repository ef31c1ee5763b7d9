"""Queries on the pairs of a proposal."""

from companion.store import Database, proposed_pairs
from tests import rows


def test_pairs_come_by_the_name_of_their_learner_and_only_those_of_their_run(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        programme = rows.programme(session, site)
        ada, bo, nia = (rows.person(session, site, name) for name in ("Ada", "Bo", "Nia"))
        rows.run(session, rows.programme(session, site, name="Another"), [(bo, nia)])
        run = rows.run(session, programme, [(nia, bo), (ada, bo)])
    with db.read() as session:
        found = proposed_pairs.of_run(session, run.id)
        assert [(learner.full_name, adviser.full_name) for _, learner, adviser in found] == [
            ("Ada", "Bo"),
            ("Nia", "Bo"),
        ]
        of_ada = proposed_pairs.of_learner(session, run.id, ada.id)
        assert of_ada == found[0][0]
        assert proposed_pairs.of_learner(session, run.id, bo.id) is None
        assert proposed_pairs.open_number(session, run.id) == 2
