"""How much of what has gone may be removed in one run; pure. A partial read is never taken for the truth."""

from dataclasses import dataclass

from companion.store.merging import Gone

REMOVAL_CEILING = 0.2
"""Share of the stored people, and of the stored courses, that one run may take away without an administrator's word."""
REMOVALS_ALWAYS_ALLOWED = 10
"""In a small site a fifth is soon reached by people who simply left."""


@dataclass(frozen=True, slots=True)
class Removals:
    """Whether to remove what has gone, and what was held back.

    Attributes:
        held_back: people and courses that have gone but are kept until an administrator allows it.
    """

    allowed: bool
    held_back: int
    problems: tuple[str, ...]


NOTHING_HELD = Removals(True, 0, ())


def removals(gone: Gone, *, complete: bool, allow: bool) -> Removals:
    """What may go: people and courses only by a complete reading, and never too many at once unless `allow`."""
    if not complete or allow:
        return NOTHING_HELD
    too_many = [
        (number, of, what)
        for number, of, what in (
            (gone.people, gone.stored_people, "people are no longer in the courses of any programme"),
            (gone.courses, gone.stored_courses, "courses are no longer seen in Moodle"),
        )
        if number > _ceiling(of)
    ]
    if not too_many:
        return NOTHING_HELD
    return Removals(False, gone.people + gone.courses, tuple(map(_sentence, too_many)))


def _ceiling(number: int) -> int:
    return max(REMOVALS_ALWAYS_ALLOWED, int(number * REMOVAL_CEILING))


def _sentence(found: tuple[int, int, str]) -> str:
    number, of, what = found
    return (
        f"{number} of {of} {what}. That is more than one run may remove, so nobody was removed. "
        "If it is right, say so under Sync in the admin, or run: python -m companion sync --allow-removals"
    )
