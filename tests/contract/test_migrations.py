"""The migrations give the schema of the models, on both databases, and can be taken back."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from companion.models import Base
from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementKind,
    EngagementMember,
    Feedback,
    Fit,
    Mood,
    TrustItem,
)
from companion.store import Database, schema
from config import ROOT
from tests import rows


@pytest.fixture
def bare(bare_database_url: str) -> Iterator[Database]:
    db = Database(bare_database_url)
    yield db
    db.dispose()


def differences(db: Database) -> list[object]:
    """What the models have and the database lacks, or the other way round."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def tables(db: Database) -> set[str]:
    return set(sa.inspect(db.engine).get_table_names())


def test_the_newest_schema_is_that_of_the_models(bare: Database) -> None:
    schema.upgrade(bare)
    assert differences(bare) == []
    assert schema.is_current(bare)


def test_two_runs_of_one_site_are_forbidden_by_the_database_itself(bare: Database) -> None:
    """compare_metadata does not look at the condition of a partial index."""
    schema.upgrade(bare)
    (index,) = [
        i for i in sa.inspect(bare.engine).get_indexes("sync_run") if i["name"] == "uq_sync_run_running"
    ]
    condition = next(value for name, value in index["dialect_options"].items() if name.endswith("_where"))
    assert bool(index["unique"])
    assert "running" in str(condition)


def test_migrations_can_be_taken_back_one_by_one_and_made_again(bare: Database) -> None:
    steps = len(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()))
    schema.upgrade(bare)
    for _ in range(steps):
        schema.downgrade(bare, "-1")
    assert tables(bare) == {"alembic_version"}
    assert not schema.is_current(bare)
    for _ in range(steps):
        schema.upgrade(bare, "+1")
    assert differences(bare) == []


def test_what_is_stored_stays_through_a_migration_and_back(bare: Database) -> None:
    """SQLite makes a table anew to alter it; what refers to it must not go with the old one."""
    schema.upgrade(bare)
    with bare.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        nia, tomas = rows.person(session, site), rows.person(session, site, "Tomas Berg")
        programme = rows.programme(session, site, [course])
        engagement = rows.engagement(session, programme, nia, tomas)
        session.add(CheckIn(**_check_in(engagement.id, nia.id)))
        session.add(Feedback(**_feedback(engagement.id, nia.id)))
    schema.downgrade(bare, "0006")
    schema.upgrade(bare)
    with bare.read() as session:
        kept = [
            session.scalar(sa.select(sa.func.count()).select_from(t))
            for t in (EngagementMember, CheckIn, Feedback)
        ]
        assert kept == [2, 1, 1]
        assert session.scalars(sa.select(Engagement)).one().kind is EngagementKind.PAIR


def test_a_migration_that_breaks_a_reference_is_taken_back(sqlite_url: str) -> None:
    """On SQLite alone: PostgreSQL checks every reference as it is made."""
    db = Database(sqlite_url)
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection.exec_driver_sql("INSERT INTO wishes (person_id, unanswered) VALUES (99, 0)")
        connection.commit()
    with pytest.raises(schema.BrokenReferencesError, match="wishes"):
        schema.downgrade(db, "0006")
    assert schema.is_current(db)
    db.dispose()


def _check_in(engagement_id: int, person_id: int) -> dict[str, object]:
    said = {"mood": Mood.GOOD, "contact": Contact.CALL, "created_at": rows.NOW, "form_key": "a"}
    return {"engagement_id": engagement_id, "person_id": person_id, **said}


def _feedback(engagement_id: int, person_id: int) -> dict[str, object]:
    said = {"fit": Fit.GOOD, "trust_item": TrustItem.ABILITY, "trust_score": 4, "created_at": rows.NOW}
    return {"engagement_id": engagement_id, "person_id": person_id, "form_key": "b", **said}


def test_all_migrations_can_be_taken_back_at_once(bare: Database) -> None:
    schema.upgrade(bare)
    schema.downgrade(bare, "base")
    assert tables(bare) == {"alembic_version"}


def test_upgrading_twice_changes_nothing(bare: Database) -> None:
    schema.upgrade(bare)
    with bare.begin() as session:
        session.execute(
            sa.text(
                "INSERT INTO outbox (id, kind, key, payload, state, attempts, due_at, created_at)"
                " VALUES (1, 'k', 'a', '{}', 'pending', 0, '2026-01-01', '2026-01-01')"
            )
        )
    schema.upgrade(bare)
    with bare.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM outbox")) == 1


def test_a_database_without_schema_is_not_current(bare: Database) -> None:
    assert not schema.is_current(bare)


def test_there_is_one_newest_revision() -> None:
    assert len(ScriptDirectory(str(schema.MIGRATIONS)).get_heads()) == 1


def test_alembic_itself_can_be_used_on_the_address_of_the_environment(
    bare: Database, bare_database_url: str
) -> None:
    """As somebody does who mends a database by hand."""
    environment = {**os.environ, "DATABASE_URL": bare_database_url, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert schema.is_current(bare)
    assert differences(bare) == []
