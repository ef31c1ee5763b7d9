"""Invitations and ways to a new password: each once, until it expires, kept as a hash."""

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError, InputError, NotFoundError
from companion.models.jobs import OutboxEntry
from companion.models.staff import Invitation, PasswordReset, StaffRole
from companion.services.registry import Services
from companion.services.ways_in import WaysInService
from tests import rows
from tests.clock import Clock

PASSWORD = "a long password"


@pytest.fixture
def services(services_on: Services) -> Services:
    """On each kind of database."""
    return services_on


@pytest.fixture
def mailing(services: Services, clock: Clock) -> WaysInService:
    """The same where there is a mail server."""
    return WaysInService(
        services.db, accounts=services.staff, messenger=services.messenger, mails=True, clock=clock
    )


@pytest.fixture
def programme(services: Services) -> int:
    with services.db.begin() as session:
        return rows.programme(session, rows.site(session)).id


def token_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


def test_an_invitation_makes_one_account_with_its_role(services: Services, programme: int) -> None:
    way = services.ways_in.invite(" Bea@Example.org", StaffRole.COORDINATOR, {programme: True})
    assert (way.email, way.mailed) == ("bea@example.org", False)
    token = token_of(way.url)
    assert services.ways_in.invited(token).role is StaffRole.COORDINATOR
    account = services.ways_in.accept(token, "Bea", PASSWORD)
    assert (account.email, account.role, account.name) == ("bea@example.org", StaffRole.COORDINATOR, "Bea")
    assert services.access.reach(account).concerns == {programme}
    for again in (services.ways_in.invited, lambda t: services.ways_in.accept(t, "Eve", PASSWORD)):
        with pytest.raises(NotFoundError):
            again(token)
    with services.db.read() as session:
        assert token not in str(session.execute(sa.text("SELECT * FROM invitation")).all())


def test_a_password_that_cannot_be_used_leaves_the_invitation_open(services: Services) -> None:
    token = token_of(services.ways_in.invite("bea@example.org", StaffRole.AUDITOR, {}).url)
    with pytest.raises(InputError):
        services.ways_in.accept(token, "Bea", "short")
    assert services.ways_in.accept(token, "Bea", PASSWORD).role is StaffRole.AUDITOR


def test_an_invitation_ends_by_time_by_hand_and_by_another_one(services: Services, clock: Clock) -> None:
    first = token_of(services.ways_in.invite("bea@example.org", StaffRole.OWNER, {}).url)
    second = token_of(services.ways_in.invite("bea@example.org", StaffRole.AUDITOR, {}).url)
    with pytest.raises(NotFoundError):
        services.ways_in.invited(first)
    (kept,), _ = services.ways_in.invitations()
    assert services.ways_in.withdraw(kept.id) == "bea@example.org"
    with pytest.raises(NotFoundError):
        services.ways_in.withdraw(kept.id)
    with pytest.raises(NotFoundError):
        services.ways_in.invited(second)
    third = token_of(services.ways_in.invite("bea@example.org", StaffRole.OWNER, {}).url)
    clock.move(days=7)
    with pytest.raises(NotFoundError):
        services.ways_in.accept(third, "", PASSWORD)


@pytest.mark.parametrize(
    ("address", "role", "field"),
    [("bea", StaffRole.OWNER, "email"), ("bea@example.org", StaffRole.COORDINATOR, "programmes")],
)
def test_what_cannot_be_an_invitation_is_told(
    services: Services, address: str, role: StaffRole, field: str
) -> None:
    with pytest.raises(InputError) as wrong:
        services.ways_in.invite(address, role, {})
    assert set(wrong.value.fields) == {field}


def test_who_has_an_account_is_not_invited(services: Services) -> None:
    services.staff.create("ada@example.org", "Ada", PASSWORD)
    with pytest.raises(ConflictError):
        services.ways_in.invite("ADA@example.org", StaffRole.OWNER, {})


def test_a_programme_that_is_gone_by_then_is_left_out(services: Services, programme: int) -> None:
    token = token_of(services.ways_in.invite("bea@example.org", StaffRole.OWNER, {programme: True}).url)
    with services.db.begin() as session:
        session.execute(sa.text("DELETE FROM programme"))
    assert services.access.reach(services.ways_in.accept(token, "", PASSWORD)).coordinates == frozenset()


def test_a_new_password_signs_out_everywhere_and_lifts_the_lock(services: Services) -> None:
    number = services.staff.create("ada@example.org", "Ada", PASSWORD)
    account = services.staff.sign_in("ada@example.org", PASSWORD)
    assert account is not None
    session_token = services.sign_ins.open(account, "")
    for _ in range(5):
        services.staff.sign_in("ada@example.org", "a wrong password")
    token = token_of(services.ways_in.make_reset(number).url)
    with pytest.raises(InputError):
        services.ways_in.reset(token, "short")
    services.ways_in.resetting(token)
    services.ways_in.reset(token, "another long password")
    assert services.sign_ins.find(session_token) is None
    assert services.staff.sign_in("ada@example.org", "another long password") is not None
    with pytest.raises(NotFoundError):
        services.ways_in.reset(token, "yet another password")


def test_a_way_to_a_new_password_works_for_an_hour_and_only_the_newest(
    services: Services, clock: Clock
) -> None:
    number = services.staff.create("ada@example.org", "Ada", PASSWORD)
    first, second = (token_of(services.ways_in.make_reset(number).url) for _ in range(2))
    with pytest.raises(NotFoundError):
        services.ways_in.resetting(first)
    clock.move(hours=1)
    with pytest.raises(NotFoundError):
        services.ways_in.resetting(second)


def test_asking_writes_to_who_has_an_account_and_to_nobody_else(
    services: Services, mailing: WaysInService
) -> None:
    number = services.staff.create("ada@example.org", "Ada", PASSWORD)
    services.staff.create("bob@example.org", "Bob", PASSWORD)
    mailing.ask_reset("nobody@example.org")
    services.staff.set_active(number, False)
    mailing.ask_reset("ada@example.org")
    services.staff.set_active(number, True)
    services.ways_in.ask_reset("ada@example.org")  # without a mail server
    with services.db.read() as session:
        assert session.scalars(sa.select(OutboxEntry)).all() == []
        assert session.scalars(sa.select(PasswordReset)).all() == []
    mailing.ask_reset("Ada@example.org")
    mailing.invite("bea@example.org", StaffRole.OWNER, {})
    with services.db.read() as session:
        letters = [services.messenger.unseal(entry) for entry in session.scalars(sa.select(OutboxEntry))]
        hashes = [
            *session.scalars(sa.select(PasswordReset.token_hash)),
            *session.scalars(sa.select(Invitation.token_hash)),
        ]
    assert [to for _, to in letters] == ["ada@example.org", "bea@example.org"]
    assert "/account/reset/" in (letters[0][0].link or "")
    assert "/account/invitation/" in (letters[1][0].link or "")
    assert not any(hash_ in str(words) for words, _ in letters for hash_ in hashes)
