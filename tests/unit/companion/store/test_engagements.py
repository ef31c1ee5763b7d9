"""Queries on engagements, and who may read what in them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Event, current_thread, main_thread

import pytest
import sqlalchemy as sa

from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementState,
    Feedback,
    Fit,
    Mood,
    Side,
    TrustItem,
)
from companion.models.lms import Course, Site
from companion.models.people import Person
from companion.models.programme import Programme
from companion.store import Database, Session, engagements
from tests import rows
from tests.rows import NOW
from tests.statements import asked

ENDED = EngagementState.ENDED_EARLY


@dataclass
class World:
    """Nia learns from Tomas; Mei advises nobody yet."""

    site: Site
    course: Course
    programme: Programme
    nia: Person
    tomas: Person
    mei: Person
    engagement: Engagement


@pytest.fixture
def world(db: Database) -> World:
    with db.begin() as session:
        site = rows.site(session)
        course = rows.course(session, site)
        programme = rows.programme(session, site, [course])
        nia, tomas, mei = (rows.person(session, site, name) for name in ("Nia", "Tomas", "Mei"))
        engagement = rows.engagement(session, programme, nia, tomas, course_id=course.id)
    return World(site, course, programme, nia, tomas, mei, engagement)


def check_in(of: Engagement, by: Person, key: str, minutes: int = 0) -> CheckIn:
    return CheckIn(
        engagement_id=of.id,
        person_id=by.id,
        mood=Mood.GOOD,
        contact=Contact.CALL,
        note_encrypted=b"sealed",
        created_at=NOW + timedelta(minutes=minutes),
        form_key=key,
    )


def feedback(of: Engagement, by: Person, key: str, fit: Fit = Fit.GOOD, minutes: int = 0) -> Feedback:
    return Feedback(
        engagement_id=of.id,
        person_id=by.id,
        fit=fit,
        trust_item=TrustItem.ABILITY,
        trust_score=4,
        created_at=NOW + timedelta(minutes=minutes),
        form_key=key,
    )


def states(db: Database) -> dict[int, EngagementState]:
    with db.read() as session:
        return {row.id: row.state for row in session.scalars(sa.select(Engagement))}


def test_a_new_engagement_is_stored_with_its_people(db: Database, world: World) -> None:
    with db.begin() as session:
        row = Engagement(
            programme_id=world.programme.id,
            state=EngagementState.ACTIVE,
            starts_on=date(2026, 11, 23),
            ends_on=date(2026, 12, 20),
            created_at=NOW,
        )
        engagements.add(session, row, {world.nia.id: Side.LEARNER, world.mei.id: Side.ADVISER})
        found = engagements.members(session, [row.id])[row.id]
    assert [(member.full_name, member.side) for member in found] == [
        ("Nia", Side.LEARNER),
        ("Mei", Side.ADVISER),
    ]


def test_members_tell_who_is_still_there(db: Database, world: World) -> None:
    with db.begin() as session:
        session.get_one(Person, world.nia.id).suspended = True
        session.get_one(Person, world.tomas.id).removed_at = NOW
        found = engagements.members(session, [world.engagement.id, 4711])
    assert [member.present for member in found[world.engagement.id]] == [False, False]
    assert found[4711] == []


def test_somebody_sees_their_own_engagements_running_ones_first(db: Database, world: World) -> None:
    with db.begin() as session:
        newer = rows.engagement(session, world.programme, world.mei, world.nia)
        ended = rows.engagement(session, world.programme, world.nia, world.mei, state=ENDED)
        found = engagements.of_person(session, world.nia.id, world.course.id)
        assert [row.id for row in found] == [newer.id, world.engagement.id, ended.id]
        assert [row.id for row in engagements.of_person(session, world.tomas.id, world.course.id)] == [
            world.engagement.id
        ]


def test_an_engagement_is_not_seen_in_the_course_of_another_programme(db: Database, world: World) -> None:
    with db.begin() as session:
        elsewhere = rows.course(session, world.site, "Engineering onboarding")
        rows.programme(session, world.site, [elsewhere], name="Another")
        assert engagements.of_person(session, world.nia.id, elsewhere.id) == []


def test_an_engagement_stays_in_the_page_it_began_in(db: Database, world: World) -> None:
    """Also where the programme gave that course up since: what runs is never touched by a change of the rules."""
    with db.begin() as session:
        session.execute(sa.text("DELETE FROM programme_course"))
        found = engagements.of_person(session, world.nia.id, world.course.id)
        assert [row.id for row in found] == [world.engagement.id]


def test_an_engagement_is_seen_once_though_its_course_is_one_of_the_programme(
    db: Database, world: World
) -> None:
    with db.begin() as session:
        assert len(engagements.of_person(session, world.nia.id, world.course.id)) == 1
        second = rows.course(session, world.site, "Welcome")
        session.execute(
            sa.text("INSERT INTO programme_course (programme_id, course_id) VALUES (:p, :c)"),
            {"p": world.programme.id, "c": second.id},
        )
        assert len(engagements.of_person(session, world.nia.id, second.id)) == 1


def end(session: Session, which: sa.ColumnElement[bool]) -> list[int]:
    """End or close the engagements, as the table of moves has it."""
    finished = "ends_on" in str(which)
    leads = {EngagementState.ACTIVE: EngagementState.CLOSED if finished else ENDED}
    return list(engagements.move(session, leads, which, ended_at=NOW))


def test_an_engagement_closes_the_day_after_its_last(db: Database, world: World) -> None:
    last = date(2026, 12, 20)
    with db.begin() as session:
        assert end(session, engagements.finished(last, NOW)) == []
        assert end(session, engagements.finished(last + timedelta(days=1), NOW)) == [world.engagement.id]
        assert end(session, engagements.finished(last + timedelta(days=1), NOW)) == []
    assert states(db) == {world.engagement.id: EngagementState.CLOSED}


def test_the_same_form_is_stored_once(db: Database, world: World) -> None:
    with db.begin() as session:
        assert engagements.add_once(session, check_in(world.engagement, world.nia, "key"))
    with db.begin() as session:
        assert not engagements.add_once(session, check_in(world.engagement, world.nia, "key"))
        assert engagements.add_once(session, feedback(world.engagement, world.nia, "key"))
    with db.read() as session:
        assert len(session.scalars(sa.select(CheckIn)).all()) == 1


def test_the_same_form_sent_twice_at_once_is_stored_once(db: Database, world: World) -> None:
    """The second looks before the first has ended, and finds nothing there yet."""
    looked = Event()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        # On SQLite the second waits before it looks; on PostgreSQL it waits when it writes.
        if current_thread() is not main_thread() and statement.startswith(("BEGIN", "INSERT")):
            looked.set()

    def second() -> bool:
        with db.begin() as session:
            return engagements.add_once(session, check_in(world.engagement, world.nia, "key"))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    with ThreadPoolExecutor(1) as pool:
        with db.begin() as session:
            assert engagements.add_once(session, check_in(world.engagement, world.nia, "key"))
            sending = pool.submit(second)
            assert looked.wait(20)
        assert sending.result(timeout=30) is False
    with db.read() as session:
        assert len(session.scalars(sa.select(CheckIn)).all()) == 1


def test_a_form_about_an_engagement_that_is_gone_is_no_form_sent_twice(db: Database, world: World) -> None:
    stray = check_in(Engagement(id=4711), world.nia, "key")
    with pytest.raises(sa.exc.IntegrityError), db.begin() as session:
        engagements.add_once(session, stray)


def test_the_work_beside_a_form_sent_twice_is_kept(db: Database, world: World) -> None:
    with db.begin() as session:
        engagements.add_once(session, check_in(world.engagement, world.nia, "key"))
    with db.begin() as session:
        rows.course(session, world.site, "Made in the same transaction")
        engagements.add_once(session, check_in(world.engagement, world.nia, "key"))
    with db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Course)) == 2


def test_administrators_get_counts_dates_and_the_latest_fit_of_each(db: Database, world: World) -> None:
    with db.begin() as session:
        quiet = rows.engagement(session, world.programme, world.mei, world.tomas)
        engagements.add_once(session, check_in(world.engagement, world.nia, "a"))
        engagements.add_once(session, check_in(world.engagement, world.tomas, "b", minutes=7))
        engagements.add_once(session, feedback(world.engagement, world.nia, "c", Fit.NOT_GOOD))
        engagements.add_once(session, feedback(world.engagement, world.nia, "d", Fit.GOOD, minutes=1))
        engagements.add_once(session, feedback(world.engagement, world.tomas, "e", Fit.UNSURE))
        found = engagements.activity(session, [world.engagement.id, quiet.id])
    busy = found[world.engagement.id]
    assert (busy.check_ins, busy.last_check_in_at) == (2, NOW + timedelta(minutes=7))
    assert sorted(busy.fits) == [Fit.GOOD, Fit.UNSURE]
    assert found[quiet.id] == engagements.Activity()


def test_what_administrators_get_is_read_without_the_text(db: Database, world: World) -> None:
    with db.begin() as session:
        engagements.add_once(session, check_in(world.engagement, world.nia, "a"))
    with asked(db) as statements, db.read() as session:
        engagements.activity(session, [world.engagement.id])
    assert any("check_in" in statement for statement in statements)
    assert not any("note" in statement for statement in statements)


def test_the_engagements_of_a_programme_are_its_own(db: Database, world: World) -> None:
    with db.begin() as session:
        ended = rows.engagement(session, world.programme, world.nia, world.mei, state=ENDED)
        another = rows.programme(session, world.site, name="Another")
        rows.engagement(session, another, world.nia, world.tomas)
        found = engagements.of_programme(session, world.programme.id)
        assert [row.id for row in found] == [world.engagement.id, ended.id]
        assert engagements.get(session, 4711) is None
