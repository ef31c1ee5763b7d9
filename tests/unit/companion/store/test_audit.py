"""The audit log: every change leaves an entry, entries form a chain, and nobody changes one unseen."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from companion.models.audit import AuditEntry
from companion.models.lms import Site
from companion.store import Database, audit
from companion.store.audit import Actor, Deed, Subject
from tests import rows
from tests.clock import Clock
from tests.conftest import NOW

ADA = Actor("ada@example.org", 7)


def entries(db: Database) -> list[AuditEntry]:
    with db.read() as session:
        return list(session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)))


def note(db: Database, action: str, **details: audit.Detail) -> None:
    with db.begin() as session:
        audit.note(session, action, Subject("programme", 3), details, at=NOW, by=ADA)


def tamper(db: Database, statement: str) -> None:
    """What somebody could do who may change the tables themselves."""
    triggers = {
        "sqlite": ["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
        "postgresql": ["ALTER TABLE audit_entry DISABLE TRIGGER USER"],
    }[db.dialect]
    with db.engine.begin() as connection:
        for each in (*triggers, statement):
            connection.exec_driver_sql(each)
        if db.dialect == "postgresql":
            connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def test_what_was_noted_stands_in_a_chain(db: Database) -> None:
    note(db, "programme.change", weeks=4, nudges=True, rule=None, name="Onboarding für alle")
    note(db, "programme.change", weeks=2)
    first, second = entries(db)
    assert (first.number, first.actor, first.actor_id, first.action) == (1, ADA.name, 7, "programme.change")
    assert (first.subject_kind, first.subject_id, first.at) == ("programme", "3", NOW)
    assert first.details == {"weeks": 4, "nudges": True, "rule": None, "name": "Onboarding für alle"}
    assert (first.previous_hash, second.previous_hash) == (audit.GENESIS, first.hash)
    with db.read() as session:
        assert audit.verify(session) == audit.Verdict(None, 2, second.hash)
        assert audit.verify(session, first.hash).seen
        assert not audit.verify(session, "f" * 64).seen


def test_a_transaction_that_fails_leaves_no_entry(db: Database) -> None:
    def fail() -> None:
        with db.begin() as session:
            audit.note(session, "programme.change", at=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert entries(db) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'eve'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE number = 1",
    ],
)
def test_the_database_refuses_to_change_an_entry(db: Database, statement: str) -> None:
    note(db, "programme.change")
    with pytest.raises(sa.exc.DBAPIError, match="only ever added to"), db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert len(entries(db)) == 1


def test_the_database_refuses_to_empty_the_log(db: Database) -> None:
    """In one go, where it knows a word for that; SQLite has but DELETE."""
    empties = "DELETE FROM audit_entry" if db.dialect == "sqlite" else "TRUNCATE audit_entry"
    note(db, "programme.change")
    with pytest.raises(sa.exc.DBAPIError, match="only ever added to"), db.engine.begin() as connection:
        connection.exec_driver_sql(empties)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_entry SET actor = 'eve@example.org' WHERE number = 3", 3),
        ("UPDATE audit_entry SET details = '{\"weeks\": 12}' WHERE number = 2", 2),
        ("UPDATE audit_entry SET at = '2026-01-01 00:00:00' WHERE number = 4", 4),
        ("DELETE FROM audit_entry WHERE number = 3", 3),
        ("DELETE FROM audit_entry WHERE number = 1", 1),
        (f"UPDATE audit_entry SET previous_hash = '{'a' * 64}' WHERE number = 5", 5),
        ("UPDATE audit_entry SET number = 9 WHERE number = 5", 5),
    ],
)
def test_the_first_entry_that_was_touched_is_named(db: Database, statement: str, broken: int) -> None:
    for weeks in range(5):
        note(db, "programme.change", weeks=weeks)
    tamper(db, statement)
    with db.read() as session:
        verdict = audit.verify(session)
    assert (verdict.broken, verdict.entries) == (broken, broken - 1)


def test_an_end_that_was_cut_off_is_found_by_a_head_that_was_kept(db: Database) -> None:
    for weeks in range(3):
        note(db, "programme.change", weeks=weeks)
    head = entries(db)[-1].hash
    tamper(db, "DELETE FROM audit_entry WHERE number = 3")
    with db.read() as session:
        verdict = audit.verify(session, head)
    assert (verdict.broken, verdict.seen) == (None, False)


def test_many_at_once_make_one_chain(db: Database) -> None:
    together, each = 6, 5
    start = Barrier(together)

    def write(number: int) -> None:
        start.wait()
        for turn in range(each):
            note(db, "programme.change", who=number, turn=turn)

    with ThreadPoolExecutor(together) as pool:
        list(pool.map(write, range(together)))
    with db.read() as session:
        verdict = audit.verify(session)
    assert (verdict.broken, verdict.entries) == (None, together * each)


def deed(clock: Clock) -> Deed:
    return Deed(ADA, clock, "programmes_change", Subject("programme", 3))


def test_a_change_that_nobody_noted_is_noted_by_its_transaction(db: Database, clock: Clock) -> None:
    with audit.acting(deed(clock)), db.begin() as session:
        rows.site(session)
    (entry,) = entries(db)
    assert (entry.actor, entry.action, entry.subject_id, entry.at) == (
        ADA.name,
        "programmes_change",
        "3",
        NOW,
    )


def test_what_a_service_notes_stands_instead(db: Database, clock: Clock) -> None:
    with audit.acting(deed(clock)):
        with db.begin() as session:
            rows.site(session)
            audit.note(session, "site.connect", at=clock())
        with db.begin() as session:
            rows.site(session, "https://other.example.org")
    (entry,) = entries(db)
    assert (entry.actor, entry.action) == (ADA.name, "site.connect")


def test_a_transaction_that_changes_nothing_leaves_nothing(db: Database, clock: Clock) -> None:
    with db.begin() as session:
        site_id = rows.site(session).id
    with audit.acting(deed(clock)), db.begin() as session:
        session.execute(sa.text("SELECT 1"))
        session.execute(sa.update(AuditEntry).where(AuditEntry.number == 99).values(actor="nobody"))
    assert entries(db) == []
    with audit.acting(Deed(ADA, clock)), db.begin() as session:
        rows.course(session, session.get_one(Site, site_id))
    assert entries(db) == [], "where only a look is under way, what is kept about the look is no deed"


def test_nobody_acts_after_the_block(db: Database, clock: Clock) -> None:
    with audit.acting(deed(clock)):
        assert audit.actor() == ADA
    assert audit.actor() == audit.ITSELF
    with db.begin() as session:
        rows.site(session)
    assert entries(db) == []
