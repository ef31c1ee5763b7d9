"""People who thank each other and write lessons."""

from secrets import token_urlsafe

from cryptography.fernet import Fernet

from companion.models.exchange import LessonAudience, LessonKind, ThanksFor
from companion.services.lessons import LessonService
from companion.services.mentoring import Viewer
from companion.services.offered_lessons import OfferedLessonService
from companion.services.thanks import ThanksService
from companion.store import Cipher, Database, Texts
from tests import rows
from tests.clock import Clock

NAMES = ("Nia Okafor", "Tomas Berg", "Ana Ruiz", "Bo Lindqvist", "Cleo Martin")
TEXT = "For the hour on the forecast sheet"
LESSON = "I waited a week before I asked. The next time I would ask on the first day."


class Circle:
    """A learner and an adviser together, another pair beside them, and somebody who only takes the course."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock
        texts = Texts(Cipher(Fernet.generate_key().decode()))
        self.thanks = ThanksService(db, texts=texts, clock=clock)
        self.lessons = LessonService(db, texts=texts, clock=clock)
        self.offered_lessons = OfferedLessonService(db, texts=texts, clock=clock)
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
        self.thanks.thank(self.by(by), to, text=text, **values)  # type: ignore[arg-type]

    def write(self, by: int, audience: LessonAudience, text: str = LESSON, **given: object) -> None:
        values: dict[str, object] = {
            "engagement_id": self.engagement,
            "kind": LessonKind.WENT_WRONG,
            "section": None,
            "form_key": token_urlsafe(24),
            **given,
        }
        self.lessons.write(self.by(by), audience=audience, text=text, **values)  # type: ignore[arg-type]

    def everybody(self) -> tuple[int, ...]:
        return (self.learner, self.adviser, self.other, self.their, self.bystander)
