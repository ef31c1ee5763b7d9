"""What an adviser's recent completions are worth to a learner: recent learners advise new hires."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from companion.matching.grounds import Ground, Said
from companion.matching.pool import Integers, Pool
from companion.matching.profiles import Profile
from companion.matching.request import MatchRequest, Weights
from companion.matching.terms import Largest, rounded, shared_items

FULL = 100
"""Percent: a course the learner takes, finished on the first day of the window."""
OLDEST = 50
"""Percent on the window's last day, linear in between: memory of the way fades, and the window already cuts it off."""
NOBODY = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A completion that speaks for an adviser."""

    percent: int
    course_id: int
    days_ago: int
    taken_by_learner: bool


def freshness(finished: date, request: MatchRequest) -> int:
    """Return the worth of a completion in percent: 100 down to 50 over the window, 0 outside it."""
    first, last = request.window_days
    age = (request.on - finished).days
    if not first <= age <= last:
        return 0
    return FULL - (FULL - OLDEST) * (age - first) // max(last - first, 1)


def fresh_courses(adviser: Profile, request: MatchRequest) -> dict[int, int]:
    """Return the worth in percent, by course, of what counts: recent, and of the programme where it names courses."""
    wanted = request.programme_courses
    worth = {
        course: freshness(day, request)
        for course, day in adviser.finished.items()
        if not wanted or course in wanted
    }
    return {course: percent for course, percent in worth.items() if percent}


def percent_for(percent: int, course: int, learner: Profile, request: MatchRequest) -> int:
    """Return the worth to this learner: full where the learner takes the course, half for another of the programme."""
    if course in learner.enrolled:
        return percent
    return percent // 2 if course in request.programme_courses else 0


def best_evidence(learner: Profile, adviser: Profile, request: MatchRequest) -> Evidence | None:
    """Return the completion worth most to the learner (then the latest, then the lowest course id), if any."""
    found = [
        Evidence(worth, course, (request.on - adviser.finished[course]).days, course in learner.enrolled)
        for course, percent in fresh_courses(adviser, request).items()
        if (worth := percent_for(percent, course, learner, request))
    ]
    return min(found, key=lambda each: (-each.percent, each.days_ago, each.course_id), default=None)


class Path:
    """A course of the learner's path that the adviser finished recently."""

    code = "path"

    def weight(self, weights: Weights) -> int:
        """Return two thirds of the weight for role and path."""
        return weights.role_and_path - weights.role_and_path // 3

    def share(self, pool: Pool) -> tuple[Integers, int]:
        """Take, in percent, the completion worth most to the learner."""
        takers = _rows_by_course(pool)
        best = np.zeros(pool.shape, np.int32, order="F")
        for column, adviser in enumerate(pool.advisers):
            courses = fresh_courses(adviser, pool.request)
            of_programme = [
                percent // 2
                for course, percent in courses.items()
                if course in pool.request.programme_courses
            ]
            best[:, column] = max(of_programme, default=0)
            for course, percent in courses.items():
                rows = takers.get(course, NOBODY)
                best[rows, column] = np.maximum(best[rows, column], percent)
        return best, 100

    def term(self, pool: Pool) -> Largest:
        """Take the same in points: courses the learner takes, and as a floor any other of the programme."""
        weight, programme = self.weight(pool.request.weights), pool.request.programme_courses
        worth = _Worth(pool.request)
        fresh = [worth.of(adviser) for adviser in pool.advisers]
        floor = [
            max((percent // 2 for course, percent in courses.items() if course in programme), default=0)
            for courses in fresh
        ]
        items = shared_items([learner.enrolled for learner in pool.learners], fresh)
        points = items._replace(value=rounded(weight, items.value, FULL))
        return Largest(points, rounded(weight, np.array(floor, np.int32), FULL))

    def says(self, learner: Profile, adviser: Profile, request: MatchRequest) -> Said | None:
        """Name the course and when it was finished."""
        evidence = best_evidence(learner, adviser, request)
        if evidence is None:
            return None
        course = request.course_names.get(evidence.course_id, f"course {evidence.course_id}")
        ground = Ground.COURSE_TAKEN if evidence.taken_by_learner else Ground.COURSE_FINISHED
        return Said(ground, (course,), adviser.finished[evidence.course_id])


class _Worth:
    """`fresh_courses`, with the worth worked out once for each day."""

    def __init__(self, request: MatchRequest) -> None:
        first, last = request.window_days
        days = (
            request.on - timedelta(days=age)
            for age in range(first, min(last, request.on.toordinal() - 1) + 1)
        )
        self._worth = {day: freshness(day, request) for day in days}
        self._wanted = request.programme_courses

    def of(self, adviser: Profile) -> dict[int, int]:
        worth, wanted = self._worth, self._wanted
        return {
            course: worth[day]
            for course, day in adviser.finished.items()
            if day in worth and (not wanted or course in wanted)
        }


def _rows_by_course(pool: Pool) -> dict[int, NDArray[np.intp]]:
    rows: dict[int, list[int]] = {}
    for row, learner in enumerate(pool.learners):
        for course in learner.enrolled:
            rows.setdefault(course, []).append(row)
    return {course: np.array(each, np.intp) for course, each in rows.items()}
