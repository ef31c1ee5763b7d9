"""What the course pages show, gathered before a template sees it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.records import Course, Enrolment, Module, Person, Section
from sandbox.world import World

KINDS = {
    "assign": "Assignment",
    "forum": "Forum",
    "lti": "External tool",
    "page": "Page",
    "quiz": "Quiz",
}


@dataclass(frozen=True)
class SectionView:
    """A section with its activities."""

    section: Section
    modules: list[Module]


@dataclass(frozen=True)
class CourseView:
    """A course as one person sees it; `completed_on` is empty until it is completed."""

    course: Course
    sections: list[SectionView]
    teachers: list[str]
    progress: int | None
    completed_on: str


def course_view(world: World, course: Course, enrolment: Enrolment | None) -> CourseView:
    sections = [
        SectionView(section, _plain_first(world.modules_in(course.id, section.id)))
        for section in world.sections_in(course.id)
    ]
    teaching = [row for row in world.enrolments_in(course.id) if row.role == "editingteacher"]
    learns = enrolment is not None and enrolment.role == "student"
    return CourseView(
        course=course,
        sections=sections,
        teachers=[world.people[row.person].fullname for row in teaching],
        progress=enrolment.progress if enrolment and learns else None,
        completed_on=_day(enrolment.completed) if enrolment and enrolment.completed else "",
    )


def _plain_first(modules: list[Module]) -> list[Module]:
    """Activities that show themselves on the page come after the plain ones, so that the list stays together.

    Stealth activities stand on no page.
    """
    return sorted((row for row in modules if not row.stealth), key=lambda module: module.showdescription)


def courses_of(world: World, person: Person) -> list[CourseView]:
    """The courses on a person's start page; the administrator sees all of them."""
    rows = {row.course: row for row in world.enrolments_of(person.id) if row.active}
    courses = [course for course in world.courses.values() if course.category]
    if not person.is_admin:
        courses = [course for course in courses if course.id in rows and course.visible]
    return [course_view(world, course, rows.get(course.id)) for course in courses]


def _day(epoch: int) -> str:
    moment = datetime.fromtimestamp(epoch, UTC)
    return f"{moment.day} {moment:%B %Y}"
