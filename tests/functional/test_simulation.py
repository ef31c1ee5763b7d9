"""Twelve weeks of a cohort of sixty people, lived through launches and forms, on both databases."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa

from companion.app import create_app
from companion.mentoring.nudge import MOST_UNANSWERED, WEEK
from companion.models.care import Nudge, NudgeKind, Wishes
from companion.models.engagement import CheckIn, Engagement, EngagementState
from companion.models.exchange import Ask, AskState, Lesson, LessonState, Thanks
from companion.sync.progress import Silent
from config import Settings
from demo.simulation import Cohort
from tests.begun import Begun

WEEKS = 12


def test_twelve_weeks_of_a_cohort(begun_on: Begun, make_settings: Callable[..., Settings]) -> None:
    app = create_app(make_settings(), begun_on.services)
    cohort = Cohort(
        begun_on.services,
        app,
        begun_on.lms.sandbox,
        begun_on.lms.url,
        begun_on.programme_id,
        move=lambda by: begun_on.clock.move(days=by.days),
    )
    assert len(cohort.pairs) >= 6
    cohort.run(WEEKS, Silent())
    with begun_on.services.db.read() as session:
        engagements = {row.id: row for row in session.scalars(sa.select(Engagement))}
        nudges = session.scalars(sa.select(Nudge).order_by(Nudge.created_at, Nudge.id)).all()
        asks = {row.asker_id: row.state for row in session.scalars(sa.select(Ask))}
        wishes = {row.person_id: row for row in session.scalars(sa.select(Wishes))}
        check_ins = session.scalar(sa.select(sa.func.count()).select_from(CheckIn))
        thanks = session.scalar(sa.select(sa.func.count()).select_from(Thanks))
        lessons = session.scalars(sa.select(Lesson)).all()
    together, silent, wanted, left, passed, gone = cohort.pairs[:6]

    # Every engagement came to its end, the one of who opted out before its day.
    assert engagements[together.engagement_id].state is EngagementState.CLOSED
    assert engagements[silent.engagement_id].state is EngagementState.CLOSED
    assert engagements[gone.engagement_id].state is EngagementState.ENDED_EARLY
    assert not [row for row in engagements.values() if row.state is EngagementState.ACTIVE]
    assert check_ins == 16

    # Every question came to its end: one by its asker, the others by time.
    assert asks[together.learner_id] is AskState.RESOLVED
    assert {asks[pair.learner_id] for pair in (wanted, left, passed)} == {AskState.EXPIRED}
    assert thanks is not None
    assert thanks >= 2
    assert [lesson.state for lesson in lessons] == [LessonState.WAITING]

    # Reminders: one a week at most, none after three without an answer.
    assert {nudge.kind for nudge in nudges} >= {NudgeKind.FIRST_CONTACT, NudgeKind.ASK}
    when: dict[int, list[datetime]] = defaultdict(list)
    for nudge in nudges:
        when[nudge.person_id].append(nudge.created_at)
    for moments in when.values():
        assert all(later - earlier >= WEEK for earlier, later in pairwise(moments))
    assert len(when[silent.learner_id]) == MOST_UNANSWERED
    assert wishes[silent.learner_id].unanswered == MOST_UNANSWERED
