"""The difference between a snapshot and what is stored; pure. A partial read is never taken for the truth."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeVar

from companion.store.mirror import Changes, CohortRow, EnrolmentKey, EnrolmentRow, Mirror
from companion.sync.snapshot import Snapshot

REMOVAL_CEILING = 0.2
"""Share of the stored people that one run may take away without an administrator's word."""
REMOVALS_ALWAYS_ALLOWED = 10
"""In a small site a fifth is soon reached by people who simply left."""

Key = TypeVar("Key")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be written, and what was held back.

    Attributes:
        held_back: people who have gone but are kept until an administrator allows it.
    """

    changes: Changes
    held_back: int
    problems: tuple[str, ...]


def plan(snapshot: Snapshot, stored: Mirror, *, allow_removals: bool = False) -> Plan:
    """What must change for the store to agree with the snapshot.

    Courses and people go only by a complete snapshot, and never more than REMOVAL_CEILING of the people at once
    unless `allow_removals`. Enrolments go only from courses that were read to their end.
    """
    people_gone = sorted(set(stored.people) - set(snapshot.people)) if snapshot.complete else []
    too_many = not allow_removals and len(people_gone) > _ceiling(len(stored.people))
    held_back = len(people_gone) if too_many else 0
    if held_back:
        people_gone = []
    seen = {key: _merged(row, snapshot, stored) for key, row in snapshot.enrolments.items()}
    cohorts = _cohorts(snapshot, stored, set(people_gone))
    changes = Changes(
        courses=_changed(snapshot.courses, stored.courses),
        courses_gone=_gone(snapshot.courses, stored.courses) if snapshot.complete and not held_back else (),
        people=_changed(snapshot.people, stored.people),
        people_gone=tuple(people_gone),
        enrolments=_changed(seen, stored.enrolments),
        enrolments_gone=tuple(
            key for key in _gone(seen, stored.enrolments) if key[1] in snapshot.read_courses and not held_back
        ),
        cohorts=_changed(cohorts, stored.cohorts),
        cohorts_gone=_gone(cohorts, stored.cohorts),
    )
    return Plan(changes, held_back, snapshot.problems + _held_back_sentence(held_back, len(stored.people)))


def _cohorts(snapshot: Snapshot, stored: Mirror, gone: AbstractSet[int]) -> Mapping[int, CohortRow]:
    """The cohorts with the members we know: also those whose courses were not read this time."""
    if snapshot.cohorts is None:
        return stored.cohorts
    known = (set(snapshot.people) | set(stored.people)) - gone
    return {key: replace(row, members=row.members & known) for key, row in snapshot.cohorts.items()}


def _changed(seen: Mapping[Key, Row], stored: Mapping[Key, Row]) -> tuple[Row, ...]:
    return tuple(row for key, row in seen.items() if stored.get(key) != row)


def _gone(seen: Mapping[Key, Row], stored: Mapping[Key, Row]) -> tuple[Key, ...]:
    return tuple(key for key in stored if key not in seen)


def _merged(row: EnrolmentRow, snapshot: Snapshot, stored: Mirror) -> EnrolmentRow:
    key: EnrolmentKey = (row.person_lms_id, row.course_lms_id)
    before = stored.enrolments.get(key)
    if before is None:
        return row
    if key in snapshot.unknown_completions:
        row = replace(row, completed_at=before.completed_at)
    # Only the report knows when somebody was enrolled; a day without it makes nobody's beginning unknown.
    return replace(row, enrolled_at=row.enrolled_at or before.enrolled_at)


def _ceiling(people: int) -> int:
    return max(REMOVALS_ALWAYS_ALLOWED, int(people * REMOVAL_CEILING))


def _held_back_sentence(held_back: int, people: int) -> tuple[str, ...]:
    if not held_back:
        return ()
    return (
        f"{held_back} of {people} people are no longer in the courses of any programme. That is more than one run "
        "may remove, so nobody was removed. If it is right, run: python -m companion sync --allow-removals",
    )
