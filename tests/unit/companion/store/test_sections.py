"""The sections of a course page: kept equal to what was read, with the ids that asks and lessons hold."""

from companion.store import Database, sections
from companion.store.sections import SectionRow
from tests import rows


def test_sections_are_those_read_last_and_keep_their_ids(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        first = [SectionRow(11, 0, "General"), SectionRow(12, 1, "Week one"), SectionRow(13, 2, "Week two")]
        sections.keep(session, site.id, course.lms_id, first)
        before = {row.lms_id: row.id for row in sections.of_course(session, course.id)}
    with db.begin() as session:
        again = [SectionRow(11, 0, "General"), SectionRow(13, 1, "The second week")]
        sections.keep(session, site.id, course.lms_id, again)
    with db.read() as session:
        found = sections.of_course(session, course.id)
        assert [(row.lms_id, row.number, row.name) for row in found] == [
            (11, 0, "General"),
            (13, 1, "The second week"),
        ]
        assert found[1].id == before[13]


def test_sections_of_a_course_that_is_not_known_are_not_kept(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        sections.keep(session, site.id, course.lms_id + 1, [SectionRow(11, 0, "General")])
        assert not sections.of_course(session, course.id)
