"""From stored people, and what they said, to the profiles the matching works on."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta

from companion.matching import Profile
from companion.models.people import Person
from companion.models.programme import Programme
from companion.models.said import Said, WishKind
from companion.services.matching_rules import MatchingRules
from companion.store import Session, Texts, Told, programmes, said
from companion.store.programmes import Attendance, Ties


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who learns in a programme, and what each learns and learned, there and elsewhere."""

    by_id: Mapping[int, Person]
    attendance: Mapping[int, Sequence[Attendance]]


@dataclass(frozen=True, slots=True)
class Own:
    """What one person said, in the clear."""

    topics_wanted: frozenset[str] = frozenset()
    topics_offered: frozenset[str] = frozenset()
    work_style: Mapping[str, int] = field(default_factory=dict)
    capacity: int | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What the people of a programme said about themselves and each other."""

    own: Mapping[int, Own] = field(default_factory=dict)
    wishes: Sequence[tuple[int, int, WishKind]] = ()
    cohorts: Mapping[int, frozenset[int]] = field(default_factory=dict)
    short_of_time: frozenset[int] = frozenset()
    today: date = date.min


NOTHING_SAID = Own()
NOBODY: frozenset[int] = frozenset()
"""Shared: each empty set would be an object of its own, of 232 bytes, three of them for a person."""


def words_of(session: Session, programme: Programme, today: date, texts: Texts) -> Words:
    """Read what the people of a programme said."""
    return Words(
        own={
            one.row.person_id: opened(one)
            for one in texts.for_matching(session, said.of_programme(programme.id))
        },
        wishes=said.wishes_in(session, programme.id),
        cohorts=said.cohorts_in(session, programme.id),
        short_of_time=said.short_of_time(session, today - timedelta(days=today.weekday())),
        today=today,
    )


def opened(told: Told[Said]) -> Own:
    """What a person said, as it was read."""
    row = told.row
    if told.text is None:
        return replace(NOTHING_SAID, capacity=row.capacity, paused_until=row.paused_until)
    words = json.loads(told.text)
    return Own(
        frozenset(words["topics_wanted"]),
        frozenset(words["topics_offered"]),
        words["work_style"],
        row.capacity,
        row.paused_until,
    )


def people_of(session: Session, programme: Programme) -> People:
    """The people of a programme."""
    attended: dict[int, list[Attendance]] = {}
    for row in programmes.attendance(session, programme.id):
        attended.setdefault(row.person_id, []).append(row)
    return People({each.id: each for each in programmes.members(session, programme.id)}, attended)


def profiles(
    people: People,
    ties: Ties,
    capacity: int,
    rules: MatchingRules | None = None,
    words: Words | None = None,
) -> dict[int, Profile]:
    """A profile by person; seats taken by running engagements are no longer free."""
    return _Profiles(people, ties, capacity, rules or MatchingRules(), words or Words()).all()


class _Profiles:
    """What is the same for all people, worked out once."""

    def __init__(self, people: People, ties: Ties, capacity: int, rules: MatchingRules, words: Words) -> None:
        self._people = people
        self._ties = ties
        self._capacity = capacity
        self._rules = rules
        self._words = words
        self._by_number = {p.id_number: p.id for p in people.by_id.values() if p.id_number}
        said = {kind: [(one, other) for one, other, of in words.wishes if of is kind] for kind in WishKind}
        self._wished = _others(said[WishKind.PLEASE])
        self._blocked = _others([*ties.parted, *said[WishKind.PLEASE_NOT]])

    def all(self) -> dict[int, Profile]:
        return {person.id: self._profile(person) for person in self._people.by_id.values()}

    def _profile(self, person: Person) -> Profile:
        rules, rows = self._rules, self._people.attendance.get(person.id, ())
        own = self._words.own.get(person.id, NOTHING_SAID)
        interests = _names(person.interests)
        known = _names(person.profile.get(rules.topics_field, "").split(",")) or interests
        department = person.profile.get(rules.department_field) if rules.department_field else None
        return Profile(
            person_id=person.id,
            languages=_languages(person, rules.language_field),
            time_zone=person.time_zone,
            finished={r.course_id: r.completed_at.astimezone(UTC).date() for r in rows if r.completed_at},
            enrolled=frozenset(r.course_id for r in rows),
            department=department or person.department,
            job_role=person.profile.get(rules.role_field),
            location=person.profile.get(rules.location_field),
            interests=interests,
            topics_wanted=own.topics_wanted or known,
            topics_offered=own.topics_offered or known,
            work_style=own.work_style,
            manager_id=self._by_number.get(person.profile.get(rules.manager_field, "").strip()),
            cohorts=self._words.cohorts.get(person.id, NOBODY),
            capacity=self._seats(person, own),
            low_bandwidth=person.id in self._words.short_of_time,
            wished=self._wished.get(person.id, NOBODY),
            paused=own.paused_until is not None and own.paused_until >= self._words.today,
            opted_out=person.opted_out_at is not None,
            blocked=self._blocked.get(person.id, NOBODY),
        )

    def _seats(self, person: Person, own: Own) -> int:
        """What the programme allows, the profile field and the person's own word, less who is advised already."""
        told = person.profile.get(self._rules.capacity_field, "").strip()
        most = [self._capacity]
        most += [int(told)] if told.isdecimal() else []
        most += [own.capacity] if own.capacity is not None else []
        return max(0, min(most) - self._ties.advising.get(person.id, 0))


def _others(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """By the first of each pair, all that are named with them."""
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    return {one: frozenset(others) for one, others in found.items()}


def _names(given: Sequence[str]) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in given if name.strip())


def _languages(person: Person, field_name: str) -> frozenset[str]:
    """The interface language, and those of the profile field (separated by commas)."""
    named = [person.language or "", *person.profile.get(field_name, "").split(",")]
    codes = (name.strip().casefold().replace("-", "_").split("_")[0] for name in named)
    return frozenset(code for code in codes if code)
