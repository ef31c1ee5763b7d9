"""The weeks before today: whoever was hired by then is read, matched, and lives through it, intake after intake."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Flask

from companion.models.matching import RunState
from companion.store.slices import Slice
from companion.sync.progress import Progress, Silent
from demo.installation import ADMIN_NAME, COORDINATOR_NAME, Installation
from demo.simulation import Character, Cohort

INTAKES: Mapping[int, Sequence[int]] = {0: (0, 1), 28: (0,), 56: (0,), 70: (0, 1)}
"""Days on which programmes, by their place, match those who came: Mondays, before anybody is at work."""
LESSONS_UNTIL = 63
"""Day until which the coordinator looked at the lessons; later ones wait."""
CAST = (
    Character.STEADY,
    Character.CURIOUS,
    Character.LONGER,
    Character.BRIEF,
    Character.STEADY,
    Character.RESTING,
    Character.FADING,
    Character.STEADY,
    Character.PASSED_ON,
    Character.LONGER,
    Character.PARTED,
    Character.STEADY,
    Character.DOUBTFUL,
    Character.CURIOUS,
    Character.SILENT,
    Character.BRIEF,
    Character.GONE,
)
"""What pairs are like, in turn."""
LEFT = 3
"""Every so many-th proposal gets no answer."""


def live(demo: Installation, app: Flask, programme_ids: Sequence[int], progress: Progress) -> None:
    """Live through what is left of the weeks before today."""
    history = demo.history
    history.go_back()
    if history.over:
        return
    cohort = Cohort(
        demo.services,
        app,
        demo.sandbox,
        programme_ids,
        cast=lambda meeting: (
            character(meeting.engagement_id) if len(meeting.learners) == 1 else Character.QUARTER
        ),
        left=lambda meeting: meeting.engagement_id % LEFT == 0,
        move=history.move,
    )
    progress.phase("the weeks before", history.days)
    progress.advance(history.day)
    with demo.sandbox.held():
        for _ in range(history.days - history.day):
            _come(demo, programme_ids)
            cohort.morning()
            if not history.on_last_day:
                cohort.evening()
            demo.sandbox.save()
            history.next_day()
            progress.advance()
    demo.sandbox.stand_as_of(history())


def character(engagement_id: int) -> Character:
    """What a pair is like."""
    return CAST[engagement_id % len(CAST)]


def _come(demo: Installation, programme_ids: Sequence[int]) -> None:
    """What changes at the LMS on a day, and what coordinators do about it."""
    history, services = demo.history, demo.services
    demo.sandbox.stand_as_of(history())
    intakes = [programme_ids[place] for place in INTAKES.get(history.day, ())]
    if intakes:
        services.sync.run(Silent())
        services.placements.place(list(programme_ids), Silent())
    for programme_id in intakes:
        _match(demo, programme_id, history().date())
    if history.day % 7 == 0 and history.day <= LESSONS_UNTIL:
        _look_at_lessons(demo, programme_ids)


def _look_at_lessons(demo: Installation, programme_ids: Sequence[int]) -> None:
    """Those of a week are let through, the same words once."""
    lessons, seen = demo.services.offered_lessons, set()
    waiting, _ = lessons.waiting(programme_ids, Slice("offered", limit=1_000))
    for lesson in waiting:
        lessons.decide(lesson.id, publish=lesson.text not in seen, by=COORDINATOR_NAME)
        seen.add(lesson.text)


def _match(demo: Installation, programme_id: int, today: date) -> None:
    matching = demo.services.matching
    last = matching.latest(programme_id, RunState.APPROVED)
    if last is not None and last.created_at.date() == today:
        return
    matching.approve(matching.propose(programme_id), by=ADMIN_NAME)
    demo.services.outbox.work()
    demo.sandbox.save()
