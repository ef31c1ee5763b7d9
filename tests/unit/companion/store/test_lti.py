"""Queries about LTI, on every database at hand."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from companion.lti.keys import KeyPair
from companion.models.lms import Course, Site
from companion.models.lti import Identity, Launch, SigningKey
from companion.models.people import Person
from companion.store import Database
from companion.store import lti as store
from companion.store.lti import PendingLogin
from tests.unit.companion.lti.databases import KINDS, opened
from tests.unit.companion.lti.platform import NOW
from tests.unit.companion.lti.world import course, person

ISSUER = "https://moodle.example.org"
HOUR = timedelta(hours=1)


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with opened(request.param, tmp_path) as database:
        yield database


@pytest.fixture
def platform_id(db: Database) -> int:
    return save(db)


@pytest.fixture
def site(db: Database) -> Site:
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


def test_a_login_is_consumed_once(db: Database, platform_id: int) -> None:
    with db.begin() as session:
        store.add_login(session, "s" * 64, pending(platform_id))
    with db.begin() as session:
        assert store.consume_login(session, "t" * 64) is None
        assert store.consume_login(session, "s" * 64) == pending(platform_id)
    with db.begin() as session:
        assert store.consume_login(session, "s" * 64) is None


def test_a_login_that_was_rolled_back_is_still_there(db: Database, platform_id: int) -> None:
    with db.begin() as session:
        store.add_login(session, "s" * 64, pending(platform_id))

    def consume_and_fail() -> None:
        with db.begin() as session:
            store.consume_login(session, "s" * 64)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        consume_and_fail()
    with db.begin() as session:
        assert store.consume_login(session, "s" * 64) is not None


def test_a_subject_of_the_same_site_is_its_person_and_stays_so(db: Database, site: Site) -> None:
    hana = person(site.id, 5, "Hana Ueda")
    add(db, hana)
    for _ in range(2):
        with db.begin() as session:
            assert store.find_person(session, ISSUER, "5") == hana.id
    with db.read() as session:
        [identity] = session.scalars(sa.select(Identity)).all()
        assert (identity.issuer, identity.subject, identity.person_id) == (ISSUER, "5", hana.id)


def test_a_trailing_slash_of_the_issuer_is_ignored(db: Database, site: Site) -> None:
    hana = person(site.id, 5, "Hana Ueda")
    add(db, hana)
    with db.begin() as session:
        assert store.find_person(session, ISSUER + "/", "5") == hana.id


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [
        ("https://other.example.org", "5"),
        ("https://moodle.example.org.evil.example", "5"),
        (ISSUER, "6"),
        (ISSUER, "05"),
        (ISSUER, " 5"),
        (ISSUER, "+5"),
        (ISSUER, "٥"),
        (ISSUER, "5" * 40),
        (ISSUER, "hana@example.com"),
    ],
)
def test_anybody_else_is_nobody_and_leaves_no_identity(
    db: Database, site: Site, issuer: str, subject: str
) -> None:
    add(db, person(site.id, 5, "Hana Ueda", email="hana@example.com"))
    with db.begin() as session:
        assert store.find_person(session, issuer, subject) is None
        assert session.scalars(sa.select(Identity)).all() == []


@pytest.mark.parametrize("identified", [False, True])
def test_a_removed_person_is_nobody_until_read_again(db: Database, site: Site, identified: bool) -> None:
    gone = person(site.id, 5, "Hana Ueda")
    gone.removed_at = NOW
    add(db, gone)
    if identified:
        add(db, Identity(issuer=ISSUER, subject="5", person_id=gone.id))
    with db.begin() as session:
        assert store.find_person(session, ISSUER, "5") is None
        session.get_one(Person, gone.id).removed_at = None
    with db.begin() as session:
        assert store.find_person(session, ISSUER, "5") == gone.id


def test_a_context_is_the_course_of_the_same_site(db: Database, site: Site) -> None:
    known, gone = course(site.id, 2, "Sales onboarding"), course(site.id, 3, "Old")
    gone.removed_at = NOW
    add(db, known, gone)
    with db.read() as session:
        assert store.find_course(session, ISSUER, "2") == known.id
        assert store.find_course(session, ISSUER, "3") is None
        assert store.find_course(session, ISSUER, "4") is None
        assert store.find_course(session, "https://other.example.org", "2") is None


def test_a_launch_is_shown_with_its_names_until_it_expires(
    db: Database, site: Site, platform_id: int
) -> None:
    hana, sales = person(site.id, 5, "Hana Ueda"), course(site.id, 2, "Sales onboarding")
    add(db, hana, sales)
    add(db, a_launch(platform_id, person_id=hana.id, course_id=sales.id, teacher=True, locale="en"))
    with db.read() as session:
        view = store.launch(session, "x", NOW)
        assert view is not None
        assert (view.id, view.widget, view.teacher, view.locale, view.issuer) == (
            "x",
            "check-in",
            True,
            "en",
            ISSUER,
        )
        assert (view.person_id, view.person_name) == (hana.id, "Hana Ueda")
        assert (view.course_id, view.course_title, view.expires_at) == (
            sales.id,
            "Sales onboarding",
            NOW + HOUR,
        )
        assert "Hana" not in repr(view)
        assert store.launch(session, "x", NOW + HOUR) is None
        assert store.launch(session, "y", NOW) is None


def test_a_launch_of_an_unknown_person_or_course_is_shown_without_them(
    db: Database, platform_id: int
) -> None:
    add(db, a_launch(platform_id))
    with db.read() as session:
        view = store.launch(session, "x", NOW)
    assert view is not None
    assert (view.person_id, view.person_name, view.course_id, view.course_title) == (None, None, None, None)


def test_a_person_or_course_removed_after_the_launch_is_no_longer_shown(
    db: Database, site: Site, platform_id: int
) -> None:
    hana, sales = person(site.id, 5, "Hana Ueda"), course(site.id, 2, "Sales onboarding")
    add(db, hana, sales)
    add(db, a_launch(platform_id, person_id=hana.id, course_id=sales.id))
    with db.begin() as session:
        session.get_one(Person, hana.id).removed_at = NOW
        session.get_one(Course, sales.id).removed_at = NOW
    with db.read() as session:
        view = store.launch(session, "x", NOW)
    assert view is not None
    assert (view.person_id, view.person_name, view.course_id) == (None, None, None)


def test_a_launch_of_a_disabled_platform_is_not_shown(db: Database, platform_id: int) -> None:
    add(db, a_launch(platform_id))
    with db.begin() as session:
        store.set_enabled(session, platform_id, False)
    with db.read() as session:
        assert store.launch(session, "x", NOW) is None


def test_a_purge_takes_what_has_expired_and_nothing_else(db: Database, platform_id: int) -> None:
    add(db, a_launch(platform_id, "old", expires_at=NOW), a_launch(platform_id, "new"))
    with db.begin() as session:
        store.add_login(session, "o" * 64, pending(platform_id, NOW))
        store.add_login(session, "n" * 64, pending(platform_id, NOW + HOUR))
    with db.begin() as session:
        assert store.purge(session, NOW, links_before=NOW) == 2
        assert store.purge(session, NOW, links_before=NOW) == 0
    with db.begin() as session:
        assert store.launch(session, "new", NOW) is not None
        assert store.consume_login(session, "n" * 64) is not None


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
