"""What the pages of the widgets read of several engagements at once, on both databases."""

from datetime import date, timedelta

import sqlalchemy as sa

from companion.models.audience import Concept, Reader
from companion.models.engagement import CheckIn, Engagement, EngagementMember, Fit, Side
from companion.models.matching import ProposedPair
from companion.models.people import Person
from companion.store import Cipher, Database, Texts, charters, engagements, pages
from companion.store.pages import MOST_CHECK_INS
from tests import rows
from tests.rows import NOW
from tests.statements import asked
from tests.unit.companion.store.test_engagements import World, check_in, feedback, world

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
                pages.CHECK_INS,
                {"ids": [world.engagement.id, other.id]},
            )
    assert len(sent) == 1
    for of in (world.engagement, other):
        keys = [told.row.form_key for told in both if told.row.engagement_id == of.id]
        assert keys == [f"k{of.id}-{number}" for number in range(MOST_CHECK_INS)]


def test_a_query_made_once_is_narrowed_to_each_reader_anew(db: Database, world: World) -> None:
    """The attack: the query that was narrowed for one person is used for the next."""
    texts = Texts(Cipher(TEXT_KEY))
    with db.begin() as session:
        engagements.add_once(session, without_note(world.engagement, world.nia, "key"))

    def read(reader: Reader) -> list[CheckIn]:
        with db.statements() as connection:
            ids = {"ids": [world.engagement.id]}
            told = texts.read_columns(connection, reader, Concept.CHECK_IN, pages.CHECK_INS, ids)
            return [one.row for one in told]

    for _ in range(2):
        assert len(read(Reader(world.nia.id))) == 1
        assert len(read(Reader(world.tomas.id))) == 1
        assert read(Reader(world.mei.id)) == []
        assert read(Reader()) == []
