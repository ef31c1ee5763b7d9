"""My data: complete for its person, gone when it is taken away, held where the law says so; on both databases."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from companion.errors import ConflictError, NotFoundError
from companion.matching import Reason, stored
from companion.matching.grounds import Ground, Said
from companion.mentoring.engagement import Mover
from companion.models.audience import Concept
from companion.models.base import Base
from companion.models.engagement import CheckIn, Contact, Engagement, EngagementMember, EngagementState, Mood
from companion.models.exchange import Ask, AskedPerson, AskState, LessonAudience, LessonKind, ThanksFor
from companion.models.jobs import OutboxEntry
from companion.models.matching import Instruction, PairInstruction, ProposedPair
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.asked_people import AskedPeople
from companion.services.asks import AskService
from companion.services.leaving import leave_all
from companion.services.lessons import LessonService
from companion.services.mentoring import Viewer
from companion.services.messages import Messenger
from companion.services.own_data import OPT_OUT, OwnDataService
from companion.services.thanks import ThanksService
from companion.store import Cipher, Database, Texts
from companion.store.texts import KINDS
from tests import rows
from tests.clock import Clock

MINE = "=HYPERLINK(1) what I wrote"
THEIRS = "What Tomas wrote to me"
OTHERS = "What two others wrote to each other"


class Desk:
    """Nia with Tomas, Ana with Bo; everybody wrote something."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock
        cipher = Cipher(Fernet.generate_key().decode())
        self.texts = Texts(cipher)
        messenger = Messenger(cipher, cipher, clock, "https://cairn.example.org")
        asked = AskedPeople(texts=self.texts, messages=messenger)
        self.asks = AskService(db, texts=self.texts, clock=clock, people=asked)
        self.thanks = ThanksService(db, texts=self.texts, clock=clock)
        self.lessons = LessonService(db, texts=self.texts, clock=clock)
        self.service = OwnDataService(
            db,
            texts=self.texts,
            clock=clock,
            leave_all=lambda session, person_id, now: leave_all(
                session, messenger, person_id, Mover.MEMBER, now
            ),
        )
        with db.begin() as session:
            site = rows.site(session)
            course = rows.course(session, site)
            programme = rows.programme(session, site, [course])
            people = [
                rows.person(session, site, name, email=f"{name[:3]}@example.org")
                for name in ("Nia Okafor", "Tomas Berg", "Ana Ruiz", "Bo Lindqvist")
            ]
            for person in people:
                rows.enrol(session, person, course, completed_at=rows.NOW - timedelta(days=20))
            self.nia, self.tomas, self.ana, self.bo = (person.id for person in people)
            self.engagement = rows.engagement(
                session, programme, people[0], people[1], course_id=course.id
            ).id
            self.other = rows.engagement(session, programme, people[2], people[3]).id
            self.course, self.programme = course.id, programme.id
        self.note(self.engagement, self.nia, MINE)
        self.note(self.engagement, self.tomas, THEIRS)
        self.note(self.other, self.ana, OTHERS)
        self.thanks.thank(
            self.by(self.tomas), self.nia, about=ThanksFor.OTHER, text=THEIRS, form_key=token_urlsafe(24)
        )
        self.lesson(LessonAudience.MYSELF)
        self.asks.put(self.by(self.nia), MINE, section=None, topics=(), form_key=token_urlsafe(24))

    def by(self, person_id: int) -> Viewer:
        return Viewer(person_id, self.course, teacher=False)

    def lesson(self, audience: LessonAudience) -> None:
        self.lessons.write(
            self.by(self.nia),
            self.engagement,
            kind=LessonKind.WENT_RIGHT,
            audience=audience,
            text=f"{MINE} for {audience}",
            section=None,
            form_key=token_urlsafe(24),
        )

    def note(self, engagement: int, person: int, text: str) -> None:
        with self.db.begin() as session:
            session.add(
                CheckIn(
                    engagement_id=engagement,
                    person_id=person,
                    mood=Mood.GOOD,
                    contact=Contact.CALL,
                    note_encrypted=self.texts.seal(text),
                    created_at=self.clock(),
                    form_key=token_urlsafe(24),
                )
            )

    def let_it_stand(self) -> None:
        """Wait until stopping can no longer be taken back; the work of it is done twice, as may happen."""
        self.clock.move(minutes=10)
        with self.db.read() as session:
            entries = session.scalars(sa.select(OutboxEntry).where(OutboxEntry.kind == OPT_OUT)).all()
        for entry in (*entries, *entries):
            self.service.opt_out_now(entry)

    def sealed(self, person_id: int) -> int:
        """How many texts of a person are stored."""
        number = 0
        with self.db.read() as session:
            for kind in KINDS.values():
                model: Any = kind.model
                columns = [getattr(model, f"{name}_encrypted") for name in kind.columns]
                written = sa.or_(*(column.is_not(None) for column in columns))
                which = [kind.which] if kind.which is not None else []
                number += (
                    session.scalar(
                        sa.select(sa.func.count())
                        .select_from(model)
                        .where(kind.author == person_id, written, *which)
                    )
                    or 0
                )
        return number

    def close(self) -> None:
        with self.db.begin() as session:
            session.execute(sa.update(Engagement).values(state=EngagementState.CLOSED, ended_at=self.clock()))


