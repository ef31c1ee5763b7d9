"""What the pages of the widgets read of several engagements at once, on both databases."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from companion.models.audience import Concept, Reader
from companion.models.engagement import CheckIn, Engagement, EngagementMember, Fit, Side
from companion.models.lms import Course
from companion.models.matching import ProposedPair
from companion.models.people import Person
from companion.store import Cipher, Database, Texts, charters, engagements, lti, lti_launches, pages
from companion.store.pages import MOST_CHECK_INS, Together
from tests import rows
from tests.rows import NOW
from tests.statements import asked
from tests.unit.companion.store.test_engagements import World, check_in, feedback, world
from tests.unit.companion.store.test_lti import a_launch, save

__all__ = ["world"]
MONDAY = date(2026, 11, 23)
TEXT_KEY = "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="


def without_note(of: Engagement, by: Person, key: str, minutes: int = 0) -> CheckIn:
    row = check_in(of, by, key, minutes)
    row.note_encrypted = None
    return row


def test_people_come_by_engagement_with_what_they_go_by(db: Database, world: World) -> None:
    with db.begin() as session:
        other = rows.engagement(session, world.programme, world.mei, world.tomas)
        charters.accept(session, world.engagement.id, world.nia.id, 0, NOW)
        charters.set_full(session, world.mei.id, MONDAY, full=True, now=NOW)
        ids = [world.engagement.id, other.id]
        now = pages.by_ids(session, ids, world.tomas.id, MONDAY)
        later = pages.by_ids(session, ids, world.tomas.id, MONDAY + timedelta(days=7))
        first = tuple(engagements.members(session, ids)[world.engagement.id])
    mine, hers = now[world.engagement.id], now[other.id]
    assert mine.members == first
    assert (mine.member(world.nia.id).side, mine.member(world.nia.id).charter_version) == (Side.LEARNER, 0)
    assert [member.person_id for member in mine.others(world.nia.id)] == [world.tomas.id]
    assert (mine.programme, mine.charter_version) == ("Onboarding companions", 0)
    assert [member.person_id for member in hers.members] == [world.mei.id, world.tomas.id]
    assert (mine.full, hers.full) == (frozenset(), frozenset({world.mei.id}))
    assert later[other.id].full == frozenset()


def test_who_left_is_no_longer_among_the_people(db: Database, world: World) -> None:
    with db.begin() as session:
        membership = session.get_one(EngagementMember, (world.engagement.id, world.tomas.id))
        membership.left_at = NOW
        session.flush()
        ids = [world.engagement.id]
        hers = pages.by_ids(session, ids, world.nia.id, MONDAY)[world.engagement.id]
        his = pages.by_ids(session, ids, world.tomas.id, MONDAY)
    assert [member.person_id for member in hers.members] == [world.nia.id]
    assert his == {}


LATER = NOW + timedelta(hours=1)


def arrival(db: Database, launch_id: str = "x", now: datetime = NOW) -> pages.Arrival | None:
    """What one statement finds of a launch: the very launch that is found without its engagements."""
    with asked(db) as sent, db.statements() as connection:
        found = pages.of_launch(connection, launch_id, now, MONDAY)
    assert len(sent) <= 1
    with db.statements() as connection:
        assert (found and found.launch) == lti_launches.launch(connection, launch_id, now)
    return found


def test_a_launch_comes_with_the_engagements_that_its_person_has_in_its_course(
    db: Database, world: World
) -> None:
    platform = save(db)
    with db.begin() as session:
        elsewhere = rows.course(session, world.site, name="Elsewhere")
        other = rows.programme(session, world.site, [elsewhere])
        second = rows.engagement(session, world.programme, world.mei, world.tomas)
        rows.engagement(session, other, world.nia, world.tomas, course_id=elsewhere.id)
        places = {"tomas": world.tomas.id, "nia": world.nia.id, "nobody": None}
        for name, person_id in places.items():
            here = {"course_id": world.course.id, "expires_at": LATER}
            session.add(a_launch(platform, name, person_id=person_id, **here))
        session.add(a_launch(platform, "nowhere", person_id=world.nia.id, expires_at=LATER))
    for name, person_id in places.items():
        found = arrival(db, name)
        assert found is not None
        with db.statements() as connection:
            his = pages.of_person(connection, person_id or 0, world.course.id, MONDAY)
        assert found.together == his
    assert [one.id for one in found_of(db, "tomas")] == [second.id, world.engagement.id]
    assert [one.id for one in found_of(db, "nia")] == [world.engagement.id]
    assert found_of(db, "nobody") == found_of(db, "nowhere") == []


def found_of(db: Database, launch_id: str) -> list[Together]:
    found = arrival(db, launch_id)
    assert found is not None
    return [*found.together]


def test_a_launch_that_is_over_opens_no_engagement(db: Database, world: World) -> None:
    platform = save(db)
    with db.begin() as session:
        session.add(a_launch(platform, person_id=world.nia.id, course_id=world.course.id, expires_at=LATER))
    assert len(found_of(db, "x")) == 1
    assert arrival(db, now=LATER) is None
    for unknown in ("y", "", "x\0", "x" * 44, "x' OR 1=1"):
        assert arrival(db, unknown) is None
    with db.begin() as session:
        session.get_one(Person, world.nia.id).removed_at = NOW
    assert found_of(db, "x") == []
    with db.begin() as session:
        session.get_one(Person, world.nia.id).removed_at = None
        session.get_one(Course, world.course.id).removed_at = NOW
    assert found_of(db, "x") == []
    with db.begin() as session:
        lti.set_enabled(session, platform, False)
    assert arrival(db) is None


def test_answers_are_given_to_the_one_who_gave_them_newest_first(db: Database, world: World) -> None:
    with db.begin() as session:
        engagements.add_once(session, feedback(world.engagement, world.nia, "old", Fit.UNSURE))
        engagements.add_once(session, feedback(world.engagement, world.nia, "new", Fit.GOOD, minutes=1))
        engagements.add_once(session, feedback(world.engagement, world.tomas, "his", Fit.NOT_GOOD))
        found = pages.answers(session, [world.engagement.id], world.nia.id)[world.engagement.id]
    assert [answer.fit for answer in found] == [Fit.GOOD, Fit.UNSURE]


def test_reasons_come_as_they_are_stored(db: Database, world: World) -> None:
    told = [{"rule": "topics", "points": 9, "said": {"ground": "topics_offered", "names": ["law"]}}]
    with db.begin() as session:
        run = rows.run(session, world.programme, pairs=[(world.nia, world.tomas)])
        pair = session.scalars(sa.select(ProposedPair).where(ProposedPair.run_id == run.id)).one()
        pair.engagement_id, pair.reasons = world.engagement.id, told
        session.flush()
        ids = [world.engagement.id, 4711]
        found = pages.by_ids(session, ids, world.nia.id, MONDAY)[world.engagement.id]
    assert found.reasons == told


def test_check_ins_come_newest_first_and_not_without_end_of_each_engagement(
    db: Database, world: World
) -> None:
    texts = Texts(Cipher(TEXT_KEY))
    with db.begin() as session:
        other = rows.engagement(session, world.programme, world.nia, world.mei)
        for number in range(MOST_CHECK_INS + 2):
            for of in (world.engagement, other):
                key = f"k{of.id}-{number}"
                engagements.add_once(session, without_note(of, world.nia, key, minutes=-number))
        with asked(db) as sent:
            both = texts.read_columns(
                session.connection(),
                Reader(world.nia.id),
                Concept.CHECK_IN,
                *pages.check_ins([world.engagement.id, other.id]),
            )
        (query, values), me = pages.check_ins([other.id]), Reader(world.nia.id)
        one = texts.read_columns(session.connection(), me, Concept.CHECK_IN, query, values)
    assert len(sent) == 1
    for of in (world.engagement, other):
        keys = [told.row.form_key for told in both if told.row.engagement_id == of.id]
        assert keys == [f"k{of.id}-{number}" for number in range(MOST_CHECK_INS)]
    assert [told.row.form_key for told in one] == keys, "asked for alone"


def test_a_query_made_once_is_narrowed_to_each_reader_anew(db: Database, world: World) -> None:
    """The attack: the query that was narrowed for one person is used for the next."""
    texts = Texts(Cipher(TEXT_KEY))
    with db.begin() as session:
        engagements.add_once(session, without_note(world.engagement, world.nia, "key"))

    def read(reader: Reader, *more: int) -> list[CheckIn]:
        with db.statements() as connection:
            query, values = pages.check_ins([world.engagement.id, *more])
            told = texts.read_columns(connection, reader, Concept.CHECK_IN, query, values)
            return [one.row for one in told]

    for others in ((), (4711,), (), (4711,)):
        assert len(read(Reader(world.nia.id), *others)) == 1
        assert len(read(Reader(world.tomas.id), *others)) == 1
        assert read(Reader(world.mei.id), *others) == []
        assert read(Reader(), *others) == []
