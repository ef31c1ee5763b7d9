"""Who is reminded of what and when, for everybody at a time, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from companion.mentoring.nudge import MOST_UNANSWERED
from companion.models.care import Nudge, NudgeKind, Wishes
from companion.models.charter import FullWeek
from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementMember,
    EngagementState,
    Feedback,
    Fit,
    Mood,
    TrustItem,
)
from companion.models.exchange import Ask, AskedPerson, AskedState, AskState
from companion.models.lms import Course, Site
from companion.models.lti import Launch, Platform
from companion.models.people import Person
from companion.models.placement import Placement, Way
from companion.models.programme import Programme
from companion.services.nudges import NudgeService
from companion.store import Database, Session
from tests import rows
from tests.clock import Clock
from tests.statements import asked

KIND = NudgeKind


class Told:
    """Remembers what was queued for whom."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def queue_message(
        self, session: Session, person_id: int, key: str, subject: str, text: str, **more: Any
    ) -> None:
        self.sent.append({"person": person_id, "key": key, "subject": subject, "text": text, **more})


class Office:
    """A pair that began today, on a Monday at nine in Berlin."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock, self.told = db, clock, Told()
        self.service = NudgeService(db, clock=clock, messages=self.told)
        with db.begin() as session:
            site = rows.site(session)
            course = rows.course(session, site)
            programme = rows.programme(session, site, [course], weeks=4)
            learner, adviser = (
                rows.person(session, site, name, time_zone="Europe/Berlin", language=language)
                for name, language in (("Nia Okafor", "de_at"), ("Tomas Berg", "en"))
            )
            for person in (learner, adviser):
                rows.enrol(session, person, course)
            session.add(
                Placement(
                    course_id=course.id,
                    widget="check-in",
                    lms_module_id=77,
                    lms_activity_id=7,
                    way=Way.TEMPLATE,
                    placed_at=rows.NOW,
                )
            )
            made = rows.engagement(session, programme, learner, adviser, course_id=course.id)
            self.site, self.course, self.programme = site.id, course.id, programme.id
            self.learner, self.adviser, self.engagement = learner.id, adviser.id, made.id

    def run(self) -> list[tuple[int, NudgeKind]]:
        """Decide once; gives whom and of what."""
        before = len(self.told.sent)
        number = self.service.run()
        assert number == len(self.told.sent) - before
        if not number:
            return []
        with self.db.read() as session:
            found = session.execute(
                sa.select(Nudge.person_id, Nudge.kind).order_by(Nudge.id.desc()).limit(number)
            ).all()
        return sorted((row[0], row[1]) for row in found)

    def add(self, *made: object) -> None:
        with self.db.begin() as session:
            session.add_all(made)

    def check_in(self, who: int, contact: Contact = Contact.CALL) -> None:
        self.add(
            CheckIn(
                engagement_id=self.engagement,
                person_id=who,
                mood=Mood.GOOD,
                contact=contact,
                created_at=self.clock(),
                form_key=f"{who}-{self.clock():%m%d%H%M}",
            )
        )

    def answers(self, who: int, *, trust: bool = True) -> None:
        self.add(
            Feedback(
                engagement_id=self.engagement,
                person_id=who,
                fit=Fit.GOOD,
                trust_item=TrustItem.ABILITY if trust else None,
                trust_score=4 if trust else None,
                created_at=self.clock(),
                form_key=f"f{who}-{self.clock():%m%d%H%M}",
            )
        )

    def opens_a_widget(self, who: int) -> None:
        with self.db.begin() as session:
            session.execute(sa.update(Wishes).where(Wishes.person_id == who).values(unanswered=0))


@pytest.fixture
def office(db: Database, clock: Clock) -> Office:
    return Office(db, clock)


def test_nobody_is_reminded_on_the_first_days(office: Office) -> None:
    for _ in range(3):
        assert office.run() == []
        office.clock.move(hours=20)


def test_without_a_first_contact_both_are_reminded_on_day_three_with_the_link_that_does_it(
    office: Office,
) -> None:
    office.clock.move(days=3)
    assert office.run() == [(office.learner, KIND.FIRST_CONTACT), (office.adviser, KIND.FIRST_CONTACT)]
    german, english = office.told.sent
    assert german["subject"] == "Ein erstes Hallo"
    assert "Tomas Berg" in german["text"]
    assert "Nia Okafor" in english["text"]
    assert english["link"] == "https://moodle.example.org/mod/lti/view.php?id=77"
    assert english["stop_text"] == "No more reminders"


def test_for_somebody_who_joins_a_running_circle_it_begins_with_the_joining(office: Office) -> None:
    office.check_in(office.adviser)
    office.clock.move(days=14)
    with office.db.begin() as session:
        mine = session.get_one(EngagementMember, (office.engagement, office.learner))
        mine.joined_at = office.clock()
    office.check_in(office.adviser)
    office.answers(office.adviser)
    assert office.run() == []
    office.clock.move(days=1)
    assert office.run() == [], (
        "neither the first days of the circle nor its past weeks are theirs to make good"
    )
    with office.db.begin() as session:
        session.execute(sa.delete(CheckIn).where(CheckIn.created_at > office.clock() - timedelta(days=2)))
    office.clock.move(days=2)
    assert (office.learner, KIND.FIRST_CONTACT) in office.run()


def test_twice_within_the_hour_and_for_a_week_nobody_is_reminded_again(office: Office) -> None:
    office.clock.move(days=3)
    assert len(office.run()) == 2
    assert office.run() == []
    office.clock.move(days=6, hours=23)
    assert office.run() == []
    office.clock.move(hours=1)
    assert len(office.run()) == 2


def test_at_night_it_waits_for_the_morning_of_the_person(office: Office) -> None:
    with office.db.begin() as session:
        session.get_one(Person, office.adviser).time_zone = "America/Los_Angeles"
    office.clock.move(days=3)
    assert office.run() == [(office.learner, KIND.FIRST_CONTACT)]
    office.clock.move(hours=7)
    assert office.run() == [(office.adviser, KIND.FIRST_CONTACT)]


def test_after_three_unanswered_there_are_no_more_and_the_coordinator_sees_it(office: Office) -> None:
    office.clock.move(days=3)
    for _ in range(MOST_UNANSWERED):
        assert (office.learner, KIND.FIRST_CONTACT) in office.run()
        office.opens_a_widget(office.adviser)
        office.clock.move(days=7)
    assert office.learner not in [who for who, _ in office.run()]
    (silent,), number = office.service.silent([office.programme])
    assert (silent.person_id, silent.full_name) == (office.learner, "Nia Okafor")
    assert number == 1
    assert office.service.silent([]) == ([], 0)


def test_opening_a_widget_is_a_sign_of_life(office: Office) -> None:
    office.add(Wishes(person_id=office.learner, nudged_at=rows.NOW, unanswered=2))
    with office.db.begin() as session:
        platform = _platform(session)
        session.add(
            Launch(
                id="x" * 43,
                platform_id=platform,
                subject="1",
                person_id=office.learner,
                resource_link_id="1",
                widget="check-in",
                teacher=False,
                created_at=rows.NOW + timedelta(hours=1),
                expires_at=rows.NOW + timedelta(hours=9),
            )
        )
    office.clock.move(hours=2)
    office.run()
    with office.db.read() as session:
        assert session.get_one(Wishes, office.learner).unanswered == 0


def test_who_stopped_them_gets_none_and_may_have_them_again(office: Office) -> None:
    for _ in range(2):
        assert office.service.stop(office.learner)
    assert not office.service.stop(999)
    office.clock.move(days=3)
    assert office.run() == [(office.adviser, KIND.FIRST_CONTACT)]
    assert office.service.resume(office.learner)
    assert office.run() == [(office.learner, KIND.FIRST_CONTACT)]


def test_a_full_week_an_opt_out_and_a_pause_silence_them(office: Office) -> None:
    office.clock.move(days=3)
    office.add(FullWeek(person_id=office.learner, monday=date(2026, 11, 23), said_at=rows.NOW))
    with office.db.begin() as session:
        session.get_one(Person, office.adviser).opted_out_at = rows.NOW
    assert office.run() == []
    office.clock.move(days=5)
    assert office.run() == [(office.learner, KIND.FIRST_CONTACT)]
    office.clock.move(days=7)
    with office.db.begin() as session:
        session.execute(sa.update(Engagement).values(state=EngagementState.PAUSED))
    assert office.run() == []


def test_a_check_in_is_asked_for_a_week_after_the_last(office: Office) -> None:
    office.check_in(office.learner)
    office.check_in(office.adviser)
    office.clock.move(days=4)
    assert office.run() == []
    office.clock.move(days=3)
    due = office.run()
    assert due
    assert {kind for _, kind in due} <= {KIND.CHECK_IN, KIND.FEEDBACK}


def test_a_commitment_is_told_of_on_its_day(office: Office) -> None:
    office.check_in(office.learner)
    office.add(_commitment(office, office.learner, date(2026, 11, 26)))
    office.clock.move(days=2)
    assert office.run() == []
    office.clock.move(days=1)
    assert office.run() == [(office.learner, KIND.COMMITMENT)]
    assert office.told.sent[-1]["link"].endswith("/course/view.php?id=" + str(_lms_course(office)))


def test_what_others_wait_for_comes_first(office: Office) -> None:
    office.add(
        Ask(
            programme_id=office.programme,
            asker_id=office.learner,
            topics=[],
            state=AskState.OPEN,
            created_at=rows.NOW,
            last_at=rows.NOW,
            course_id=office.course,
            form_key="a",
        )
    )
    office.add(
        AskedPerson(
            ask_id=_first_ask(office),
            person_id=office.adviser,
            state=AskedState.WAITING,
            strengths=[],
            asked_at=rows.NOW,
            wishes=False,
            asker_wishes=False,
        )
    )
    office.clock.move(days=3)
    assert (office.adviser, KIND.ASK) in office.run()


def test_a_proposal_that_waits_is_told_of(office: Office) -> None:
    with office.db.begin() as session:
        session.execute(sa.update(Engagement).values(state=EngagementState.PROPOSED))
    office.clock.move(days=1)
    assert [kind for _, kind in office.run()] == [KIND.PROPOSAL] * 2


@pytest.mark.parametrize("day", range(20, 25))
def test_the_end_is_told_of_once_whatever_the_last_reminder_was(office: Office, day: int) -> None:
    """One reminder a week, on a Thursday or a Friday, and a last day on a Sunday: the end was never told of."""
    for moved in (day - 7, 7):  # both were reminded a week ago, of something else
        office.clock.move(days=moved)
        for who in (office.learner, office.adviser):
            office.opens_a_widget(who)
        if moved != 7:
            office.run()
        office.check_in(office.learner)
    kinds: list[NudgeKind] = []
    for _ in range(27 - day + 1):
        kinds += [kind for _, kind in office.run()]
        office.clock.move(days=1)
    assert kinds.count(KIND.CLOSE) == 2


def test_the_day_of_a_commitment_is_kept_free_of_lesser_reminders(office: Office) -> None:
    """A check-in asked for on the Monday would take the one reminder of the week from what is due on the Thursday."""
    office.check_in(office.learner)
    office.add(_commitment(office, office.learner, date(2026, 12, 3)))
    office.clock.move(days=7)
    assert [kind for who, kind in office.run() if who == office.learner] == []
    office.clock.move(days=3)
    assert (office.learner, KIND.COMMITMENT) in office.run()


def test_a_commitment_whose_day_was_a_saturday_is_told_of_on_monday(office: Office) -> None:
    office.check_in(office.learner)
    office.add(_commitment(office, office.learner, date(2026, 11, 28)))
    told = []
    for _ in range(8):
        told += [(office.clock().weekday(), kind) for who, kind in office.run() if who == office.learner]
        office.clock.move(days=1)
    assert told == [(0, KIND.COMMITMENT)]


def test_the_check_in_follows_the_cadence_of_the_programme(office: Office) -> None:
    with office.db.begin() as session:
        session.get_one(Programme, office.programme).contact_days = [7, 14]
        session.get_one(Engagement, office.engagement).ends_on = date(2027, 2, 14)
    office.clock.move(days=7)
    office.check_in(office.learner)
    office.answers(office.learner)
    told = []
    for _ in range(15):
        told += [(office.clock().day, kind) for who, kind in office.run() if who == office.learner]
        office.opens_a_widget(office.learner)
        office.clock.move(days=1)
    assert told == [(14, KIND.CHECK_IN)]


def test_who_gave_no_item_of_trust_for_two_weeks_is_asked_for_one(office: Office) -> None:
    office.clock.move(days=14)
    office.check_in(office.learner)
    office.answers(office.learner, trust=False)
    assert (office.learner, KIND.PULSE) in office.run()


def test_a_programme_may_remind_nobody(office: Office) -> None:
    with office.db.begin() as session:
        session.get_one(Programme, office.programme).nudges = False
    office.clock.move(days=3)
    assert office.run() == []
    assert office.service.remind(office.engagement) == 0


def test_a_coordinator_cannot_have_those_reminded_who_have_no_room(office: Office) -> None:
    office.add(FullWeek(person_id=office.learner, monday=date(2026, 11, 23), said_at=rows.NOW))
    assert office.service.remind(office.engagement) == 1


def test_many_people_cost_no_more_statements_each(office: Office, clock: Clock) -> None:
    """Bulk: a chunk of people is decided with a bounded number of statements."""
    with office.db.begin() as session:
        site = session.get_one(Site, office.site)
        programme = session.get_one(Programme, office.programme)
        for number in range(40):
            one, other = (
                rows.person(session, site, f"P {number} {side}", time_zone="Europe/Berlin") for side in "ab"
            )
            rows.engagement(session, programme, one, other)
    clock.move(days=3)
    with asked(office.db) as counted:
        assert office.service.run() == 82
    assert 0 < len(counted) < 40


def _commitment(office: Office, who: int, due: date) -> Commitment:
    return Commitment(
        engagement_id=office.engagement,
        person_id=who,
        due_on=due,
        state=CommitmentState.OPEN,
        was_late=False,
        created_at=rows.NOW,
        form_key="c",
    )


def _first_ask(office: Office) -> int | None:
    with office.db.read() as session:
        return session.scalar(sa.select(sa.func.min(Ask.id)))


def _lms_course(office: Office) -> int:
    with office.db.read() as session:
        return session.get_one(Course, office.course).lms_id


def _platform(session: Session) -> int:
    row = Platform(
        issuer="https://moodle.example.org",
        client_id="c",
        auth_url="https://moodle.example.org/a",
        token_url="https://moodle.example.org/t",
        jwks_url="https://moodle.example.org/j",
        enabled=True,
        waiting=False,
        scores=False,
        created_at=rows.NOW,
    )
    return rows.stored(session, row).id
