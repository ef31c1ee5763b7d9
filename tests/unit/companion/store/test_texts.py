"""Who reads what: every concept with a text, for every relation somebody can have to it, on both databases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from companion.models import Base
from companion.models.audience import (
    AUDIENCE,
    NOBODY,
    READERS,
    Audience,
    Concept,
    Reader,
    Relation,
    Staff,
    may_read,
)
from companion.models.charter import WorkStyle
from companion.models.commitment import Commitment, CommitmentState
from companion.models.concern import Concern, ConcernKind, ConcernState, ConcernTopic, Share
from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementMember,
    EngagementState,
    Mood,
    Side,
)
from companion.models.exchange import (
    Ask,
    AskedPerson,
    AskedState,
    AskState,
    AskWord,
    Lesson,
    LessonAudience,
    LessonKind,
    LessonState,
    Thanks,
    ThanksFor,
    WordKind,
)
from companion.models.feedback import FeedbackReply, FeedbackRequest
from companion.models.people import EnrolmentRole
from companion.models.said import Said
from companion.store import Cipher, Database, Session, Texts
from companion.store.texts import KINDS
from tests import rows
from tests.rows import NOW

TEXTS = Texts(Cipher("dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="))
SAID = "Something that is meant for some people alone"


@dataclass
class World:
    """One author of everything, and somebody for each relation to it."""

    programme_id: int
    course_id: int
    engagement_id: int
    people: Mapping[str, int]

    def reader(self, relation: Relation) -> Reader:
        staff = {one.value: one for one in Staff}
        if relation.value in staff:
            return Reader(staff=staff[relation.value])
        return Reader(self.people[relation.value])


ROLES = (
    *("author", "member", "former_member", "companion", "receiver", "asked"),
    *("credited", "participant", "teacher", "stranger"),
)


@pytest.fixture
def world(db: Database) -> World:
    with db.begin() as session:
        site = rows.site(session)
        course, other = rows.course(session, site), rows.course(session, site, "Another course")
        programme = rows.programme(session, site, [course])
        people = {name: rows.person(session, site, name) for name in ROLES}
        for name, person in people.items():
            if name not in ("teacher", "stranger", "credited"):
                rows.enrol(session, person, course)
        rows.enrol(session, people["teacher"], course, role=EnrolmentRole.TEACHER)
        rows.enrol(session, people["stranger"], other)
        ended = {"state": EngagementState.CLOSED}
        engagement = rows.engagement(session, programme, people["author"], people["member"], **ended)
        session.add(_left(engagement, people["former_member"].id))
        rows.engagement(session, programme, people["companion"], people["author"])
        rows.engagement(session, programme, people["receiver"], people["stranger"])
        ids = {name: person.id for name, person in people.items()}
        return World(programme.id, course.id, engagement.id, ids)


def _left(engagement: Engagement, person_id: int) -> EngagementMember:
    return EngagementMember(
        engagement_id=engagement.id, person_id=person_id, side=Side.LEARNER, left_at=NOW - timedelta(days=1)
    )


def _key() -> dict[str, Any]:
    return {"created_at": NOW, "form_key": "k" * 32}


def _check_in(world: World, _session: Session) -> Base:
    return CheckIn(
        engagement_id=world.engagement_id,
        person_id=world.people["author"],
        mood=Mood.GOOD,
        contact=Contact.CALL,
        note_encrypted=TEXTS.seal(SAID),
        **_key(),
    )


def _style(world: World, _session: Session) -> Base:
    return WorkStyle(person_id=world.people["author"], reach_encrypted=TEXTS.seal(SAID), changed_at=NOW)


def _commitment(world: World, _session: Session) -> Base:
    return Commitment(
        engagement_id=world.engagement_id,
        person_id=world.people["author"],
        intent_encrypted=TEXTS.seal(SAID),
        due_on=NOW.date(),
        state=CommitmentState.OPEN,
        was_late=False,
        **_key(),
    )


def _request(world: World, _session: Session) -> Base:
    return FeedbackRequest(
        engagement_id=world.engagement_id,
        person_id=world.people["author"],
        about_encrypted=TEXTS.seal(SAID),
        **_key(),
    )


def _reply(world: World, session: Session) -> Base:
    asked = FeedbackRequest(engagement_id=world.engagement_id, person_id=world.people["receiver"], **_key())
    return FeedbackReply(
        request_id=rows.stored(session, asked).id,
        person_id=world.people["author"],
        helps_encrypted=TEXTS.seal(SAID),
        **_key(),
    )


def _concern(world: World, _session: Session) -> Base:
    return Concern(
        programme_id=world.programme_id,
        engagement_id=world.engagement_id,
        person_id=world.people["author"],
        kind=ConcernKind.CONCERN,
        share=Share.WORDS,
        topic=ConcernTopic.OTHER,
        text_encrypted=TEXTS.seal(SAID),
        rematch=False,
        state=ConcernState.OPEN,
        **_key(),
    )


def _ask(world: World, session: Session, asker: str = "author") -> Ask:
    row = Ask(
        programme_id=world.programme_id,
        asker_id=world.people[asker],
        topics=[],
        text_encrypted=TEXTS.seal(SAID),
        state=AskState.OPEN,
        last_at=NOW,
        **_key(),
    )
    rows.stored(session, row)
    for name, state in (("asked", AskedState.WAITING), ("former_member", AskedState.PASSED_ON)):
        session.add(_asked(row, world.people[name], state))
    return row


def _asked(row: Ask, person_id: int, state: AskedState) -> AskedPerson:
    wishes = {"wishes": False, "asker_wishes": False}
    return AskedPerson(ask_id=row.id, person_id=person_id, state=state, strengths=[], asked_at=NOW, **wishes)


def _word(world: World, session: Session) -> Base:
    row = _ask(world, session)
    return AskWord(
        ask_id=row.id,
        author_id=world.people["author"],
        kind=WordKind.ADDITION,
        text_encrypted=TEXTS.seal(SAID),
        **_key(),
    )


def _thanks(world: World, _session: Session) -> Base:
    return Thanks(
        by_id=world.people["author"],
        to_id=world.people["receiver"],
        credited_id=world.people["credited"],
        about=ThanksFor.OTHER,
        text_encrypted=TEXTS.seal(SAID),
        **_key(),
    )


def _lesson(audience: LessonAudience, state: LessonState) -> Callable[[World, Session], Base]:
    return lambda world, _session: Lesson(
        author_id=world.people["author"],
        programme_id=world.programme_id,
        engagement_id=world.engagement_id,
        kind=LessonKind.WENT_RIGHT,
        audience=audience,
        as_learner=True,
        text_encrypted=TEXTS.seal(SAID),
        state=state,
        **_key(),
    )


MAKERS: Mapping[Concept, Callable[[World, Session], Base]] = {
    Concept.CHECK_IN: _check_in,
    Concept.WORK_STYLE: _style,
    Concept.COMMITMENT: _commitment,
    Concept.FEEDBACK_REQUEST: _request,
    Concept.FEEDBACK_REPLY: _reply,
    Concept.CONCERN: _concern,
    Concept.ASK: _ask,
    Concept.ASK_WORD: _word,
    Concept.THANKS: _thanks,
    Concept.NOTE: _lesson(LessonAudience.MYSELF, LessonState.KEPT),
    Concept.LESSON: _lesson(LessonAudience.ENGAGEMENT, LessonState.KEPT),
    Concept.LESSON_FOR_ALL: _lesson(LessonAudience.NEXT_COHORT, LessonState.PUBLISHED),
    Concept.SAID: lambda world, _session: Said(
        person_id=world.people["author"], words_encrypted=TEXTS.seal(SAID), changed_at=NOW
    ),
}

IN_PROGRAMME = {
    Relation.MEMBER,
    Relation.FORMER_MEMBER,
    Relation.COMPANION,
    Relation.RECEIVER,
    Relation.ASKED,
}
"""They learn in a course of the programme as well, and so are participants to what everybody there may read."""


def meant(concept: Concept, relation: Relation) -> bool:
    """What the table says, given everything that somebody of this relation is besides."""
    participant = AUDIENCE[concept] is Audience.NEXT_COHORT and relation in IN_PROGRAMME
    return may_read(concept, relation) or participant


def read(db: Database, concept: Concept, reader: Reader) -> list[str | None]:
    with db.read() as session:
        told = TEXTS.read(session, reader, concept, sa.select(KINDS[concept].model))
        return [text for one in told for text in one.texts.values() if text]


def test_every_concept_with_a_text_is_tested() -> None:
    assert set(MAKERS) == set(KINDS)
    assert set(AUDIENCE) == set(Concept)
    assert set(READERS) == set(Audience)


@pytest.mark.parametrize("concept", MAKERS)
def test_a_text_is_read_by_its_audience_and_by_nobody_else(
    db: Database, world: World, concept: Concept
) -> None:
    with db.begin() as session:
        session.add(MAKERS[concept](world, session))
    found = {relation: read(db, concept, world.reader(relation)) for relation in Relation}
    assert found == {relation: [SAID] if meant(concept, relation) else [] for relation in Relation}
    assert read(db, concept, NOBODY) == []


def test_thanks_that_credit_nobody_are_not_for_those_without_a_number(db: Database, world: World) -> None:
    """The attack: whoever is no person of the LMS equals an empty column."""
    with db.begin() as session:
        row = _thanks(world, session)
        row.credited_id = None  # type: ignore[attr-defined]
        session.add(row)
    for staff in Staff:
        assert read(db, Concept.THANKS, Reader(staff=staff)) == []


@pytest.mark.parametrize("state", [LessonState.WAITING, LessonState.DECLINED])
def test_a_lesson_that_was_not_let_through_is_seen_by_its_author_and_who_looks(
    db: Database, world: World, state: LessonState
) -> None:
    with db.begin() as session:
        session.add(_lesson(LessonAudience.NEXT_COHORT, state)(world, session))
    readers = [r for r in Relation if read(db, Concept.LESSON_FOR_ALL, world.reader(r))]
    assert readers == [Relation.AUTHOR, Relation.COORDINATOR]


@pytest.mark.parametrize("share", [Share.FACT, Share.TOPIC])
def test_a_coordinator_reads_no_concern_that_was_not_shared(db: Database, world: World, share: Share) -> None:
    with db.begin() as session:
        row = _concern(world, session)
        row.share = share  # type: ignore[attr-defined]
        session.add(row)
    assert read(db, Concept.CONCERN, Reader(staff=Staff.COORDINATOR)) == []


@pytest.mark.parametrize("concept", MAKERS)
def test_what_is_stored_holds_no_word(db: Database, world: World, concept: Concept) -> None:
    with db.begin() as session:
        session.add(MAKERS[concept](world, session))
    with db.engine.connect() as connection:
        stored = [str(row) for row in connection.execute(sa.select(KINDS[concept].model.__table__))]
    assert stored
    assert not any(SAID in row for row in stored)
