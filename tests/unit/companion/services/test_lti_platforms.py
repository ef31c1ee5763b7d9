from datetime import timedelta

import pytest

from companion.lti.errors import PlatformDisabledError, UnknownPlatformError
from companion.services.lti_platforms import AT_HAND, PlatformsAtHand
from companion.store import Database, lti
from tests.clock import Clock
from tests.statements import asked

ISSUER = "https://lms.example.org"
FORM = {"iss": ISSUER, "client_id": "one"}


def save(db: Database, clock: Clock, client_id: str = "one", *, enabled: bool = True) -> int:
    with db.begin() as session:
        return lti.save_platform(
            session,
            issuer=ISSUER,
            client_id=client_id,
            deployment_ids=["1"],
            auth_url=f"{ISSUER}/auth",
            token_url=f"{ISSUER}/token",
            jwks_url=f"{ISSUER}/jwks",
            enabled=enabled,
            now=clock(),
        )


@pytest.fixture
def at_hand(db: Database, clock: Clock) -> PlatformsAtHand:
    return PlatformsAtHand(db, clock)


def test_the_second_login_asks_no_database(db: Database, clock: Clock, at_hand: PlatformsAtHand) -> None:
    made = save(db, clock)
    assert at_hand.choose(FORM).id == made
    with asked(db) as sent:
        assert at_hand.choose(FORM).id == made
    assert sent == []


def test_what_changed_is_seen_after_a_while(db: Database, clock: Clock, at_hand: PlatformsAtHand) -> None:
    made = save(db, clock)
    at_hand.choose(FORM)
    with db.begin() as session:
        lti.set_enabled(session, made, False)
    clock.move(seconds=AT_HAND / timedelta(seconds=1))
    with pytest.raises(PlatformDisabledError):
        at_hand.choose(FORM)


def test_nobody_is_refused_by_what_is_old(db: Database, clock: Clock, at_hand: PlatformsAtHand) -> None:
    made = save(db, clock)
    at_hand.choose(FORM)
    other = save(db, clock, "two", enabled=False)
    with pytest.raises(PlatformDisabledError):
        at_hand.choose({**FORM, "client_id": "two"})
    with db.begin() as session:
        lti.set_enabled(session, other, True)
    assert at_hand.choose({**FORM, "client_id": "two"}).id == other
    assert at_hand.choose(FORM).id == made


def test_a_launch_finds_the_platform_of_its_login_at_hand(
    db: Database, clock: Clock, at_hand: PlatformsAtHand
) -> None:
    made = save(db, clock)
    assert at_hand.by_id(made) == at_hand.choose(FORM)
    with db.begin() as session:
        lti.set_enabled(session, made, False)
    with asked(db) as sent:
        assert at_hand.by_id(made).enabled
    assert sent == []
    assert not at_hand.anew(made).enabled
    clock.move(seconds=AT_HAND / timedelta(seconds=1))
    assert not at_hand.by_id(made).enabled


def test_issuers_that_nobody_registered_are_not_kept(at_hand: PlatformsAtHand, db: Database) -> None:
    for _ in range(2):
        with asked(db) as sent, pytest.raises(UnknownPlatformError):
            at_hand.choose({"iss": "https://nobody.example.org"})
        assert len(sent) == 1
