"""The profiles of those who were met in a course, some hundred at a time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from companion.store import staging
from companion.store.bulk import Values
from companion.sync.pipeline import Job, Pipeline
from companion.sync.progress import Progress
from companion.sync.stage import END, Stage
from lms_client import FunctionUnavailable, LmsError, MoodleClient, PersonDetails, Unread

CHUNK = 500
"""People in a request: PHP takes no more than 1000 form fields by default; Moodle needs 4 ms for each."""


def read_people(
    client: MoodleClient, stage: Stage, profile_fields: frozenset[str], progress: Progress, pipeline: Pipeline
) -> None:
    """Read the profiles that are wanted. Raises LmsError: without profiles nothing can be said of anybody."""
    place = stage.place("people")
    if place == END:
        return
    with stage.looking() as session:
        progress.phase("people", staging.count_wanted(session, stage.site_id, int(place or 0)))

    def take(ids: Sequence[int], answer: list[PersonDetails] | LmsError) -> Iterable[Job]:
        if isinstance(answer, LmsError):
            raise answer
        _keep(stage, profile_fields, ids, answer, steps=len(ids))
        progress.advance(len(ids))
        return ()

    def job(ids: Sequence[int]) -> Job:
        return Job(lambda: client.profiles(ids), lambda answer: take(ids, answer))

    pipeline.run(job(ids) for ids in _chunks(stage))
    _tell_missing(stage)


def people_beside(client: MoodleClient, stage: Stage, profile_fields: frozenset[str]) -> Iterator[Job]:
    """The same, to be asked beside something that Moodle takes longer for; `read_people` reads what is then left.

    The first that cannot be read ends it: to say why is left to `read_people`.
    """
    if stage.place("people") == END:
        return
    failed = False

    def ask(ids: Sequence[int]) -> Unread[list[PersonDetails] | LmsError]:
        try:
            return client.profiles(ids)
        except FunctionUnavailable as problem:
            unavailable = problem  # of this function, not of the one that is read beside it
        return lambda: unavailable

    def take(ids: Sequence[int], answer: list[PersonDetails] | LmsError) -> Iterable[Job]:
        nonlocal failed
        failed = failed or isinstance(answer, LmsError)
        if not failed and not isinstance(answer, LmsError):
            _keep(stage, profile_fields, ids, answer, steps=0)
        return ()

    for ids in _chunks(stage):
        if failed:
            return
        yield Job(partial(ask, ids), partial(take, ids))


def _chunks(stage: Stage) -> Iterator[Sequence[int]]:
    after = int(stage.place("people") or 0)
    while True:
        with stage.looking() as session:
            ids = staging.wanted(session, stage.site_id, after, CHUNK)
        if not ids:
            return
        yield ids
        after = ids[-1]


def _keep(
    stage: Stage,
    profile_fields: frozenset[str],
    ids: Sequence[int],
    answer: Iterable[PersonDetails],
    *,
    steps: int,
) -> None:
    wanted = set(ids)
    found = {details.id: details for details in answer if details.id in wanted}
    with stage.keeping(steps=steps) as (session, reading):
        staging.add_people(session, stage.site_id, (_values(each, profile_fields) for each in found.values()))
        staging.note(session, reading, people=ids[-1])


def _tell_missing(stage: Stage) -> None:
    """People seen in a course whose profile was not told: deleted just now, or hidden from the token."""
    with stage.keeping() as (session, reading):
        missing = staging.untold_people(session, stage.site_id)
        if missing:
            sentence = (
                f"{missing} people stand in the courses, but the token was not told who they are; what was known of "
                "them stays. They were deleted just now, or the token's role lacks moodle/user:viewalldetails."
            )
            staging.note_problem(reading, sentence, complete=False)
        staging.note(session, reading, people=END)


_as_json = json.JSONEncoder(sort_keys=True).encode


def _values(details: PersonDetails, profile_fields: frozenset[str]) -> Values:
    kept = {name: value for name, value in details.custom_fields.items() if name in profile_fields and value}
    return (
        details.id,
        fitting(details.full_name, 300) or "",
        fitting(details.email, 300),
        fitting(details.idnumber, 255),
        fitting(details.language, 30),
        details.time_zone,
        fitting(details.department, 255),
        _as_json(details.interests) if details.interests else "[]",
        _as_json(kept).replace("\\u0000", "") if kept else "{}",
        details.suspended,
        details.first_access,
        details.last_access,
    )


def fitting(text: str | None, length: int) -> str | None:
    """What a column takes: no longer than it is, without the one character that PostgreSQL keeps in no text."""
    if text and "\0" in text:
        text = text.replace("\0", "")
    return text[:length] or None if text else None
