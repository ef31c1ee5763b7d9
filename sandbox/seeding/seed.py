"""Seed a world: categories, courses, people, enrolments and the cohort of new hires, all relative to one moment."""

from datetime import datetime
from random import Random

from sandbox.records import Category, Cohort, Course, Enrolment, Module, Person, ReportColumn, Section
from sandbox.seeding.catalogue import COURSES, CoursePlan, SectionPlan
from sandbox.seeding.names import LEAD_ROLES
from sandbox.seeding.people import DAY, Member, make_people
from sandbox.webservice.report_columns import BY_HAND
from sandbox.world import SITE_COURSE_ID, World

ONBOARDING_CATEGORY = 2


def seed_world(now: datetime, people: int, seed: int) -> World:
    """A new world as of `now`: the same arguments give the same world, apart from its secrets."""
    random = Random(seed)  # noqa: S311 - invented people, no secrets
    epoch = int(now.timestamp())
    world = World(seeded_at=epoch)
    _add_categories_and_courses(world, epoch)
    members = make_people(random, people, epoch)
    _add_accounts(world, members)
    _enrol_everybody(random, world, members, epoch)
    _add_cohort(world, members, now)
    _add_report(world)
    return world


def _add_categories_and_courses(world: World, now: int) -> None:
    for name in ("Category 1", "Onboarding"):
        category = Category(world.next_id("categories"), name)
        world.categories[category.id] = category
    begin = now - 3 * 365 * DAY
    world.last_ids["courses"] = SITE_COURSE_ID
    site = Course(SITE_COURSE_ID, 0, "Acme Learning", "acme", has_criteria=False, timecreated=begin)
    world.courses[site.id] = site
    for plan in COURSES:
        _add_course(world, plan, begin)


def _add_course(world: World, plan: CoursePlan, begin: int) -> None:
    course = Course(
        id=world.next_id("courses"),
        category=ONBOARDING_CATEGORY,
        fullname=plan.fullname,
        shortname=plan.shortname,
        summary=f"<p>{plan.summary}</p>",
        has_criteria=plan.has_criteria,
        startdate=begin,
        timecreated=begin,
        timemodified=begin,
    )
    world.courses[course.id] = course
    for number, section in enumerate(plan.sections):
        _add_section(world, course, number, section)


def _add_section(world: World, course: Course, number: int, plan: SectionPlan) -> None:
    summary = f"<p>{plan.summary}</p>" if plan.summary else ""
    section = Section(world.next_id("sections"), course.id, number, plan.name, summary)
    world.sections[section.id] = section
    for modname, name in plan.activities:
        cmid = world.next_id("modules")
        world.modules[cmid] = Module(
            cmid, course.id, section.id, modname, name, world.next_id(modname), timecreated=course.timecreated
        )


def _add_accounts(world: World, members: list[Member]) -> None:
    """Moodle's administrator (2), the people, and the integration user after them, as on the recorded site."""
    world.people[2] = Person(
        2, "admin", "Admin", "User", "admin@example.com", is_admin=True, languages=["en"]
    )
    for member in members:
        world.people[member.person.id] = member.person
    last = members[-1].person.id + 1
    world.people[last] = Person(
        last, "companion", "Companion", "Service", "companion@example.com", timezone="UTC", auth="webservice"
    )
    world.last_ids["people"] = world.service_user = last


def _enrol_everybody(random: Random, world: World, members: list[Member], now: int) -> None:
    courses = {course.shortname: course for course in world.courses.values()}
    teachers = [member for member in members if member.standing == "teacher"]
    for plan, teacher in zip(COURSES, teachers, strict=True):
        begin = courses[plan.shortname].timecreated
        _enrol(world, courses[plan.shortname], teacher.person, "editingteacher", begin)
    for member in members:
        if member.standing == "teacher":
            continue
        for plan in COURSES:
            if _takes(random, plan, member):
                _enrol_learner(random, world, courses[plan.shortname], member, now)


def _takes(random: Random, plan: CoursePlan, member: Member) -> bool:
    if plan.shortname == "DP-101":
        return random.random() < 0.45
    if plan.shortname == "LEAD-1":
        return member.person.jobrole in LEAD_ROLES.values() or random.random() < 0.04
    return member.person.department in plan.required_for


def _enrol_learner(random: Random, world: World, course: Course, member: Member, now: int) -> None:
    """Enrol from the first working day; only courses with criteria can be completed."""
    begin = (member.person.hired or now) + 8 * 3600
    enrolment = _enrol(world, course, member.person, "student", min(begin, now))
    if member.finished_days is not None and course.has_criteria:
        finished = now - member.finished_days * DAY
        enrolment.completed = finished - random.randrange(0, 6 * 3600)
        enrolment.progress = 100
        enrolment.lastaccess = finished
    elif member.person.lastaccess:
        enrolment.progress = random.choice((0, 10, 25, 40, 60))
        enrolment.lastaccess = member.person.lastaccess


def _enrol(world: World, course: Course, person: Person, role: str, begin: int) -> Enrolment:
    enrolment = Enrolment(world.next_id("enrolments"), course.id, person.id, role, begin, begin)
    world.enrolments[enrolment.id] = enrolment
    return enrolment


def _add_report(world: World) -> None:
    """The custom report, with the columns that the administrator chose."""
    for name in BY_HAND:
        column = ReportColumn(world.next_id("report_columns"), name)
        world.report_columns[column.id] = column


def _add_cohort(world: World, members: list[Member], now: datetime) -> None:
    new = [member.person.id for member in members if member.standing == "new"]
    cohort = Cohort(world.next_id("cohorts"), f"New hires {now:%Y-%m}", f"NH-{now:%Y-%m}", new)
    world.cohorts[cohort.id] = cohort
