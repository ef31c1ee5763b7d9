"""The sections of the pages of the courses that are followed: kept at once, as nothing is removed by them."""

from collections.abc import Collection, Iterable, Sequence

from companion.store import sections, staging
from companion.store.sections import SectionRow
from companion.sync.pipeline import Job, Pipeline, at_once
from companion.sync.progress import Progress
from companion.sync.stage import END, Stage
from lms_client import Function, LmsError, MoodleClient, Section

NAME_LENGTH = 255
"""Characters of a section's name that Moodle keeps; one in several languages may be told longer."""
CHUNK = 30
"""Courses in a request."""


def read_sections(
    client: MoodleClient, functions: Collection[str], stage: Stage, progress: Progress, pipeline: Pipeline
) -> None:
    """Read the sections of the courses whose list was read.

    What cannot be read is left out, as nothing but the choice of a section hangs on it. Raises SiteError.
    """
    if stage.place("sections") == END or Function.COURSE_CONTENTS not in functions:
        return
    with stage.looking() as session:
        courses = staging.lists_whole(session, stage.site_id)
    progress.phase("sections", len(courses))

    def job(part: Sequence[int]) -> Job:
        return Job(
            at_once(lambda: list(client.course_sections(part, chunk=CHUNK, functions=functions))), take
        )

    def take(answer: list[tuple[int, list[Section] | LmsError]] | LmsError) -> Iterable[Job]:
        if not isinstance(answer, LmsError):
            with stage.keeping(steps=len(answer)) as (session, _):
                for course, found in answer:
                    if not isinstance(found, LmsError) and found:
                        rows = [SectionRow(each.number, each.name[:NAME_LENGTH]) for each in found]
                        sections.keep(session, stage.site_id, course, rows)
            progress.advance(len(answer))
        return ()

    pipeline.run(job(courses[start : start + CHUNK]) for start in range(0, len(courses), CHUNK))
    stage.end("sections")
