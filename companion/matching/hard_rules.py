"""The rules that forbid a pair, whatever its points."""

from collections.abc import Iterable

import numpy as np

from companion.matching.common_rules import hours_key, languages_key
from companion.matching.pool import Pool, Truths
from companion.matching.rule_kinds import HardRule
from companion.matching.terms import OfKeys, OfPairs, OfPeople, UnlessShared

Pairs = Iterable[tuple[int, int]]


def _manages(pool: Pool) -> Pairs:
    for learner in pool.learners:
        if learner.manager_id is not None:
            yield learner.person_id, learner.manager_id
    for adviser in pool.advisers:
        if adviser.manager_id is not None:
            yield adviser.manager_id, adviser.person_id


def _no_language(pool: Pool) -> Truths:
    return np.equal(pool.shared_languages, 0) & pool.request.common_language


def _too_few_hours(pool: Pool) -> Truths:
    minutes, known = pool.shared_minutes
    return known & np.less(minutes, 60 * pool.request.min_shared_hours)


def _blocked(pool: Pool) -> Pairs:
    for learner in pool.learners:
        for other in learner.blocked:
            yield learner.person_id, other
    for adviser in pool.advisers:
        for other in adviser.blocked:
            yield other, adviser.person_id


def _oneself(pool: Pool) -> Pairs:
    return ((person.person_id, person.person_id) for person in pool.learners)


LEARNER_OPTED_OUT = HardRule(
    code="learner_opted_out",
    scope=OfPeople(learner=lambda person: person.opted_out),
    barrier="The learner has opted out.",
    nobody="This person has opted out.",
)
LEARNER_PAUSED = HardRule(
    code="learner_paused",
    scope=OfPeople(learner=lambda person: person.paused),
    barrier="The learner is paused.",
    nobody="This person is paused.",
)
ONESELF = HardRule(
    code="oneself",
    scope=OfPairs(_oneself),
    barrier="Nobody advises themselves.",
    nobody="The only adviser is this person.",
)
ADVISER_OPTED_OUT = HardRule(
    code="adviser_opted_out",
    scope=OfPeople(adviser=lambda person: person.opted_out),
    barrier="The adviser has opted out.",
    nobody="{who} takes part: all have opted out.",
)
ADVISER_PAUSED = HardRule(
    code="adviser_paused",
    scope=OfPeople(adviser=lambda person: person.paused),
    barrier="The adviser is paused.",
    nobody="{who} is available: all are paused.",
)
MANAGER = HardRule(
    code="manager",
    scope=OfPairs(_manages),
    barrier="One of the two manages the other.",
    nobody="{who} stands outside this person's line of management.",
)
LANGUAGE = HardRule(
    code="language",
    scope=OfKeys(languages_key, _no_language),
    barrier="They share no language: the learner {learner.speaks}, the adviser {adviser.speaks}.",
    nobody="{who} shares a language with this person ({learner.speaks}).",
    shared="a language",
)
HOURS = HardRule(
    code="hours",
    scope=OfKeys(hours_key, _too_few_hours),
    barrier="They share fewer than {hours} a day: the learner {learner.works}, the adviser {adviser.works}.",
    nobody="{who} shares {hours} a day with this person ({learner.works}).",
    shared="working hours",
)
COURSE = HardRule(
    code="course",
    scope=UnlessShared(
        asked=lambda pool: pool.request.course_in_common,
        of_learner=lambda learner: learner.enrolled,
        of_adviser=lambda adviser: adviser.finished.keys(),
    ),
    barrier="The adviser has finished no course that the learner takes.",
    nobody="{who} has finished a course that this person takes.",
    shared="a course",
)
BLOCKED = HardRule(
    code="blocked",
    scope=OfPairs(_blocked),
    barrier="The two are not to be paired: blocked, or no fit before.",
    nobody="{who} may be paired with this person: each is blocked or was no fit before.",
)
EXCLUDED = HardRule(
    code="excluded",
    scope=OfPairs(lambda pool: pool.request.forbidden),
    barrier="The pair was excluded from this matching.",
    nobody="{who} may be paired with this person: each pair was excluded from this matching.",
)
FULL = HardRule(
    code="full",
    scope=OfPeople(adviser=lambda person: person.capacity == 0),
    barrier="The adviser has no free seat.",
    nobody="{who} has a free seat.",
)
