"""Queries on the way of a launch, on every database at hand."""

from itertools import count

import pytest
import sqlalchemy as sa

from companion.models.lms import Course, Site
from companion.models.lti import Identity, Launch
from companion.models.people import Person
from companion.store import Database, Session, lti, lti_contexts
from companion.store import lti_launches as store
from companion.store.lti_contexts import Offer
from tests.unit.companion.lti.platform import NOW
from tests.unit.companion.lti.world import course, person
from tests.unit.companion.store.test_lti import HOUR, ISSUER, a_launch, add, add_site, pending, save

NUMBERS = count()
NOTHING = Offer(None, None)


@pytest.fixture
def platform_id(db: Database) -> int:
    return save(db)


@pytest.fixture
def site(db: Database) -> Site:
    return add_site(db)


def kept(
    session: Session,
    platform_id: int,
    issuer: str,
    subject: str,
    *,
    deployment_id: str = "1",
    jwks_url: str = f"{ISSUER}/certs",
    context_id: str | None = None,
    offer: Offer = NOTHING,
    lineitem_url: str | None = None,
) -> store.Known | None:
    """Keep a launch of this subject; what was known of it."""
    launch = store.NewLaunch(
        id=f"launch-{next(NUMBERS)}",
        platform_id=platform_id,
        subject=subject,
        resource_link_id="9",
        widget="check-in",
        teacher=False,
        lms_admin=False,
        locale=None,
        section=None,
        created_at=NOW,
        expires_at=NOW + HOUR,
    )
    told = store.Told(
        jwks_url, deployment_id, issuer, context_id, offer.memberships_url, offer.lineitems_url, lineitem_url
    )
    known = store.add_launch(session, launch, told)
    row = session.get(Launch, launch.id)
    assert (row is None) == (known is None)
    if row is not None and known is not None:
        assert (row.person_id, row.course_id) == (known.person_id, known.course_id)
    return known


def found(known: store.Known | None) -> store.Known:
    assert known is not None
    return known


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


def test_a_subject_of_the_same_site_is_its_person_and_stays_so(
    db: Database, site: Site, platform_id: int
) -> None:
    hana = person(site.id, 5, "Hana Ueda")
    add(db, hana)
    for identified in (False, True):
        with db.begin() as session:
            known = found(kept(session, platform_id, ISSUER, "5"))
            assert (known.person_id, known.identified) == (hana.id, identified)
            store.identify(session, ISSUER, "5", hana.id)
    with db.read() as session:
        [identity] = session.scalars(sa.select(Identity)).all()
        assert (identity.issuer, identity.subject, identity.person_id) == (ISSUER, "5", hana.id)


def test_a_trailing_slash_of_the_issuer_is_ignored(db: Database, site: Site, platform_id: int) -> None:
    hana = person(site.id, 5, "Hana Ueda")
    add(db, hana)
    with db.begin() as session:
        assert found(kept(session, platform_id, ISSUER + "/", "5")).person_id == hana.id


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
def test_anybody_else_is_nobody(
    db: Database, site: Site, platform_id: int, issuer: str, subject: str
) -> None:
    add(db, person(site.id, 5, "Hana Ueda", email="hana@example.com"))
    with db.begin() as session:
        known = found(kept(session, platform_id, issuer, subject))
    assert (known.person_id, known.identified) == (None, False)


@pytest.mark.parametrize("identified", [False, True])
def test_a_removed_person_is_nobody_until_read_again(
    db: Database, site: Site, platform_id: int, identified: bool
) -> None:
    gone = person(site.id, 5, "Hana Ueda")
    gone.removed_at = NOW
    add(db, gone)
    if identified:
        add(db, Identity(issuer=ISSUER, subject="5", person_id=gone.id))
    with db.begin() as session:
        assert found(kept(session, platform_id, ISSUER, "5")).person_id is None
        session.get_one(Person, gone.id).removed_at = None
    with db.begin() as session:
        assert found(kept(session, platform_id, ISSUER, "5")).person_id == gone.id


def test_who_was_identified_stays_that_person_whoever_has_the_number_now(
    db: Database, site: Site, platform_id: int
) -> None:
    hana, other = person(site.id, 5, "Hana Ueda"), person(site.id, 6, "Ravi Shah")
    add(db, hana, other)
    add(db, Identity(issuer=ISSUER, subject="5", person_id=other.id))
    with db.begin() as session:
        assert found(kept(session, platform_id, ISSUER, "5")).person_id == other.id
        session.get_one(Person, other.id).removed_at = NOW
    with db.read() as session:
        assert found(kept(session, platform_id, ISSUER, "5")).person_id is None


def test_what_launches_told_of_their_place_is_known_by_platform(
    db: Database, site: Site, platform_id: int
) -> None:
    other_platform = save(db, client_id="other")
    sales = course(site.id, 2, "Sales onboarding")
    add(db, sales)
    with db.begin() as session:
        offer = Offer(f"{ISSUER}/members", None)
        lti_contexts.note(session, platform_id, "2", sales.id, offer, NOW)
        lti_contexts.keep_line_item(session, platform_id, "9", f"{ISSUER}/item")

    def known(of: int, offer: Offer = offer, item: str = f"{ISSUER}/item") -> tuple[int | None, bool, bool]:
        with db.begin() as session:
            told = found(kept(session, of, ISSUER, "5", context_id="2", offer=offer, lineitem_url=item))
        return told.course_id, told.place, told.line_item

    assert known(platform_id) == (sales.id, True, True)
    assert known(other_platform) == (sales.id, False, False)
    assert known(platform_id, Offer(f"{ISSUER}/members", f"{ISSUER}/items")) == (sales.id, False, True)
    assert known(platform_id, Offer(f"{ISSUER}/other", None), f"{ISSUER}/item2") == (sales.id, False, False)
    with db.begin() as session:
        session.get_one(Course, sales.id).removed_at = NOW
    assert known(platform_id) == (None, False, True)


def test_the_attack_a_launch_verified_by_what_a_platform_was_is_not_kept(
    db: Database, platform_id: int
) -> None:
    with db.begin() as session:
        assert kept(session, platform_id, ISSUER, "5") is not None
        assert kept(session, platform_id, ISSUER, "5", deployment_id="2") is None
        assert kept(session, platform_id, ISSUER, "5", jwks_url=f"{ISSUER}/old") is None
        lti.set_enabled(session, platform_id, False)
        assert kept(session, platform_id, ISSUER, "5") is None


def test_a_context_is_the_course_of_the_same_site(db: Database, site: Site, platform_id: int) -> None:
    known, gone = course(site.id, 2, "Sales onboarding"), course(site.id, 3, "Old")
    gone.removed_at = NOW
    add(db, known, gone)
    with db.read() as session:
        assert store.find_course(session, ISSUER, "2") == known.id
        assert found(kept(session, platform_id, ISSUER, "5", context_id="2")).course_id == known.id
        assert found(kept(session, platform_id, ISSUER, "5", context_id="3")).course_id is None
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
        lti.set_enabled(session, platform_id, False)
    with db.read() as session:
        assert store.launch(session, "x", NOW) is None
