"""The column types behave alike on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from companion.models.engagement import EngagementState
from companion.models.people import Person
from companion.store import Database
from tests import rows

MOMENT = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC)


def stored_first_access(db: Database, given: datetime | None) -> datetime | None:
    with db.begin() as session:
        row_id = rows.person(session, rows.site(session), first_access=given).id
    with db.read() as session:
        return session.get_one(Person, row_id).first_access


def test_a_moment_comes_back_as_utc_to_the_microsecond(db: Database) -> None:
    found = stored_first_access(db, MOMENT)
    assert found == MOMENT
    assert found is not None
    assert found.tzinfo is UTC


def test_a_moment_of_another_zone_is_the_same_moment_in_utc(db: Database) -> None:
    found = stored_first_access(db, MOMENT.astimezone(timezone(timedelta(hours=13))))
    assert found is not None
    assert found.isoformat() == "2026-11-23T09:30:15.250000+00:00"


def test_no_moment_stays_none(db: Database) -> None:
    assert stored_first_access(db, None) is None


def test_a_naive_moment_is_refused(db: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive datetime"):
        stored_first_access(db, MOMENT.replace(tzinfo=None))


def test_a_naive_moment_cannot_be_asked_for(db: Database) -> None:
    query = sa.select(Person).where(Person.first_access < MOMENT.replace(tzinfo=None))
    with db.read() as session, pytest.raises(sa.exc.StatementError, match="naive datetime"):
        session.execute(query)


def test_moments_compare_across_zones(db: Database) -> None:
    stored_first_access(db, MOMENT)
    later = (MOMENT + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-11)))
    with db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Person.first_access < later)) == 1


def test_states_are_kept_as_their_values(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        programme = rows.programme(session, site)
        people = rows.person(session, site), rows.person(session, site)
        rows.engagement(session, programme, *people, state=EngagementState.ENDED_EARLY)
    with db.read() as session:
        assert session.scalar(sa.text("SELECT state FROM engagement")) == "ended_early"
