"""Administrators' accounts: passwords that cannot be guessed, found out or kept after a lock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Literal

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.low_level import Type

from companion.errors import ConflictError, InputError
from companion.models.staff import Administrator, StaffRole
from companion.services.lockout import FAILURES_BEFORE_LOCK, LOCK
from companion.services.registry import Services
from companion.services.staff import StaffService
from companion.store import Database
from tests.clock import Clock

ADDRESS, PASSWORD = "ada@example.org", "a long password"


class CountingHasher(PasswordHasher):
    """Counts its verifications: the work that an attacker could measure."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def staff(db: Database, clock: Clock, hasher: CountingHasher) -> StaffService:
    service = StaffService(db, clock=clock, hasher=hasher)
    service.create(ADDRESS, "Ada", PASSWORD)
    return service


def account(db: Database) -> Administrator:
    with db.read() as session:
        return session.scalars(sa.select(Administrator)).one()


def change(db: Database, **values: object) -> None:
    with db.begin() as session:
        session.execute(sa.update(Administrator).values(**values))


def test_the_right_password_opens_the_account(staff: StaffService, db: Database, clock: Clock) -> None:
    found = staff.sign_in(" ADA@example.org ", PASSWORD)
    assert found is not None
    assert (found.email, found.name) == (ADDRESS, "Ada")
    assert account(db).last_sign_in_at == clock()


def test_the_password_is_kept_as_argon2id_alone(staff: StaffService, db: Database) -> None:
    row = account(db)
    assert row.password_hash.startswith("$argon2id$")
    with db.read() as session:
        stored = session.execute(sa.text("SELECT * FROM administrator")).one()
    assert PASSWORD not in " ".join(str(value) for value in stored)
    assert row.password_hash not in repr(row)


def test_the_hasher_in_use_is_as_strong_as_recommended() -> None:
    """OWASP: argon2id with at least 19 MiB and 2 passes, or 46 MiB and 1."""
    hasher = PasswordHasher()
    assert hasher.type is Type.ID
    assert hasher.memory_cost >= 19 * 1024
    assert hasher.time_cost >= 2


@pytest.mark.parametrize(
    ("address", "password"),
    [
        (ADDRESS, "a wrong password"),
        (ADDRESS, ""),
        (ADDRESS, PASSWORD + " "),
        ("bob@example.org", PASSWORD),
        ("", ""),
        ("ada@example.org\x00", PASSWORD),
        (ADDRESS, "\x00"),
        ("' OR 1=1 --", PASSWORD),
    ],
)
def test_anything_else_opens_nothing(staff: StaffService, address: str, password: str) -> None:
    assert staff.sign_in(address, password) is None


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(
    staff: StaffService, hasher: CountingHasher, db: Database
) -> None:
    for address, active in ((ADDRESS, True), ("nobody@example.org", True), (ADDRESS, False)):
        change(db, active=active)
        before = hasher.verified
        assert staff.sign_in(address, "a wrong password") is None
        assert hasher.verified == before + 1


def test_five_failures_lock_the_account_for_five_minutes(
    staff: StaffService, db: Database, clock: Clock
) -> None:
    assert (FAILURES_BEFORE_LOCK, timedelta(minutes=5)) == (5, LOCK)
    for _ in range(5):
        assert staff.sign_in(ADDRESS, "a wrong password") is None
    assert staff.sign_in(ADDRESS, PASSWORD) is None
    assert account(db).locked_until == clock() + LOCK
    clock.move(minutes=5)
    assert staff.sign_in(ADDRESS, PASSWORD) is not None
    assert (account(db).locked_until, account(db).failed_sign_ins) == (None, 0)


def test_four_failures_do_not_lock_and_a_success_forgets_them(staff: StaffService, db: Database) -> None:
    for _ in range(3):
        for _ in range(4):
            staff.sign_in(ADDRESS, "a wrong password")
        assert staff.sign_in(ADDRESS, PASSWORD) is not None
    assert account(db).failed_sign_ins == 0


def test_failures_during_the_lock_do_not_make_it_longer(staff: StaffService, clock: Clock) -> None:
    for _ in range(5):
        staff.sign_in(ADDRESS, "a wrong password")
    clock.move(minutes=4)
    for _ in range(20):
        staff.sign_in(ADDRESS, "a wrong password")
    clock.move(minutes=1)
    assert staff.sign_in(ADDRESS, PASSWORD) is not None


def test_guesses_made_all_at_once_are_all_counted(staff: StaffService, db: Database) -> None:
    together = Barrier(4)

    def guess(_number: int) -> None:
        together.wait(20)
        assert staff.sign_in(ADDRESS, "a wrong password") is None

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(4), timeout=60))
    assert account(db).failed_sign_ins == 4


