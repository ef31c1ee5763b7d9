"""Queries about LTI, on every database at hand."""

from datetime import datetime, timedelta

import pytest

from companion.lti.keys import KeyPair
from companion.models.lms import Course, Site
from companion.models.lti import Identity, Launch, SigningKey
from companion.models.people import Person
from companion.store import Database, lti_launches
from companion.store import lti as store
from companion.store.lti import PendingLogin
from tests.unit.companion.lti.platform import NOW

ISSUER = "https://moodle.example.org"
HOUR = timedelta(hours=1)


@pytest.fixture
def platform_id(db: Database) -> int:
    return save(db)


def add_site(db: Database) -> Site:
    site = Site(
        base_url=ISSUER, name="Moodle", token_encrypted=b"", release="4.5.6", functions=[], connected_at=NOW
    )
    with db.begin() as session:
        session.add(site)
    return site


def save(
    db: Database, client_id: str = "abc123", deployment_ids: tuple[str, ...] = ("1",), issuer: str = ISSUER
) -> int:
    with db.begin() as session:
        return store.save_platform(
            session,
            issuer=issuer,
            client_id=client_id,
            deployment_ids=deployment_ids,
            auth_url=f"{issuer}/auth",
            token_url=f"{issuer}/token",
            jwks_url=f"{issuer}/certs",
            enabled=True,
            now=NOW,
        )


def add(db: Database, *rows: Person | Course | Launch | SigningKey | Identity) -> None:
    with db.begin() as session:
        session.add_all(rows)


def pending(platform_id: int, expires_at: datetime = NOW) -> PendingLogin:
    return PendingLogin(platform_id, "n" * 64, "b" * 64, "https://cairn.example.org/", expires_at)


def a_launch(platform_id: int, launch_id: str = "x", **values: object) -> Launch:
    defaults: dict[str, object] = {
        "subject": "5",
        "resource_link_id": "2",
        "widget": "check-in",
        "teacher": False,
        "created_at": NOW,
        "expires_at": NOW + HOUR,
    }
    return Launch(id=launch_id, platform_id=platform_id, **(defaults | values))


def test_saving_a_platform_again_updates_it_and_its_deployments(db: Database) -> None:
    first = save(db, deployment_ids=("1", "2"))
    assert save(db, deployment_ids=("2", "3", "3")) == first
    other = save(db, client_id="other")
    with db.read() as session:
        everything = store.platforms(session)
        assert [one.id for one in everything] == [first, other]
        assert everything[0].deployment_ids == {"2", "3"}
        assert everything[1].deployment_ids == {"1"}


def test_platforms_are_found_by_issuer_and_by_id(db: Database) -> None:
    mine, theirs = save(db), save(db, issuer="https://other.example.org")
    with db.read() as session:
        assert [one.id for one in store.platforms(session, issuer=ISSUER)] == [mine]
        assert [one.id for one in store.platforms(session, platform_id=theirs)] == [theirs]
        assert store.platforms(session, issuer=ISSUER + "/") == []


def test_a_platform_is_disabled_and_enabled(db: Database, platform_id: int) -> None:
    for wanted in (False, True):
        with db.begin() as session:
            assert store.set_enabled(session, platform_id, wanted)
        with db.read() as session:
            assert store.platforms(session)[0].enabled is wanted
    with db.begin() as session:
        assert not store.set_enabled(session, platform_id + 1, True)


def test_a_purge_takes_what_has_expired_and_nothing_else(db: Database, platform_id: int) -> None:
    add(db, a_launch(platform_id, "old", expires_at=NOW), a_launch(platform_id, "new"))
    with db.begin() as session:
        lti_launches.add_login(session, "o" * 64, pending(platform_id, NOW))
        lti_launches.add_login(session, "n" * 64, pending(platform_id, NOW + HOUR))
    with db.begin() as session:
        assert store.purge(session, NOW, links_before=NOW) == 2
        assert store.purge(session, NOW, links_before=NOW) == 0
    with db.begin() as session:
        assert lti_launches.launch(session, "new", NOW) is not None
        assert lti_launches.consume_login(session, "n" * 64) is not None


def a_key(kid: str, created_at: datetime) -> SigningKey:
    pair = KeyPair(kid, "", {"kid": kid})
    return SigningKey(
        kid=pair.kid, private_pem_encrypted=b"", public_jwk=pair.public_jwk, created_at=created_at
    )


def test_keys_are_retired_published_for_a_while_and_forgotten(db: Database) -> None:
    with db.begin() as session:
        assert store.current_key(session) is None
        store.add_key(session, a_key("one", NOW))
    for kid, moment in (("two", NOW + HOUR), ("three", NOW + 2 * HOUR)):
        with db.begin() as session:
            store.retire_keys(session, moment, forget_before=NOW)
            store.add_key(session, a_key(kid, moment))
    with db.begin() as session:
        current = store.current_key(session)
        assert current is not None
        assert current.kid == "three"
        published = store.published_keys(session, retired_since=NOW + 2 * HOUR)
        assert [key.kid for key in published] == ["three", "two"]
        store.retire_keys(session, NOW + 3 * HOUR, forget_before=NOW + 2 * HOUR)
    with db.read() as session:
        assert [key.kid for key in store.published_keys(session, retired_since=NOW)] == ["three", "two"]