@pytest.fixture
def desk(db: Database, clock: Clock) -> Desk:
    return Desk(db, clock)


def test_everything_holds_what_one_wrote_and_what_others_wrote_to_one_and_nothing_else(desk: Desk) -> None:
    told = desk.service.as_json(desk.nia).decode()
    found = json.loads(told)
    assert {name for name in Concept if name in KINDS} <= set(found)
    assert [row["note"] for row in found["check_in"] if row["yours"]] == [MINE]
    assert [row["note"] for row in found["check_in"] if not row["yours"]] == [THEIRS]
    assert found["thanks"][0]["by"] == "Tomas Berg"
    assert found["person"][0]["email"] == "Nia@example.org"
    assert found["engagements"][0]["programme"] == "Onboarding companions"
    assert found["ask"][0]["text"] == MINE
    assert OTHERS not in told
    assert "form_key" not in told


TOLD_AS = {
    **{kind.model.__tablename__: concept.value for concept, kind in KINDS.items()},
    **dict.fromkeys(("proposed_pair",), "matchings"),
    **dict.fromkeys(("remedy_taken", "risk_found"), "looked_after"),
    "asked_person": "asks_put_to_you",
    "calendar_address": "calendar",
    "engagement_member": "engagements",
    "enrolment": "courses",
    "feedback": "fit_and_trust",
    "full_week": "full_weeks",
    "identity": "sign_ins",
    "launch": "open_widgets",
    "lms_cohort_member": "cohorts",
    "nudge": "reminders",
    "pair_instruction": "instructions",
    "person_wish": "wishes_for_matching",
    "reporting_member": "reports",
    "unmatched_learner": "not_matched",
    "veto": "vetoes",
    "wishes": "wishes",
}
"""By table that names people: where somebody finds what is kept of them there."""


def test_no_table_that_names_people_is_left_out(desk: Desk) -> None:
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "person" for column in table.columns for key in column.foreign_keys)
    }
    assert naming == set(TOLD_AS)
    assert set(TOLD_AS.values()) <= set(desk.service.everything(desk.nia))


def test_how_one_was_matched_is_told_and_nobody_elses_name(desk: Desk) -> None:
    reason = stored(Reason("topics", 3, Said(Ground.TOPICS_OFFERED, ("law",))))
    with desk.db.begin() as session:
        people = [session.get_one(Person, who) for who in (desk.nia, desk.tomas, desk.ana)]
        programme = session.get_one(Programme, desk.programme)
        for adviser, engagement in ((people[1], desk.engagement), (people[2], None)):
            run = rows.run(session, programme, [(people[0], adviser)], [people[0]])
            session.execute(
                sa.update(ProposedPair)
                .where(ProposedPair.run_id == run.id)
                .values(reasons=[reason], engagement_id=engagement)
            )
        session.add(
            PairInstruction(
                programme_id=programme.id,
                learner_id=desk.nia,
                adviser_id=desk.ana,
                kind=Instruction.FORBID,
                given_by="Ada",
                given_at=rows.NOW,
            )
        )
    found = desk.service.everything(desk.nia)
    assert [(row["engagement"], row["reasons"]) for row in found["matchings"]] == [
        (desk.engagement, ["Can help with law."]),
        (None, []),
    ]
    assert len(found["not_matched"]) == 2
    assert [row["kind"] for row in found["instructions"]] == ["forbid"]
    told = repr([found[name] for name in ("matchings", "not_matched", "instructions")])
    assert not [name for name in ("Tomas", "Ana", "Ada") if name in told]
    assert desk.service.everything(desk.tomas)["matchings"][0]["reasons"] == ["You can help with law."]


def test_a_spreadsheet_takes_no_word_for_a_formula(desk: Desk) -> None:
    with zipfile.ZipFile(io.BytesIO(desk.service.as_csv(desk.nia))) as files:
        (mine, theirs) = csv.DictReader(io.StringIO(files.read("check_in.csv").decode()))
        assert {mine["note"], theirs["note"]} == {f"'{MINE}", THEIRS}
        assert "person.csv" in files.namelist()


