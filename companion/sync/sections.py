"""Reading the sections of the pages of the courses that are followed."""

from collections.abc import Collection, Iterator, Sequence

from companion.store.sections import SectionRow
from companion.sync.progress import Progress
from lms_client import Function, LmsError, MoodleClient, SiteError

NAME_LENGTH = 255
"""Characters of a section's name that Moodle keeps; one in several languages may be told longer."""


def read_sections(
    client: MoodleClient, functions: Collection[str], courses: Sequence[int], progress: Progress
) -> Iterator[tuple[int, tuple[SectionRow, ...]]]:
    """The sections of each course that could be read, by the LMS's id of the course.

    What cannot be read is left out, as nothing but the choice of a section hangs on it. Raises SiteError.
    """
    if Function.COURSE_CONTENTS not in functions:
        return
    progress.phase("sections", len(courses))
    for course_id in courses:
        try:
            found = client.course_sections(course_id)
        except SiteError:
            raise
        except LmsError:
            found = []
        if found:
            yield course_id, tuple(SectionRow(s.number, s.name[:NAME_LENGTH]) for s in found)
        progress.advance()
