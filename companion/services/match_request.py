"""What a matching run matches: the rules it was asked for with, and the people as they are stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from companion.matching import MatchRequest, Weights
from companion.models.matching import Instruction, MatchRun, RunState
from companion.models.programme import Programme
from companion.services.joining import open_circles
from companion.services.matching_rules import Forms, MatchingRules
from companion.services.populations import find
from companion.services.profiles import people_of, profiles, words_of
from companion.store import Cipher, Session, Texts, pair_instructions, programmes

HIRE_MONTH = "month of hire"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Rules to be tried: those of the programme where nothing is given."""

    weights: Mapping[str, int] | None = None
    window_days: tuple[int, int] | None = None
    rules: MatchingRules | None = None


def request_of(
    session: Session, programme: Programme, run: MatchRun, texts: Cipher, only: Collection[int] | None = None
) -> tuple[MatchRequest, dict[str, dict[int, str]]]:
    """What a run matches, from what is stored now, and the learners' months of hire.

    Args:
        only: new hires to match, with an adviser or without; all without one where not given.
    """
    parameters = run.parameters
    rules = MatchingRules.from_dict(parameters.get("rules", {}))
    today = run.created_at.date()
    first, last = parameters["window_days"]
    courses = {course.id: course.full_name for course in programmes.courses(session, programme.id)}
    found, _ = find(session, programme, courses, today, window=(first, last))
    people = people_of(session, programme)
    ties = programmes.ties(session, programme.id)
    words = words_of(session, programme, today, Texts(texts))
    by_id = profiles(people, ties, parameters["capacity"], rules, words)
    learners = [
        by_id[who]
        for who in found.new_hires
        if who in by_id and (who in only if only is not None else who not in ties.learning)
    ]
    advisers = [by_id[who] for who in found.recent_learners if who in by_id]
    here, there = {each.person_id for each in learners}, {each.person_id for each in advisers}
    told = [
        (row.learner_id, row.adviser_id, row.kind)
        for row, _, _ in pair_instructions.of_programme(session, programme.id)
        if row.learner_id in here and row.adviser_id in there
    ]
    request = MatchRequest(
        learners=learners,
        advisers=advisers,
        on=today,
        course_names=courses,
        programme_courses=frozenset(courses),
        window_days=(first, last),
        weights=Weights.from_dict(parameters["weights"]),
        min_shared_hours=parameters["min_shared_hours"],
        load_penalty=rules.load_penalty,
        unmatched_price=rules.price,
        running={who: load for who, load in ties.advising.items() if who in there},
        course_in_common=rules.course_in_common,
        common_language=rules.common_language,
        forbidden=frozenset(pair[:2] for pair in told if pair[2] is Instruction.FORBID),
        pinned=tuple(sorted(pair[:2] for pair in told if pair[2] is Instruction.PIN)),
        open_circles=open_circles(session, programme, by_id, today) if rules.forms is Forms.CIRCLES else (),
    )
    field = programme.new_hire_field or ""
    months = {who: people.by_id[who].profile.get(field, "")[:7] for who in here} if field else {}
    return request, {HIRE_MONTH: months} if any(months.values()) else {}


def asked_of(programme: Programme, now: datetime, what_if: WhatIf | None = None) -> MatchRun:
    """A run, not yet stored, that asks for a matching by the rules of a programme or by those to be tried.

    Raises:
        MatchInputError: a weight that cannot be used.
    """
    tried = what_if or WhatIf()
    rules = tried.rules or MatchingRules.from_dict(programme.matching)
    weights = Weights.from_dict(tried.weights or programme.weights)
    parameters: dict[str, Any] = {
        "weights": weights.as_dict(),
        "window_days": list(tried.window_days or (programme.recent_from_days, programme.recent_to_days)),
        "min_shared_hours": programme.min_shared_hours,
        "load_penalty": rules.load_penalty,
        "capacity": programme.capacity,
        "on": now.date().isoformat(),
        "rules": rules.as_dict(),
        "seed": None,
    }
    return MatchRun(
        programme_id=programme.id,
        state=RunState.RUNNING,
        created_at=now,
        programme_version=programme.version,
        parameters=parameters,
        input_hash="",
        solver="",
        versions={},
        points=0,
        gap=0,
        learners=0,
        advisers=0,
        what_if=what_if is not None,
        phase="Waiting for a worker",
    )
