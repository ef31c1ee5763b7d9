"""The sections of a course page: kept equal to what was read."""

from companion.store import Database, sections
from companion.store.sections import SectionRow
from tests import rows


def test_sections_are_those_read_last(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        first = [SectionRow(0, "General"), SectionRow(1, "Week one"), SectionRow(2, "Week two")]
        sections.keep(session, site.id, course.lms_id, first)
    with db.begin() as session:
        again = [SectionRow(0, "General"), SectionRow(1, "The second week")]
        sections.keep(session, site.id, course.lms_id, again)
    with db.read() as session:
        found = sections.of_course(session, course.id)
        assert [(row.number, row.name) for row in found] == [(0, "General"), (1, "The second week")]


def test_sections_of_a_course_that_is_not_known_are_not_kept(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        sections.keep(session, site.id, course.lms_id + 1, [SectionRow(0, "General")])
        assert not sections.of_course(session, course.id)
