"""The second factor: codes of RFC 6238, each taken once, and recovery codes."""

import pyotp
import pytest
import sqlalchemy as sa

from companion.errors import ConflictError, InputError
from companion.models.staff import Administrator, RecoveryCode
from companion.services.registry import Services
from tests.clock import Clock


@pytest.fixture
def services(services_on: Services) -> Services:
    """On each kind of database."""
    return services_on


@pytest.fixture
def ada(services: Services) -> int:
    return services.staff.create("ada@example.org", "Ada", "a long password")


def app(services: Services, ada: int) -> pyotp.TOTP:
    """The authenticator app that was given the secret."""
    return pyotp.TOTP(services.second_factor.begin(ada, "Cairn").secret)


def code(app: pyotp.TOTP, clock: Clock, steps: int = 0) -> str:
    return app.at(clock(), counter_offset=steps)


def test_the_secret_is_encrypted_and_asks_for_nothing_until_a_first_code(
    services: Services, ada: int, clock: Clock
) -> None:
    made = services.second_factor.begin(ada, "Acme Mentoring")
    assert made.address.startswith("otpauth://totp/Acme%20Mentoring:ada%40example.org?secret=")
    assert services.second_factor.begin(ada, "Cairn").secret == made.secret, (
        "reloading the page changes nothing"
    )
    with services.db.read() as session:
        row = session.scalars(sa.select(Administrator)).one()
    assert made.secret.encode() not in (row.totp_encrypted or b"")
    assert row.totp_since is None
    with pytest.raises(InputError):
        services.second_factor.confirm(
            ada, "000000" if code(pyotp.TOTP(made.secret), clock) != "000000" else "1"
        )
    services.second_factor.confirm(ada, code(pyotp.TOTP(made.secret), clock))
    with pytest.raises(ConflictError):
        services.second_factor.begin(ada, "Cairn")


def test_a_code_is_taken_once_and_none_before_it(services: Services, ada: int, clock: Clock) -> None:
    codes = app(services, ada)
    first = code(codes, clock)
    services.second_factor.confirm(ada, first)
    assert services.second_factor.check(ada, first) is None
    assert services.second_factor.check(ada, code(codes, clock, -1)) is None
    clock.move(seconds=30)
    later = code(codes, clock)
    assert services.second_factor.check(ada, f"{later[:3]} {later[3:]}") is not None
    assert services.second_factor.check(ada, later) is None


def test_a_clock_may_be_a_step_off_and_not_two(services: Services, ada: int, clock: Clock) -> None:
    codes = app(services, ada)
    services.second_factor.confirm(ada, code(codes, clock))
    clock.move(minutes=10)
    assert services.second_factor.check(ada, code(codes, clock, -2)) is None
    assert services.second_factor.check(ada, code(codes, clock, 2)) is None
    assert services.second_factor.check(ada, code(codes, clock, 1)) is not None


def test_five_wrong_codes_lock_the_account(services: Services, ada: int, clock: Clock) -> None:
    codes = app(services, ada)
    services.second_factor.confirm(ada, code(codes, clock))
    clock.move(minutes=10)
    right = code(codes, clock)
    for _ in range(5):
        assert services.second_factor.check(ada, "12345x") is None
    assert services.second_factor.check(ada, right) is None
    assert services.staff.sign_in("ada@example.org", "a long password") is None
    clock.move(minutes=5)
    assert services.second_factor.check(ada, code(codes, clock)) is not None


def test_a_recovery_code_stands_in_once(services: Services, ada: int, clock: Clock) -> None:
    recovery = services.second_factor.confirm(ada, code(app(services, ada), clock))
    assert len(set(recovery)) == 10
    with services.db.read() as session:
        kept = session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert not set(kept) & {each.replace("-", "") for each in recovery}
    assert services.second_factor.check(ada, recovery[3].upper()) is not None
    assert services.second_factor.check(ada, recovery[3]) is None
    assert services.second_factor.codes_left(ada) == 9


def test_a_recovery_code_of_somebody_else_opens_nothing(services: Services, ada: int, clock: Clock) -> None:
    bob = services.staff.create("bob@example.org", "Bob", "a long password")
    his = services.second_factor.confirm(bob, code(app(services, bob), clock))
    services.second_factor.confirm(ada, code(app(services, ada), clock))
    assert services.second_factor.check(ada, his[0]) is None
    assert services.second_factor.codes_left(bob) == 10


def test_once_removed_it_asks_for_nothing_and_the_old_codes_are_gone(
    services: Services, ada: int, clock: Clock
) -> None:
    codes = app(services, ada)
    recovery = services.second_factor.confirm(ada, code(codes, clock))
    services.second_factor.remove(ada)
    assert services.staff.account(ada).account.totp_since is None
    assert app(services, ada).secret != codes.secret
    assert services.second_factor.check(ada, recovery[0]) is None
