"""Queries on the site, its courses and its cohorts."""

from datetime import timedelta

from companion.models.engagement import EngagementState
from companion.models.lms import Course, Site
from companion.store import Database, lms
from tests import rows
from tests.rows import NOW


def test_the_site_connected_last_is_the_one_in_use(db: Database) -> None:
    with db.begin() as session:
        assert lms.site(session) is None
        rows.site(session, "https://a.example.org", connected_at=NOW)
        rows.site(session, "https://b.example.org", connected_at=NOW - timedelta(days=1))
        found = lms.site(session)
        assert found is not None
        assert found.base_url == "https://a.example.org"


def test_a_site_is_found_by_its_address_alone(db: Database) -> None:
    with db.begin() as session:
        row = lms.add(
            session,
            Site(
                base_url="https://a.example.org",
                name="A",
                token_encrypted=b"sealed",
                release="4.5",
                functions=["core_course_get_courses_by_field"],
                connected_at=NOW,
            ),
        )
        found = lms.site_by_url(session, "https://a.example.org")
        assert found is row
        assert lms.site_by_url(session, "https://b.example.org") is None


def test_courses_are_those_still_there_by_name(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        for name in ("Welcome", "Engineering", "Gone"):
            rows.course(session, site, name, removed_at=NOW if name == "Gone" else None)
        rows.course(session, rows.site(session, "https://b.example.org"), "Elsewhere")
        assert [row.full_name for row in lms.courses(session, site.id)] == ["Engineering", "Welcome"]


def test_only_courses_of_a_programme_are_followed(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        one, two, three = (rows.course(session, site, name) for name in ("One", "Two", "Three"))
        rows.programme(session, site, [one, three])
        rows.programme(session, site, [one], name="Another")
        session.get_one(Course, three.id).removed_at = NOW
        session.flush()
        assert [row.id for row in lms.followed_courses(session, site.id)] == [one.id]
        assert lms.course(session, two.id) is two


def test_a_course_is_followed_while_people_meet_in_it(db: Database) -> None:
    """Also where its programme gave it up: else they would be taken for gone."""
    with db.begin() as session:
        site = rows.site(session)
        met, before = rows.course(session, site, "Met in"), rows.course(session, site, "Met in before")
        programme = rows.programme(session, site)
        people = rows.person(session, site), rows.person(session, site)
        rows.engagement(session, programme, *people, course_id=met.id)
        rows.engagement(session, programme, *people, course_id=before.id, state=EngagementState.CLOSED)
        assert [row.id for row in lms.followed_courses(session, site.id)] == [met.id]


def test_cohorts_come_by_name(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        for name in ("Summer", "Autumn"):
            rows.cohort(session, site, name=name)
        assert [row.name for row in lms.cohorts(session, site.id)] == ["Autumn", "Summer"]
