"""Synthetic people of a realistic mix: offices with their time zones and languages, roles, courses, topics, answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from companion.matching import MatchRequest, Profile

DAY = date(2026, 10, 5)
OFFICES = (
    *(
        ("America/Los_Angeles", "es"),
        ("America/Denver", "es"),
        ("America/Chicago", "es"),
        ("America/New_York", "es"),
    ),
    *(
        ("America/Toronto", "fr"),
        ("America/Mexico_City", "es"),
        ("America/Bogota", "es"),
        ("America/Lima", "es"),
    ),
    *(("America/Sao_Paulo", "pt"), ("America/Argentina/Buenos_Aires", "es"), ("Europe/London", "cy")),
    *(("Europe/Dublin", "ga"), ("Europe/Lisbon", "pt"), ("Africa/Casablanca", "ar"), ("Europe/Madrid", "es")),
    *(("Europe/Paris", "fr"), ("Europe/Brussels", "nl"), ("Europe/Amsterdam", "nl"), ("Europe/Berlin", "de")),
    *(("Europe/Vienna", "de"), ("Europe/Zurich", "de"), ("Europe/Rome", "it"), ("Europe/Prague", "cs")),
    *(
        ("Europe/Warsaw", "pl"),
        ("Europe/Stockholm", "sv"),
        ("Africa/Lagos", "yo"),
        ("Europe/Bucharest", "ro"),
    ),
    *(("Europe/Athens", "el"), ("Africa/Johannesburg", "zu"), ("Africa/Nairobi", "sw"), ("Asia/Dubai", "ar")),
    *(("Asia/Karachi", "ur"), ("Asia/Kolkata", "hi"), ("Asia/Dhaka", "bn"), ("Asia/Bangkok", "th")),
    *(("Asia/Singapore", "zh"), ("Asia/Shanghai", "zh"), ("Asia/Manila", "tl"), ("Asia/Tokyo", "ja")),
    ("Australia/Sydney", "zh"),
)
"""Time zone and local language; English is spoken besides by most."""
LANGUAGES = tuple(sorted({language for _, language in OFFICES}))
HOURS = ((9, 17), (8, 16), (10, 18), (7, 15), (14, 22), (22, 6))
HOURS_SHARE = (0.68, 0.14, 0.10, 0.04, 0.03, 0.01)
DEPARTMENTS, ROLES, COURSES, GENERAL, TOPICS = 20, 60, 400, 20, 256
TOPIC_NAMES = tuple(f"topic {number}" for number in range(TOPICS))
DEPARTMENT_NAMES = tuple(f"Department {number}" for number in range(DEPARTMENTS))
ROLE_NAMES = tuple(f"Role {number}" for number in range(ROLES))
OFFICE_NAMES = tuple(f"{zone} office" for zone, _ in OFFICES)
STYLE = ("detail", "directness", "pace", "planning", "sociability")
ADVISERS_FROM = 10_000_000
"""Ids of advisers begin here."""
NOTHING: Mapping[Any, Any] = {}
NONE: frozenset[Any] = frozenset()
"""Shared by all who have nothing there: each empty set would be an object of its own."""
NUMBERS = tuple(range(max(COURSES, TOPICS)))
"""One object for each number, however many people name it."""
Numbers = NDArray[np.intp]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Company:
    """What people are drawn from: who is where, and what is popular with whom."""

    office_share: NDArray[np.float64]
    role_share: NDArray[np.float64]
    department_of_role: Numbers
    courses: NDArray[np.float64]
    """By role: cumulated popularity of courses."""
    topics: NDArray[np.float64]
    """By role: cumulated popularity of topics."""

    @classmethod
    def of(cls, random: np.random.Generator) -> "Company":
        """Draw a company: popularity falls off like a power of the rank, and a role has its own courses and topics."""
        course_role = np.concatenate([np.full(GENERAL, -1), random.integers(0, ROLES, COURSES - GENERAL)])
        topic_role = random.integers(0, ROLES, TOPICS)
        roles = np.arange(ROLES)[:, np.newaxis]
        courses = _popularity(random, COURSES, 0.5) * np.where(course_role == roles, 25.0, 1.0)
        courses[:, :GENERAL] *= 6
        topics = _popularity(random, TOPICS, 0.7) * np.where(topic_role == roles, 12.0, 1.0)
        return cls(
            office_share=_popularity(random, len(OFFICES), 0.8),
            role_share=_popularity(random, ROLES, 0.9),
            department_of_role=np.sort(random.integers(0, DEPARTMENTS, ROLES)),
            courses=np.cumsum(courses, axis=1),
            topics=np.cumsum(topics, axis=1),
        )


def request(
    learners: int,
    advisers: int,
    *,
    capacity: int = 1,
    seed: int = 7,
    department: int | None = None,
    offset: int = 0,
) -> MatchRequest:
    """Draw both sides of a matching.

    Args:
        learners: how many people want an adviser.
        advisers: how many advise.
        capacity: 1 gives every adviser one seat; more gives 1 to twice as many less one, evenly.
        seed: the same seed gives the same people.
        department: everybody belongs to it; None for all departments.
        offset: added to all ids.
    """
    company = Company.of(np.random.default_rng(1))
    random = np.random.default_rng(seed)
    return MatchRequest(
        learners=_side(
            random, company, learners, 1 + offset, department, advises=False, seats=[0] * learners
        ),
        advisers=_side(
            random,
            company,
            advisers,
            ADVISERS_FROM + offset,
            department,
            advises=True,
            seats=random.integers(1, 2 * capacity, advisers).tolist(),
        ),
        on=DAY,
    )


def department_shares() -> list[float]:
    """Return which share of the people belongs to each department."""
    company = Company.of(np.random.default_rng(1))
    return [
        float(company.role_share[company.department_of_role == each].sum()) for each in range(DEPARTMENTS)
    ]


def _side(
    random: np.random.Generator,
    company: Company,
    number: int,
    first_id: int,
    department: int | None,
    *,
    advises: bool,
    seats: Sequence[int],
) -> list[Profile]:
    shares = company.role_share
    if department is not None:
        shares = shares * (company.department_of_role == department)
    role = random.choice(ROLES, number, p=shares / shares.sum())
    office = random.choice(len(OFFICES), number, p=company.office_share)
    hours = random.choice(len(HOURS), number, p=HOURS_SHARE)
    english, local = random.random((2, number)) < np.array([[0.8], [0.85]])
    further = random.integers(0, len(LANGUAGES), number)
    speaks_further = random.random(number) < 0.15
    courses = _draw(random, company.courses[role], 6 if advises else 5)
    topics = _draw(random, company.topics[role], 7 if advises else 5)
    counts = random.integers(3 if advises else 1, 8 if advises else 6, number)
    ages = (14 + random.exponential(70, (number, 6))).astype(int)
    style = random.integers(-2, 3, (number, len(STYLE)))
    answered = random.random(number) < 0.8
    known = random.integers(0, 10 * number, (number, 2))
    states = random.random((2, number))
    other_side = first_id + (-ADVISERS_FROM if advises else ADVISERS_FROM)
    people = []
    sets: dict[frozenset[str], frozenset[str]] = {}
    for at in range(number):
        taken, subjects, days, answers, (manager, blocked) = (
            drawn[at].tolist() for drawn in (courses, topics, ages, style, known)
        )
        zone, language = OFFICES[office[at]]
        spoken = {language} if local[at] or not english[at] else set()
        spoken |= {"en"} if english[at] else set()
        spoken |= {LANGUAGES[further[at]]} if speaks_further[at] else set()
        named = _compact(TOPIC_NAMES[each] for each in subjects[: counts[at]])
        people.append(
            Profile(
                person_id=first_id + at,
                languages=sets.setdefault(frozenset(spoken), frozenset(spoken)),
                time_zone=zone,
                working_hours=HOURS[hours[at]],
                finished=_finished(taken, days) if advises else NOTHING,
                enrolled=NONE if advises else _compact(NUMBERS[each] for each in taken),
                department=DEPARTMENT_NAMES[company.department_of_role[role[at]]],
                job_role=ROLE_NAMES[role[at]],
                location=OFFICE_NAMES[office[at]],
                interests=_interests(*subjects[-2:]),
                topics_wanted=NONE if advises else named,
                topics_offered=named if advises else NONE,
                work_style=_style(*answers) if answered[at] else NOTHING,
                manager_id=other_side + manager if manager < number else None,
                capacity=seats[at],
                paused=bool(states[0, at] < 0.01),
                opted_out=bool(states[1, at] < 0.005),
                blocked=frozenset({other_side + blocked}) if blocked < number else NONE,
            )
        )
    return people


def _finished(courses: list[int], ages: list[int]) -> dict[int, date]:
    return {NUMBERS[course]: _day(age) for course, age in zip(courses, ages, strict=True)}


def _compact(items: Iterable[Item]) -> frozenset[Item]:
    """Return the set in the least memory: one copied from a set is given no room to grow."""
    return frozenset(set(items))


@lru_cache(maxsize=100_000)
def _interests(one: int, other: int) -> frozenset[str]:
    return frozenset({TOPIC_NAMES[one], TOPIC_NAMES[other]})


@lru_cache(maxsize=10_000)
def _style(*answers: int) -> Mapping[str, int]:
    """Return one object for all who answered alike."""
    return dict(zip(STYLE, answers, strict=True))


@lru_cache(maxsize=10_000)
def _day(age: int) -> date:
    return DAY - timedelta(days=age)


def _popularity(random: np.random.Generator, number: int, fall: float) -> NDArray[np.float64]:
    share = 1 / np.arange(1, number + 1) ** fall
    random.shuffle(share)
    popularity: NDArray[np.float64] = share / share.sum()
    return popularity


def _draw(random: np.random.Generator, cumulated: NDArray[np.float64], each: int) -> Numbers:
    """Draw items by popularity, a row for each person; the same may come twice."""
    points = random.random((len(cumulated), each)) * cumulated[:, -1:]
    drawn = np.empty(points.shape, np.intp)
    for row, each_row, point in zip(drawn, cumulated, points, strict=True):
        row[:] = np.searchsorted(each_row, point)
    return drawn
