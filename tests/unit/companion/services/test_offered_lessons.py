"""What a coordinator sees of lessons, and what their word does."""

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError
from companion.models.exchange import Lesson, LessonAudience, LessonState
from companion.store.slices import Slice
from tests.circle import LESSON, Circle


def test_a_coordinator_sees_what_is_offered_to_the_next_cohort_and_nothing_else(circle: Circle) -> None:
    for audience in LessonAudience:
        circle.write(circle.learner, audience, f"{LESSON} ({audience})")
    (offered,), _ = circle.offered_lessons.waiting([circle.programme])
    assert offered.text == f"{LESSON} (next_cohort)"
    assert not hasattr(offered, "author")
    assert circle.lessons.at(circle.by(circle.other), None) == []
    circle.offered_lessons.decide(offered.id, publish=True, by="a coordinator")
    (published,) = circle.lessons.at(circle.by(circle.other), None)
    assert published.text == offered.text
    with pytest.raises(ConflictError):
        circle.offered_lessons.decide(offered.id, publish=False, by="another")


def test_the_attack_a_coordinator_cannot_publish_what_was_not_offered(circle: Circle) -> None:
    circle.write(circle.learner, LessonAudience.ENGAGEMENT)
    with circle.db.read() as session:
        lesson_id = session.scalars(sa.select(Lesson.id)).one()
    with pytest.raises(ConflictError):
        circle.offered_lessons.decide(lesson_id, publish=True, by="a coordinator")


def test_what_was_declined_appears_nowhere(circle: Circle) -> None:
    circle.write(circle.learner, LessonAudience.NEXT_COHORT)
    circle.offered_lessons.decide(
        circle.offered_lessons.waiting([circle.programme])[0][0].id, publish=False, by="a coordinator"
    )
    assert circle.lessons.at(circle.by(circle.other), None) == []
    assert circle.offered_lessons.waiting([circle.programme]) == ([], 0)
    assert circle.lessons.seen_by(circle.by(circle.learner))[0].state is LessonState.DECLINED


def test_a_decision_is_taken_back_until_the_text_is_gone(circle: Circle) -> None:
    circle.write(circle.learner, LessonAudience.NEXT_COHORT)
    (lesson,), _ = circle.offered_lessons.waiting([circle.programme])
    with pytest.raises(ConflictError):
        circle.offered_lessons.look_again(lesson.id)
    newest = Slice("decided", descending=True)
    for publish in (False, True):
        circle.offered_lessons.decide(lesson.id, publish=publish, by="a coordinator")
        (decided,), _ = circle.offered_lessons.decided([circle.programme], newest)
        assert (decided.text, decided.decided_by) == (lesson.text if publish else None, "a coordinator")
        circle.offered_lessons.look_again(lesson.id)
        assert circle.offered_lessons.waiting([circle.programme]) == ([lesson], 1)
        assert circle.lessons.at(circle.by(circle.other), None) == []
    circle.offered_lessons.decide(lesson.id, publish=True, by="a coordinator")
    with circle.db.begin() as session:
        session.execute(sa.update(Lesson).values(text_encrypted=None))
    with pytest.raises(ConflictError):
        circle.offered_lessons.look_again(lesson.id)
    assert circle.offered_lessons.decided([circle.programme], newest) == ([], 0)
