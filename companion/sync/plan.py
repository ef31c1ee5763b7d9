"""The difference between a snapshot and what is stored; pure. A partial read is never taken for the truth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from companion.store.mirror import Changes, EnrolmentKey, EnrolmentRow, Mirror
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

    People go only by a complete snapshot, and never more than REMOVAL_CEILING of them at once unless
    `allow_removals`. Enrolments go only from courses that were read to their end.
    """
    seen = {key: _merged(row, snapshot, stored) for key, row in snapshot.enrolments.items()}
    people_gone = tuple(sorted(set(stored.people) - set(snapshot.people))) if snapshot.complete else ()
    held_back = 0
    if not allow_removals and len(people_gone) > _ceiling(len(stored.people)):
        held_back, people_gone = len(people_gone), ()
    enrolments_gone = sorted(
        key for key in set(stored.enrolments) - set(seen) if key[1] in snapshot.read_courses and not held_back
    )
    cohorts = snapshot.cohorts
    changes = Changes(
        courses=_changed(snapshot.courses, stored.courses),
        courses_gone=tuple(sorted(set(stored.courses) - set(snapshot.courses))),
        people=_changed(snapshot.people, stored.people),
        people_gone=people_gone,
        enrolments=_changed(seen, stored.enrolments),
        enrolments_gone=tuple(enrolments_gone),
        cohorts=() if cohorts is None else _changed(cohorts, stored.cohorts),
        cohorts_gone=() if cohorts is None else tuple(sorted(set(stored.cohorts) - set(cohorts))),
    )
    return Plan(changes, held_back, snapshot.problems + _held_back_sentence(held_back, len(stored.people)))


def _changed(seen: Mapping[Key, Row], stored: Mapping[Key, Row]) -> tuple[Row, ...]:
    return tuple(row for key, row in seen.items() if stored.get(key) != row)


def _merged(row: EnrolmentRow, snapshot: Snapshot, stored: Mirror) -> EnrolmentRow:
    key: EnrolmentKey = (row.person_lms_id, row.course_lms_id)
    before = stored.enrolments.get(key)
    if before is None:
        return row
    if key in snapshot.unknown_completions:
        row = replace(row, completed_at=before.completed_at)
    if not snapshot.times_known:
        row = replace(row, enrolled_at=before.enrolled_at)
    return row


def _ceiling(people: int) -> int:
    return max(REMOVALS_ALWAYS_ALLOWED, int(people * REMOVAL_CEILING))


def _held_back_sentence(held_back: int, people: int) -> tuple[str, ...]:
    if not held_back:
        return ()
    return (
        f"{held_back} of {people} people are no longer in the courses of any programme. That is more than one run "
        "may remove, so nobody was removed. If it is right, run: python -m companion sync --allow-removals",
    )
