"""The rules that forbid a pair, whatever its points."""

import numpy as np

from companion.matching.pool import Pool, Truths
from companion.matching.rule_kinds import HardRule


def _manages(pool: Pool) -> Truths:
    upwards = ((person.person_id, person.manager_id) for person in pool.learners)
    downwards = ((person.manager_id, person.person_id) for person in pool.advisers)
    return pool.marked(
        (one, other) for one, other in (*upwards, *downwards) if one is not None and other is not None
    )


def _too_few_hours(pool: Pool) -> Truths:
    minutes, known = pool.shared_minutes
    return known & np.less(minutes, 60 * pool.request.min_shared_hours)


def _no_common_course(pool: Pool) -> Truths:
    if not pool.request.course_in_common:
        return pool.where()
    return np.equal(pool.shared(lambda learner: learner.enrolled, lambda adviser: adviser.finished.keys()), 0)


def _blocked(pool: Pool) -> Truths:
    by_learner = ((person.person_id, other) for person in pool.learners for other in person.blocked)
    by_adviser = ((other, person.person_id) for person in pool.advisers for other in person.blocked)
    return pool.marked((*by_learner, *by_adviser))


LEARNER_OPTED_OUT = HardRule(
    code="learner_opted_out",
    forbids=lambda pool: pool.where(learner=lambda person: person.opted_out),
    barrier="The learner has opted out.",
    nobody="This person has opted out.",
)
LEARNER_PAUSED = HardRule(
    code="learner_paused",
    forbids=lambda pool: pool.where(learner=lambda person: person.paused),
    barrier="The learner is paused.",
    nobody="This person is paused.",
)
ONESELF = HardRule(
    code="oneself",
    forbids=lambda pool: pool.marked((person.person_id, person.person_id) for person in pool.learners),
    barrier="Nobody advises themselves.",
    nobody="The only adviser is this person.",
)
ADVISER_OPTED_OUT = HardRule(
    code="adviser_opted_out",
    forbids=lambda pool: pool.where(adviser=lambda person: person.opted_out),
    barrier="The adviser has opted out.",
    nobody="{who} takes part: all have opted out.",
)
ADVISER_PAUSED = HardRule(
    code="adviser_paused",
    forbids=lambda pool: pool.where(adviser=lambda person: person.paused),
    barrier="The adviser is paused.",
    nobody="{who} is available: all are paused.",
)
MANAGER = HardRule(
    code="manager",
    forbids=_manages,
    barrier="One of the two manages the other.",
    nobody="{who} stands outside this person's line of management.",
)
LANGUAGE = HardRule(
    code="language",
    forbids=lambda pool: np.equal(pool.shared_languages, 0),
    barrier="They share no language: the learner {learner.speaks}, the adviser {adviser.speaks}.",
    nobody="{who} shares a language with this person ({learner.speaks}).",
    shared="a language",
)
HOURS = HardRule(
    code="hours",
    forbids=_too_few_hours,
    barrier="They share fewer than {hours} a day: the learner {learner.works}, the adviser {adviser.works}.",
    nobody="{who} shares {hours} a day with this person ({learner.works}).",
    shared="working hours",
)
COURSE = HardRule(
    code="course",
    forbids=_no_common_course,
    barrier="The adviser has finished no course that the learner takes.",
    nobody="{who} has finished a course that this person takes.",
    shared="a course",
)
BLOCKED = HardRule(
    code="blocked",
    forbids=_blocked,
    barrier="The two are not to be paired: blocked, or no fit before.",
    nobody="{who} may be paired with this person: each is blocked or was no fit before.",
)
EXCLUDED = HardRule(
    code="excluded",
    forbids=lambda pool: pool.marked(pool.request.forbidden),
    barrier="The pair was excluded from this matching.",
    nobody="{who} may be paired with this person: each pair was excluded from this matching.",
)
FULL = HardRule(
    code="full",
    forbids=lambda pool: pool.where(adviser=lambda person: person.capacity == 0),
    barrier="The adviser has no free seat.",
    nobody="{who} has a free seat.",
)