def test_a_guess_begun_before_the_lock_does_not_get_past_it(
    db: Database, clock: Clock, hasher: CountingHasher
) -> None:
    """Many are sent at once: each was let in before the fifth failure, and one of them is right."""

    class Slow(CountingHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            right = super().verify(hash, password)
            for _ in range(5):
                quick.sign_in(ADDRESS, "a wrong password")
            return right

    quick = StaffService(db, clock=clock, hasher=hasher)
    quick.create(ADDRESS, "Ada", PASSWORD)
    slow = StaffService(db, clock=clock, hasher=Slow(time_cost=1, memory_cost=8, parallelism=1))
    assert slow.sign_in(ADDRESS, PASSWORD) is None


def test_an_account_that_was_switched_off_opens_no_more(staff: StaffService, db: Database) -> None:
    found = staff.sign_in(ADDRESS, PASSWORD)
    assert found is not None
    change(db, active=False)
    assert staff.sign_in(ADDRESS, PASSWORD) is None


def test_a_password_hashed_too_weakly_is_hashed_again_at_the_next_sign_in(
    staff: StaffService, db: Database, clock: Clock
) -> None:
    before = account(db).password_hash
    stronger = StaffService(
        db, clock=clock, hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    )
    assert stronger.sign_in(ADDRESS, "a wrong password") is None
    assert account(db).password_hash == before
    assert stronger.sign_in(ADDRESS, PASSWORD) is not None
    assert account(db).password_hash != before
    assert "m=16,t=2" in account(db).password_hash
    assert stronger.sign_in(ADDRESS, PASSWORD) is not None


def test_an_address_has_one_account_whatever_its_case(staff: StaffService) -> None:
    with pytest.raises(ConflictError, match=r"already an account for ada@example\.org"):
        staff.create("ADA@Example.org", "Another Ada", PASSWORD)


@pytest.mark.parametrize(
    "address", ["", "ada", "@", "ada@", "@example.org", "a" * 300 + "@example.org", "a\x00@b"]
)
def test_what_is_no_address_is_refused(staff: StaffService, address: str) -> None:
    with pytest.raises(InputError) as refused:
        staff.create(address, "Ada", PASSWORD)
    assert set(refused.value.fields) == {"email"}


@pytest.mark.parametrize("name", ["A" * 301, "Ada\x00", "Ada\nAdmin"])
def test_what_is_no_name_is_refused(staff: StaffService, name: str) -> None:
    with pytest.raises(InputError) as refused:
        staff.create("bob@example.org", name, PASSWORD)
    assert set(refused.value.fields) == {"name"}


@pytest.mark.parametrize("password", ["", "x" * 11])
def test_a_short_password_is_refused(staff: StaffService, password: str) -> None:
    with pytest.raises(InputError, match="at least 12 characters") as refused:
        staff.create("bob@example.org", "Bob", password)
    assert set(refused.value.fields) == {"password"}
    staff.create("bob@example.org", "Bob", "x" * 12)


def test_somebody_without_a_name_is_called_by_the_address(db: Database, services_on: Services) -> None:
    services_on.staff.create("Bob@Example.org", "  ", PASSWORD)
    found = services_on.staff.sign_in("bob@example.org", PASSWORD)
    assert found is not None
    assert found.name == "bob@example.org"


def test_whether_there_is_an_account_at_all(services: Services) -> None:
    assert not services.staff.any()
    services.staff.create(ADDRESS, "Ada", PASSWORD)
    assert services.staff.any()


def test_there_is_always_an_owner(staff: StaffService, db: Database) -> None:
    only = account(db).id
    with pytest.raises(ConflictError, match="last owner"):
        staff.set_active(only, False)
    with pytest.raises(ConflictError, match="last owner"):
        staff.change(only, StaffRole.AUDITOR, {})
    other = staff.create("bob@example.org", "Bob", PASSWORD)
    staff.set_active(other, False)
    with pytest.raises(ConflictError, match="last owner"):
        staff.change(only, StaffRole.AUDITOR, {})
    staff.set_active(other, True)
    staff.change(only, StaffRole.AUDITOR, {})
    assert staff.account(only).account.role is StaffRole.AUDITOR


def test_two_owners_who_close_each_other_at_once_leave_one(staff: StaffService, db: Database) -> None:
    one = account(db).id
    other = staff.create("bob@example.org", "Bob", PASSWORD)
    together = Barrier(2)

    def close(number: int) -> bool:
        together.wait(20)
        try:
            staff.set_active(number, False)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, (one, other), timeout=60)) == [False, True]


def test_a_password_is_changed_by_who_knows_the_old_one(staff: StaffService, db: Database) -> None:
    number = account(db).id
    with pytest.raises(InputError) as wrong:
        staff.change_password(number, "a wrong password", "another long password")
    assert set(wrong.value.fields) == {"old"}
    with pytest.raises(InputError) as short:
        staff.change_password(number, PASSWORD, "short")
    assert set(short.value.fields) == {"password"}
    staff.change_password(number, PASSWORD, "another long password")
    assert staff.sign_in(ADDRESS, PASSWORD) is None
    assert staff.sign_in(ADDRESS, "another long password") is not None
