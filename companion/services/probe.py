"""Trying what a token may do: Moodle lists its functions, but which capabilities are missing only trying tells."""

from collections.abc import Callable
from itertools import islice

from companion.services.findings import Finding, Level, allow, missing_functions
from companion.store.mirror import CourseRow
from companion.sync.courses import course_rows
from lms_client import Function, LmsError, MissingCapability, MoodleClient, NotFound, Site, SiteError

COURSES_TRIED = 10
"""Courses looked into for somebody to see: many sites begin with a few empty ones."""


def probe(client: MoodleClient, site: Site) -> list[Finding]:
    """What is missing for `site`, the site as its token's user sees it. Raises LmsError of the client."""
    findings = missing_functions(site.functions)
    if site.is_site_admin:
        findings.append(
            Finding(
                Level.WARNING,
                "The token belongs to a site administrator and may do far more than Cairn needs.",
                "Make a user of its own with the small role of docs/moodle-setup.md.",
            )
        )
    if not any(finding.level is Level.MISSING for finding in findings):
        findings += _try_reading(client, site)
    return findings


def _try_reading(client: MoodleClient, site: Site) -> list[Finding]:
    courses = course_rows(client.courses())[:COURSES_TRIED]
    if not courses:
        return [Finding(Level.MISSING, "The token sees no course.", allow(Function.COURSES))]
    try:
        seen = _somebody(client, courses, site.user_id)
    except MissingCapability as refused:
        return [Finding(Level.MISSING, str(refused), allow(Function.PARTICIPANTS))]
    if seen is None:
        advice = allow(Function.PARTICIPANTS)
        return [Finding(Level.WARNING, "The token sees nobody in the courses.", advice)]
    return [*_try_details(client, seen[1]), *_try_the_rest(client, site, *seen)]


def _somebody(client: MoodleClient, courses: list[CourseRow], own_id: int) -> tuple[int, int] | None:
    """A course and a person in it. A role that is too small sees itself alone, without an error."""
    for course in courses:
        try:
            found = [person.id for person in islice(client.participants(course.lms_id, page_size=2), 2)]
        except NotFound:  # deleted since the list was made
            continue
        if others := [person_id for person_id in found if person_id != own_id]:
            return course.lms_id, others[0]
    return None


def _try_details(client: MoodleClient, person_id: int) -> list[Finding]:
    try:
        if list(client.people([person_id])):
            return []
    except MissingCapability:
        pass
    what = "The token sees people in the courses, but is not told who they are."
    return [Finding(Level.MISSING, what, allow(Function.PEOPLE))]


def _try_the_rest(client: MoodleClient, site: Site, course_id: int, person_id: int) -> list[Finding]:
    attempts: tuple[tuple[Function, Callable[[], object]], ...] = (
        (Function.COMPLETION, lambda: client.completion(course_id, person_id)),
        (Function.COHORTS, client.cohorts),
        (Function.REPORTS, client.reports),
        (Function.GROUPS, lambda: client.course_groups(course_id)),
    )
    return [
        Finding(Level.WARNING, refused, allow(function))
        for function, attempt in attempts
        if function in site.functions and (refused := _refusal(attempt))
    ]


def _refusal(attempt: Callable[[], object]) -> str | None:
    """What Moodle says where a capability is missing; anything else it may say is no matter of rights."""
    try:
        attempt()
    except SiteError:
        raise
    except MissingCapability as refused:
        return str(refused)
    except LmsError:
        return None
    return None
