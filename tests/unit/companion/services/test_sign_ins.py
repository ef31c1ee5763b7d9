"""Sessions of administrators: kept as hashes, ended by time, by hand, and with the account."""

import pytest
import sqlalchemy as sa

from companion.errors import NotFoundError
from companion.models.staff import Administrator, StaffSession
from companion.services.registry import Services
from companion.services.sign_ins import IDLE, LIFETIME, TOUCHED_EVERY
from tests.clock import Clock

PASSWORD = "a long password"


@pytest.fixture
def services(services_on: Services) -> Services:
    """On each kind of database."""
    return services_on


@pytest.fixture
def ada(services: Services) -> Administrator:
    services.staff.create("ada@example.org", "Ada", PASSWORD)
    found = services.staff.sign_in("ada@example.org", PASSWORD)
    assert found is not None
    return found


def test_a_token_opens_the_account_and_is_kept_as_its_hash_alone(
    services: Services, ada: Administrator
) -> None:
    token = services.sign_ins.open(ada, "Firefox on Linux")
    found = services.sign_ins.find(token)
    assert found is not None
    assert found.account.id == ada.id
    with services.db.read() as session:
        row = session.scalars(sa.select(StaffSession)).one()
    assert token not in f"{row.token_hash} {row.device}"
    assert services.sign_ins.find(token[:-1] + ("a" if token[-1] != "a" else "b")) is None


def test_a_session_without_use_ends(services: Services, ada: Administrator, clock: Clock) -> None:
    token = services.sign_ins.open(ada, "")
    for _ in range(3):
        clock.move(seconds=IDLE.total_seconds() - 1)
        assert services.sign_ins.find(token) is not None
    clock.move(seconds=IDLE.total_seconds())
    assert services.sign_ins.find(token) is None
    assert services.sign_ins.of(ada.id) == []
    services.sign_ins.forget()
    with services.db.read() as session:
        assert session.scalars(sa.select(StaffSession)).all() == []


def test_a_session_in_use_ends_after_a_week(services: Services, ada: Administrator, clock: Clock) -> None:
    token = services.sign_ins.open(ada, "")
    for _ in range(int(LIFETIME / IDLE) * 2 - 1):
        clock.move(seconds=IDLE.total_seconds() / 2)
        assert services.sign_ins.find(token) is not None
    clock.move(seconds=IDLE.total_seconds() / 2)
    assert services.sign_ins.find(token) is None


def test_the_last_use_is_not_written_at_every_page(
    services: Services, ada: Administrator, clock: Clock
) -> None:
    token = services.sign_ins.open(ada, "")
    began = clock()
    clock.move(seconds=TOUCHED_EVERY.total_seconds() - 1)
    services.sign_ins.find(token)
    assert services.sign_ins.of(ada.id)[0].seen_at == began
    clock.move(seconds=1)
    services.sign_ins.find(token)
    assert services.sign_ins.of(ada.id)[0].seen_at == clock()


def test_sessions_end_one_by_one_or_all_but_this(services: Services, ada: Administrator) -> None:
    here, there, elsewhere = (services.sign_ins.open(ada, name) for name in "abc")
    mine = services.sign_ins.find(here)
    assert mine is not None
    away = next(row for row in services.sign_ins.of(ada.id) if row.device == "b")
    services.sign_ins.end(ada.id, away.id)
    assert services.sign_ins.find(there) is None
    assert services.sign_ins.end_all(ada.id, but=mine.session_id) == 1
    assert services.sign_ins.find(elsewhere) is None
    assert services.sign_ins.find(here) is not None


def test_nobody_ends_somebody_elses_session(services: Services, ada: Administrator) -> None:
    token = services.sign_ins.open(ada, "")
    bob = services.staff.create("bob@example.org", "Bob", PASSWORD)
    with pytest.raises(NotFoundError):
        services.sign_ins.end(bob, services.sign_ins.of(ada.id)[0].id)
    assert services.sign_ins.find(token) is not None


def test_a_closed_account_is_signed_out_everywhere(services: Services, ada: Administrator) -> None:
    services.staff.create("bob@example.org", "Bob", PASSWORD)
    token = services.sign_ins.open(ada, "")
    services.staff.set_active(ada.id, False)
    services.staff.set_active(ada.id, True)
    assert services.sign_ins.find(token) is None