def test_erasing_takes_every_word_and_leaves_the_counts(desk: Desk) -> None:
    desk.lesson(LessonAudience.ENGAGEMENT)
    theirs = desk.sealed(desk.tomas)
    assert desk.sealed(desk.nia) == 4
    desk.service.erase(desk.nia)
    assert desk.sealed(desk.nia) == 0
    assert desk.sealed(desk.tomas) == theirs
    with desk.db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) == 3
        assert session.get_one(Person, desk.nia).opted_out_at is not None
        assert session.get_one(Engagement, desk.engagement).state is EngagementState.ENDED_EARLY
        assert session.get_one(Person, desk.nia).full_name == "Nia Okafor", "the LMS still tells it"
    desk.service.erase(desk.nia)


def test_who_left_the_lms_is_forgotten_by_name_as_well(desk: Desk) -> None:
    with desk.db.begin() as session:
        session.get_one(Person, desk.nia).removed_at = rows.NOW
    desk.service.erase(desk.nia)
    with desk.db.read() as session:
        person = session.get_one(Person, desk.nia)
    assert (person.full_name, person.email, person.profile) == ("Somebody who left", None, {})


def test_a_legal_hold_stands_against_erasing_and_purging(desk: Desk) -> None:
    desk.service.hold(desk.nia, held=True)
    before = desk.service.standing(desk.nia)
    with pytest.raises(ConflictError):
        desk.service.erase(desk.nia)
    assert desk.service.standing(desk.nia) == before, "nor is anybody taken out of the mentoring by it"
    with desk.db.read() as session:
        assert session.get_one(EngagementMember, (desk.engagement, desk.nia)).left_at is None
    desk.close()
    desk.clock.move(days=400)
    desk.service.purge()
    assert desk.sealed(desk.nia) >= 2
    assert desk.sealed(desk.ana) == 0
    desk.service.hold(desk.nia, held=False)
    desk.service.purge()
    assert desk.sealed(desk.nia) == 2, "the note for oneself and the open question stay"


def test_texts_are_purged_after_the_days_of_the_programme_and_counts_remain(desk: Desk) -> None:
    desk.close()
    desk.clock.move(days=179)
    assert desk.service.purge() == 0
    desk.clock.move(days=1)
    assert desk.service.purge() > 0
    assert desk.sealed(desk.tomas) == 0
    with desk.db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) == 3
        assert session.get_one(Engagement, desk.engagement).texts_purged_at == desk.clock()
    assert desk.service.purge() == 0


def test_a_running_engagement_is_never_purged(desk: Desk) -> None:
    desk.clock.move(days=1000)
    assert desk.service.purge() == 0


def test_opting_out_ends_things_kindly_and_may_be_taken_back(desk: Desk) -> None:
    desk.service.opt_out(desk.nia)
    assert desk.service.standing(desk.nia).opted_out
    desk.service.opt_in(desk.nia)
    desk.let_it_stand()
    with desk.db.read() as session:
        assert session.get_one(Engagement, desk.engagement).ended_at is None, "it was taken back"
    desk.service.opt_out(desk.nia)
    desk.let_it_stand()
    with desk.db.read() as session:
        member = session.get_one(EngagementMember, (desk.engagement, desk.nia))
        assert member.left_at == desk.clock()
        assert session.get_one(Engagement, desk.engagement).ended_at == desk.clock()
        assert session.scalars(sa.select(Ask)).one().state is AskState.EXPIRED
        keys = set(session.scalars(sa.select(OutboxEntry.key)))
    assert f"left-{desk.engagement}-{desk.tomas}-20261123-{desk.nia}" in keys
    assert desk.service.standing(desk.nia).opted_out
    desk.service.opt_in(desk.nia)
    assert not desk.service.standing(desk.nia).opted_out


def test_who_opts_out_gives_back_what_was_put_to_them(desk: Desk) -> None:
    with desk.db.read() as session:
        asked = list(session.scalars(sa.select(AskedPerson.person_id)))
    desk.service.opt_out(asked[0])
    desk.let_it_stand()
    assert all(view.id is None for view in desk.asks.page(desk.by(asked[0])).inbox)


def test_took_part_is_told_of_those_alone_who_agreed_and_nothing_but_that(desk: Desk) -> None:
    with desk.db.begin() as session:
        session.execute(sa.update(EngagementMember).values(charter_accepted_at=rows.NOW))
    assert desk.service.took_part(desk.programme).decode().splitlines() == [""]
    desk.service.show_took_part(desk.nia, shown=True)
    told = desk.service.took_part(desk.programme).decode().splitlines()
    assert told == ["name,number,took_part", "Nia Okafor,,yes"]
    desk.service.show_took_part(desk.nia, shown=False)
    assert "Nia" not in desk.service.took_part(desk.programme).decode()


def test_nobody_has_no_data(desk: Desk) -> None:
    for deed in (desk.service.everything, desk.service.opt_out, desk.service.erase, desk.service.standing):
        with pytest.raises(NotFoundError):
            deed(999)
