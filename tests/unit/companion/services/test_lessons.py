"""Lessons: who may write, who may read, on both databases."""

from datetime import timedelta

import pytest

from companion.errors import InputError, NotFoundError
from companion.models.engagement import EngagementState
from companion.models.exchange import LessonAudience
from companion.models.people import Person
from companion.models.programme import Programme
from tests import rows
from tests.circle import LESSON, Circle


def test_a_lesson_is_read_by_its_audience_alone(circle: Circle) -> None:
    readers = {
        LessonAudience.MYSELF: {circle.learner},
        LessonAudience.ENGAGEMENT: {circle.learner, circle.adviser},
        LessonAudience.NEXT_COHORT: {circle.learner},
    }
    for audience, expected in readers.items():
        text = f"{LESSON} ({audience})"
        circle.write(circle.learner, audience, text)
        for person in circle.everybody():
            seen = [lesson.text for lesson in circle.lessons.seen_by(circle.by(person))]
            assert (text in seen) == (person in expected), (audience, person)


@pytest.mark.parametrize("name", ["Tomas", "okafor"])
def test_names_are_kept_out_of_what_the_next_cohort_reads(circle: Circle, name: str) -> None:
    with pytest.raises(InputError) as wrong:
        circle.write(circle.learner, LessonAudience.NEXT_COHORT, f"{name} told me to wait.")
    assert "names" in wrong.value.fields["text"]
    circle.write(circle.learner, LessonAudience.ENGAGEMENT, f"{name} told me to wait.")


def test_nobody_writes_into_an_engagement_that_is_not_theirs(circle: Circle) -> None:
    with pytest.raises(NotFoundError):
        circle.write(circle.learner, LessonAudience.ENGAGEMENT, engagement_id=circle.elsewhere)


def test_what_a_person_wrote_as_a_learner_comes_back_to_them_as_an_adviser(circle: Circle) -> None:
    circle.write(circle.learner, LessonAudience.MYSELF)
    circle.write(circle.adviser, LessonAudience.MYSELF, "As an adviser I talk too much.")
    circle.clock.move(days=60)
    with circle.db.begin() as session:
        programme = session.get_one(Programme, circle.programme)
        people = [session.get_one(Person, each) for each in (circle.bystander, circle.learner)]
        now_advising = rows.engagement(
            session,
            programme,
            people[0],
            people[1],
            state=EngagementState.ACTIVE,
            starts_on=(rows.NOW + timedelta(days=60)).date(),
        ).id
    back = circle.lessons.come_back(circle.by(circle.learner), now_advising)
    assert [lesson.text for lesson in back] == [LESSON]
    assert circle.lessons.come_back(circle.by(circle.bystander), now_advising) == []
    with pytest.raises(NotFoundError):
        circle.lessons.come_back(circle.by(circle.adviser), now_advising)
