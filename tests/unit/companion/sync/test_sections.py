"""The sections of the followed courses come with the sync; a page that cannot be read changes nothing."""

from companion.store import lms as lms_queries
from companion.store import sections
from lms_client import Function
from tests.begun import Begun


def stored(begun: Begun) -> dict[str, list[str]]:
    with begun.services.db.read() as session:
        followed = lms_queries.followed_courses(session, begun.services.sites.current().id)
        return {
            course.short_name: [row.name for row in sections.of_course(session, course.id)]
            for course in followed
        }


def test_sections_are_read_in_the_order_of_the_page(begun_on: Begun) -> None:
    world = begun_on.lms.sandbox.world
    course = begun_on.lms.sandbox.find_course("ONB-SALES")
    assert stored(begun_on)["ONB-SALES"] == [section.name for section in world.sections_in(course.id)]
    with begun_on.lms.sandbox.change():
        world.sections_in(course.id)[1].name = "Week one & two"
    begun_on.services.sync.run()
    assert stored(begun_on)["ONB-SALES"][1] == "Week one & two"


def test_a_page_that_cannot_be_read_leaves_its_sections(begun: Begun) -> None:
    before = stored(begun)
    begun.lms.sandbox.misbehave("missing_capability", function=Function.COURSE_CONTENTS)
    assert begun.services.sync.run().complete
    assert stored(begun) == before


def test_a_service_without_the_function_is_not_asked(begun: Begun) -> None:
    begun.lms.sandbox.misbehave("missing_function", function=Function.COURSE_CONTENTS)
    begun.lms.sandbox.calls.clear()
    begun.services.sync.run()
    assert Function.COURSE_CONTENTS not in {name for name, _ in begun.lms.sandbox.calls}
