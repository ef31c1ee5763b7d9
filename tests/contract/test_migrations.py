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

from companion.matching import Listener, kept, tell
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
from companion.models.matching import ProposedPair
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


def test_the_newest_schema_is_that_of_the_models_and_upgrading_again_changes_nothing(bare: Database) -> None:
    schema.upgrade(bare)
    assert differences(bare) == []
    assert schema.is_current(bare)
    _expect_that_two_runs_of_one_site_are_forbidden(bare)
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


def _expect_that_two_runs_of_one_site_are_forbidden(bare: Database) -> None:
    """compare_metadata does not look at the condition of a partial index."""
    (index,) = [
        i for i in sa.inspect(bare.engine).get_indexes("sync_run") if i["name"] == "uq_sync_run_running"
    ]
    condition = next(value for name, value in index["dialect_options"].items() if name.endswith("_where"))
    assert bool(index["unique"])
    assert "running" in str(condition)


def test_migrations_can_be_taken_back_one_by_one_and_made_again_and_taken_back_at_once(
    bare: Database,
) -> None:
    steps = len(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()))
    schema.upgrade(bare)
    for _ in range(steps):
        schema.downgrade(bare, "-1")
    assert tables(bare) == {"alembic_version"}
    assert not schema.is_current(bare)
    for _ in range(steps):
        schema.upgrade(bare, "+1")
    assert differences(bare) == []
    schema.downgrade(bare, "base")
    assert tables(bare) == {"alembic_version"}


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


def test_reasons_become_grounds_and_sentences_again_word_for_word(bare: Database) -> None:
    """What is no sentence of ours any more, or has lost something, stays as it was told."""
    told = [
        ("topics", *_told("Can help with law, tax and pay.", "You can", "The adviser can")),
        ("topics", *_told("Can help with {law}.", "You can", "The adviser can")),
        ("topics", "Once said otherwise.", "To him.", "To you."),
        (
            "path",
            "Finished Law, part 1 23 days ago, which you take.",
            "You finished Law, part 1 23 days ago, which they take.",
            "The adviser finished Law, part 1 23 days ago, which the learner takes.",
        ),
        ("language", *_both("speak English and Portuguese (Brazil).")),
        ("role", *_both("hold the same role: Clerk and driver.")),
        (
            "hours",
            "You both work 14:00 to 15:00 and 16:00 to 17:00 your time.",
            "You both work 9:00 to 10:00 and 11:00 to 12:00 your time.",
            "Both work 13:00 to 14:00 and 15:00 to 16:00 UTC.",
        ),
    ]
    keys = ("rule", "text_learner", "text_adviser", "text_admin")
    sentences = [{"points": 3, **dict(zip(keys, each, strict=True))} for each in told]
    schema.upgrade(bare)
    with bare.begin() as session:
        site = rows.site(session)
        programme = rows.programme(session, site, [rows.course(session, site)])
        nia, tomas = rows.person(session, site), rows.person(session, site, "Tomas Berg")
        rows.run(session, programme, [(nia, tomas)], parameters={"on": rows.NOW.date().isoformat()})
        chosen = {"learner_id": nia.id, "adviser_id": tomas.id, "points": 3, "reasons": []}
        session.add(ProposedPair(**chosen, decided_at=rows.NOW))
    schema.downgrade(bare, "0026")
    with bare.begin() as session:
        session.execute(sa.update(ProposedPair).values(reasons=sentences))
    schema.upgrade(bare)
    with bare.read() as session:
        found, chosen_later = session.scalars(sa.select(ProposedPair.reasons).order_by(ProposedPair.id))
    assert chosen_later == found
    said = [kept(each).said for each in found]
    assert [each and (each.ground.value, each.names) for each in said] == [
        ("topics_offered", ("law", "tax", "pay")),
        ("topics_offered", ("{law}",)),
        ("as_told", ("Once said otherwise.", "To him.", "To you.")),
        ("course_taken", ("Law, part 1",)),
        ("languages", ("en", "Portuguese (Brazil)")),
        ("same_role", ("Clerk and driver",)),
        ("shared_hours", ()),
    ]
    spoken = [[tell(kept(each), listener, rows.NOW.date()) for listener in Listener] for each in found]
    assert spoken == [list(each[1:]) for each in told]
    schema.downgrade(bare, "0026")
    with bare.read() as session:
        assert session.scalars(sa.select(ProposedPair.reasons)).all() == [sentences, sentences]


def _told(words: str, *others: str) -> list[str]:
    return [words, *(f"{other} {words.removeprefix('Can ')}" for other in others)]


def _both(words: str) -> list[str]:
    return [f"You both {words}", f"You both {words}", f"Both {words}"]


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
