"""From stored people to the profiles the matching works on."""

from collections.abc import Mapping
from datetime import UTC

from companion.matching import Profile
from companion.models.people import Person
from companion.services.programmes import People
from companion.store.programmes import Ties


def profiles(people: People, ties: Ties, capacity: int) -> dict[int, Profile]:
    """A profile by person; seats taken by running engagements are no longer free."""
    by_id_number = {p.id_number: p.id for p in people.by_id.values() if p.id_number}
    blocked: dict[int, set[int]] = {}
    for one, other in ties.parted:
        blocked.setdefault(one, set()).add(other)
    return {
        person.id: _profile(
            person,
            people,
            seats=max(0, capacity - ties.advising.get(person.id, 0)),
            blocked=frozenset(blocked.get(person.id, ())),
            managers=by_id_number,
        )
        for person in people.by_id.values()
    }


def _profile(
    person: Person, people: People, *, seats: int, blocked: frozenset[int], managers: Mapping[str, int]
) -> Profile:
    rows = people.attendance.get(person.id, ())
    interests = frozenset(interest.strip().casefold() for interest in person.interests if interest.strip())
    return Profile(
        person_id=person.id,
        languages=_languages(person),
        time_zone=person.time_zone,
        finished={r.course_id: r.completed_at.astimezone(UTC).date() for r in rows if r.completed_at},
        enrolled=frozenset(r.course_id for r in rows),
        department=person.department,
        job_role=person.profile.get("jobrole"),
        location=person.profile.get("location"),
        interests=interests,
        topics_wanted=interests,
        topics_offered=interests,
        manager_id=managers.get(person.profile.get("manager", "").strip()),
        capacity=seats,
        opted_out=person.opted_out_at is not None,
        blocked=blocked,
    )


def _languages(person: Person) -> frozenset[str]:
    """The interface language, and those of the profile field `languages` (separated by commas)."""
    named = [person.language or "", *person.profile.get("languages", "").split(",")]
    codes = (name.strip().casefold().replace("-", "_").split("_")[0] for name in named)
    return frozenset(code for code in codes if code)
