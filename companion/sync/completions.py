"""When people were enrolled and when they completed: by Cairn's block or a report where one serves, else one by one."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from companion.models.people import EnrolmentRole
from companion.store.mirror import EnrolmentKey
from companion.sync.progress import Progress
from companion.sync.reading import Reading
from lms_client import Completion, Function, LmsError, MoodleClient, Participation, SiteError


def read_completions(
    client: MoodleClient, functions: Collection[str], reading: Reading, progress: Progress
) -> None:
    """Put the times into the enrolments read; `functions` are those the token may call.

    Raises LmsError where the site cannot be reached or a needed function is missing.
    """
    progress.phase("completions")
    covered = _take_bulk(client, functions, reading) or _take_report(client, reading)
    pairs = [
        (row.course_lms_id, row.person_lms_id)
        for row in reading.enrolments.values()
        # Moodle keeps no completion of those who teach.
        if row.role is EnrolmentRole.LEARNER and row.course_lms_id not in covered
    ]
    progress.phase("completions", len(pairs))
    failures = 0
    for (course_id, person_id), answer in client.completions(pairs, functions=functions):
        failures += isinstance(answer, LmsError)
        _take_answer(reading, (person_id, course_id), answer)
        progress.advance()
    if failures:
        reading.problems.append(
            f"{failures} of {len(pairs)} completions could not be read; what was known of them stays."
        )


def _take_answer(reading: Reading, key: EnrolmentKey, answer: Completion | LmsError | None) -> None:
    if answer is None or (isinstance(answer, Completion) and not answer.completed):
        return
    if isinstance(answer, LmsError) or answer.completed_at is None:
        reading.unknown.add(key)
    else:
        reading.enrolments[key] = replace(reading.enrolments[key], completed_at=answer.completed_at)


def _take_bulk(client: MoodleClient, functions: Collection[str], reading: Reading) -> frozenset[int]:
    """Read times by Cairn's own block, where the site has it; gives the courses it told of."""
    if Function.BULK_COMPLETIONS not in functions:
        return frozenset()
    try:
        return _take_rows(reading, client.bulk_completions(sorted(reading.read_courses)))
    except SiteError:
        raise
    except LmsError as problem:
        reading.problems.append(f"The block's bulk completions were not used: {problem}")
        return frozenset()


def _take_report(client: MoodleClient, reading: Reading) -> frozenset[int]:
    """Read times from the report, where there is one; gives the courses it told of."""
    try:
        return _take_rows(reading, _report_rows(client))
    except SiteError:
        raise
    except LmsError as problem:
        reading.problems.append(f"The report of participants was not used: {problem}")
        return frozenset()


def _take_rows(reading: Reading, rows: Iterable[Participation]) -> frozenset[int]:
    """Put the times of every row into its enrolment, once all are read; gives the courses they tell of."""
    told = {(row.user_id, row.course_id): row for row in rows}
    covered = frozenset(course_id for _, course_id in told)
    for key, before in reading.enrolments.items():
        if row := told.get(key):
            reading.enrolments[key] = replace(
                before, enrolled_at=row.enrolled_at, completed_at=row.completed_at
            )
        # Left out though its course is told of (suspended there), or completed at a time that is not told.
        if (row is None and key[1] in covered) or (row and row.completed and row.completed_at is None):
            reading.unknown.add(key)
    return covered


def _report_rows(client: MoodleClient) -> list[Participation]:
    report = next((each for each in client.reports() if each.is_participants), None)
    return list(client.participation(report.id)) if report else []
