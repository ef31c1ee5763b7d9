"""Thanks, balance and lessons: who may give, who may read, on both databases."""

from datetime import timedelta
from secrets import token_urlsafe

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.thanks import Gift, Leaning
from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import EngagementMember, EngagementState
from companion.models.exchange import Lesson, LessonAudience, LessonKind, LessonState, Thanks, ThanksFor
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.gifts import GiftService
from companion.services.mentoring import Viewer
from companion.store import Cipher, Database, Texts
from companion.store.slices import Slice
from tests import rows
from tests.clock import Clock

TEXT = "For the hour on the forecast sheet"
LESSON = "I waited a week before I asked. The next time I would ask on the first day."


class Circle:
    """A learner and an adviser together, another pair beside them, and somebody who only takes the course."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock
        self.service = GiftService(db, texts=Texts(Cipher(Fernet.generate_key().decode())), clock=clock)
        with db.begin() as session:
            site = rows.site(session)
            course = rows.course(session, site)
            programme = rows.programme(session, site, [course])
            people = [rows.person(session, site, name) for name in NAMES]
            for person in people:
                rows.enrol(session, person, course)
            self.learner, self.adviser, self.other, self.their, self.bystander = (p.id for p in people)
            self.engagement = rows.engagement(
                session, programme, people[0], people[1], course_id=course.id
            ).id
            self.elsewhere = rows.engagement(session, programme, people[2], people[3]).id
            self.course, self.programme = course.id, programme.id

    def by(self, person_id: int) -> Viewer:
        return Viewer(person_id, self.course, teacher=False)

    def thank(self, by: int, to: int, text: str = TEXT, **given: object) -> None:
        values: dict[str, object] = {"about": ThanksFor.OTHER, "form_key": token_urlsafe(24), **given}
        self.service.thank(self.by(by), to, text=text, **values)  # type: ignore[arg-type]

    def write(self, by: int, audience: LessonAudience, text: str = LESSON, **given: object) -> None:
        values: dict[str, object] = {
            "engagement_id": self.engagement,
            "kind": LessonKind.WENT_WRONG,
            "section": None,
            "form_key": token_urlsafe(24),
            **given,
        }
        self.service.write_lesson(self.by(by), audience=audience, text=text, **values)  # type: ignore[arg-type]

    def everybody(self) -> tuple[int, ...]:
        return (self.learner, self.adviser, self.other, self.their, self.bystander)


NAMES = ("Nia Okafor", "Tomas Berg", "Ana Ruiz", "Bo Lindqvist", "Cleo Martin")


@pytest.fixture
def circle(db: Database, clock: Clock) -> Circle:
    return Circle(db, clock)


def test_thanks_are_read_by_giver_receiver_and_credited_and_nobody_else(circle: Circle) -> None:
    circle.thank(circle.learner, circle.adviser, credited_name="Cleo Martin")
    seen = {person: circle.service.thanks(circle.by(person)) for person in circle.everybody()}
    assert {person for person, found in seen.items() if found} == {
        circle.learner,
        circle.adviser,
        circle.bystander,
    }
    (theirs,) = seen[circle.adviser]
    assert (theirs.by, theirs.text, theirs.credited) == ("Nia Okafor", TEXT, "Cleo Martin")
    with circle.db.read() as session:
        sealed = session.scalar(sa.select(Thanks.text_encrypted))
    assert b"forecast" not in (sealed or b"")


def test_the_attack_nobody_thanks_people_they_have_nothing_to_do_with(circle: Circle) -> None:
    for stranger in (circle.other, circle.bystander, circle.learner):
        with pytest.raises(NotFoundError):
            circle.thank(circle.learner, stranger)


@pytest.mark.parametrize("name", ["Nobody At All", "Nia Okafor"])
def test_a_credit_needs_a_name_of_the_programme_that_is_not_ones_own(circle: Circle, name: str) -> None:
    with pytest.raises(InputError) as wrong:
        circle.thank(circle.learner, circle.adviser, credited_name=name)
    assert wrong.value.fields["credited"]


def test_thanks_are_tied_to_something_concrete(circle: Circle) -> None:
    with pytest.raises(InputError):
        circle.thank(circle.learner, circle.adviser, text=" ")
    circle.thank(circle.learner, circle.adviser, text="", about=ThanksFor.CHECK_IN)
    with pytest.raises(InputError):
        circle.thank(circle.learner, circle.adviser, text="a" * 141)


def test_one_tap_thanks_for_what_another_of_the_engagement_did_once_and_for_nothing_else(
    circle: Circle,
) -> None:
    with circle.db.begin() as session:
        session.execute(sa.update(EngagementMember).values(charter_version=0))
        given = {"due_on": rows.NOW.date(), "was_late": False, "created_at": rows.NOW}
        kept, left = (
            rows.stored(
                session,
                Commitment(
                    engagement_id=circle.engagement,
                    person_id=circle.adviser,
                    state=state,
                    form_key=token_urlsafe(24),
                    **given,
                ),
            ).id
            for state in (CommitmentState.KEPT, CommitmentState.OPEN)
        )

    def tap(by: int, what: int) -> None:
        circle.service.thank_for_commitment(
            circle.by(by), circle.engagement, what, form_key=token_urlsafe(24)
        )

    for by, what in ((circle.adviser, kept), (circle.other, kept), (circle.learner, left)):
        with pytest.raises(NotFoundError):
            tap(by, what)
    for _ in ("once", "twice, from another page"):
        tap(circle.learner, kept)
    (thanks,) = circle.service.thanks(circle.by(circle.adviser))
    assert (thanks.by, thanks.about, thanks.text) == ("Nia Okafor", ThanksFor.COMMITMENT, None)


def test_the_same_thanks_sent_twice_are_given_once(circle: Circle) -> None:
    for _ in range(2):
        circle.thank(circle.learner, circle.adviser, form_key="k" * 32)
    assert len(circle.service.thanks(circle.by(circle.adviser))) == 1


def test_the_balance_is_ones_own(circle: Circle) -> None:
    circle.thank(circle.learner, circle.adviser, credited_name="Cleo Martin")
    mine = circle.service.balance(circle.by(circle.learner))
    theirs = circle.service.balance(circle.by(circle.adviser))
    assert mine.given == {Gift.THANKS: 1, Gift.CREDIT: 1}
    assert theirs.received == {Gift.THANKS: 1}
    assert circle.service.balance(circle.by(circle.bystander)).received == {Gift.CREDIT: 1}
    assert circle.service.balance(circle.by(circle.other)).leaning is Leaning.NOTHING_YET


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
            seen = [lesson.text for lesson in circle.service.lessons(circle.by(person))]
            assert (text in seen) == (person in expected), (audience, person)


def test_a_coordinator_sees_what_is_offered_to_the_next_cohort_and_nothing_else(circle: Circle) -> None:
    for audience in LessonAudience:
        circle.write(circle.learner, audience, f"{LESSON} ({audience})")
    (offered,), _ = circle.service.offered([circle.programme])
    assert offered.text == f"{LESSON} (next_cohort)"
    assert not hasattr(offered, "author")
    assert circle.service.at(circle.by(circle.other), None) == []
    circle.service.decide(offered.id, publish=True, by="a coordinator")
    (published,) = circle.service.at(circle.by(circle.other), None)
    assert published.text == offered.text
    with pytest.raises(ConflictError):
        circle.service.decide(offered.id, publish=False, by="another")


def test_the_attack_a_coordinator_cannot_publish_what_was_not_offered(circle: Circle) -> None:
    circle.write(circle.learner, LessonAudience.ENGAGEMENT)
    with circle.db.read() as session:
        lesson_id = session.scalars(sa.select(Lesson.id)).one()
    with pytest.raises(ConflictError):
        circle.service.decide(lesson_id, publish=True, by="a coordinator")


def test_what_was_declined_appears_nowhere(circle: Circle) -> None:
    circle.write(circle.learner, LessonAudience.NEXT_COHORT)
    circle.service.decide(
        circle.service.offered([circle.programme])[0][0].id, publish=False, by="a coordinator"
    )
    assert circle.service.at(circle.by(circle.other), None) == []
    assert circle.service.offered([circle.programme]) == ([], 0)
    assert circle.service.lessons(circle.by(circle.learner))[0].state is LessonState.DECLINED


def test_a_decision_is_taken_back_until_the_text_is_gone(circle: Circle) -> None:
    circle.write(circle.learner, LessonAudience.NEXT_COHORT)
    (lesson,), _ = circle.service.offered([circle.programme])
    with pytest.raises(ConflictError):
        circle.service.look_again(lesson.id)
    newest = Slice("decided", descending=True)
    for publish in (False, True):
        circle.service.decide(lesson.id, publish=publish, by="a coordinator")
        (decided,), _ = circle.service.decided([circle.programme], newest)
        assert (decided.text, decided.decided_by) == (lesson.text if publish else None, "a coordinator")
        circle.service.look_again(lesson.id)
        assert circle.service.offered([circle.programme]) == ([lesson], 1)
        assert circle.service.at(circle.by(circle.other), None) == []
    circle.service.decide(lesson.id, publish=True, by="a coordinator")
    with circle.db.begin() as session:
        session.execute(sa.update(Lesson).values(text_encrypted=None))
    with pytest.raises(ConflictError):
        circle.service.look_again(lesson.id)
    assert circle.service.decided([circle.programme], newest) == ([], 0)


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
    back = circle.service.come_back(circle.by(circle.learner), now_advising)
    assert [lesson.text for lesson in back] == [LESSON]
    assert circle.service.come_back(circle.by(circle.bystander), now_advising) == []
    with pytest.raises(NotFoundError):
        circle.service.come_back(circle.by(circle.adviser), now_advising)
