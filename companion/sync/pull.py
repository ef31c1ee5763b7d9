"""Reading the LMS onto a stage, phase by phase; what cannot be read is told as a problem, and what is stored stays.

A run ends without a whole reading where the site does not answer, or the token may not read people at all; the next
one goes on from the page that was kept last.
"""

from companion.models.jobs import SyncKind
from companion.models.staging import Route
from companion.store import staging
from companion.sync.cohorts import read_cohorts
from companion.sync.courses import course_rows, stage_courses
from companion.sync.lists import read_lists
from companion.sync.people import people_beside, read_people
from companion.sync.pipeline import Pipeline
from companion.sync.progress import Progress
from companion.sync.scope import Scope
from companion.sync.sections import read_sections
from companion.sync.stage import END, Stage
from companion.sync.times import Times
from lms_client import MoodleClient, Site


def pull(client: MoodleClient, stage: Stage, scope: Scope, progress: Progress, pipeline: Pipeline) -> None:
    """Bring the reading on the stage to its end, from wherever it stands.

    Raises LmsError where the site cannot be reached, the token is refused or a needed function is missing.
    """
    progress.phase("courses")
    site = client.site_info()
    _read_courses(client, stage, scope)
    times = Times(client, site.functions, stage, scope, progress, pipeline)
    if stage.reading().kind is SyncKind.FULL:
        _read_all(client, site, stage, scope, progress, pipeline, times)
    else:
        _read_changes(client, site, stage, scope, progress, pipeline, times)
    read_cohorts(client, stage, progress)


def _read_courses(client: MoodleClient, stage: Stage, scope: Scope) -> None:
    if stage.place("courses") == END:
        return
    told, whole = client.courses_told()
    courses = course_rows(told)
    with stage.keeping() as (session, reading):
        stage_courses(session, stage, courses)
        if reading.kind is SyncKind.FULL:
            staging.add_lists(session, stage.site_id, scope.followed)
        if not courses:
            sentence = "The token sees no course at all, so nobody was removed: see `doctor`."
            staging.note_problem(reading, sentence, complete=False)
        if not whole:
            sentence = (
                "Moodle warned that it left out courses, so nobody was removed: the token's role needs "
                "moodle/course:view and moodle/course:viewhiddencourses in all of them."
            )
            staging.note_problem(reading, sentence, complete=False)
        staging.note(session, reading, courses=END)


def _read_all(
    client: MoodleClient,
    site: Site,
    stage: Stage,
    scope: Scope,
    progress: Progress,
    pipeline: Pipeline,
    times: Times,
) -> None:
    read_lists(client, site.user_id, stage, progress, pipeline)
    times.read(people_beside(client, stage, scope.profile_fields))
    read_people(client, stage, scope.profile_fields, progress, pipeline)
    read_sections(client, site.functions, stage, progress, pipeline)


def _read_changes(
    client: MoodleClient,
    site: Site,
    stage: Stage,
    scope: Scope,
    progress: Progress,
    pipeline: Pipeline,
    times: Times,
) -> None:
    """Where times are told in bulk, they tell who is concerned; else the lists of participants do."""
    bulk = times.choose() in (Route.BLOCK, Route.REPORT)
    if bulk:
        times.read()
    if stage.place("changed") != END:
        with stage.keeping() as (session, reading):
            courses = staging.unlisted_courses(session, stage.site_id) if bulk else scope.followed
            for course in courses:  # the list tells of them all, with their roles
                staging.clear_list(session, stage.site_id, course)
            staging.add_lists(session, stage.site_id, courses)
            staging.note(session, reading, changed=END)
    read_lists(client, site.user_id, stage, progress, pipeline)
    read_people(client, stage, scope.profile_fields, progress, pipeline)
    if not bulk:
        times.read()
