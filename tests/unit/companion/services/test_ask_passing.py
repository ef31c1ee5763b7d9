"""Asks that are passed on, wait or expire."""

import pytest

from companion.errors import ConflictError, NotFoundError
from companion.models.exchange import AskState
from companion.models.lms import Course
from companion.models.people import Person
from companion.store.sent import SentKind
from tests import rows
from tests.desk import ANSWER, Desk, key


def test_who_passes_it_on_no_longer_sees_it_and_the_next_is_asked(desk: Desk) -> None:
    ask = desk.put()
    first, second = desk.has(ask.id)
    desk.passing.pass_on(desk.by(first), ask.id)
    assert desk.seen(ask.id, first) is None
    desk.service.undo(desk.by(first), SentKind.PASSED_ON, str(ask.id))
    desk.let_it_stand()
    assert desk.has(ask.id) == [first, second], "it was taken back"
    desk.passing.pass_on(desk.by(first), ask.id)
    assert desk.has(ask.id) == [second], "it can be taken back"
    desk.let_it_stand()
    with pytest.raises(ConflictError):
        desk.service.undo(desk.by(first), SentKind.PASSED_ON, str(ask.id))
    now = desk.has(ask.id)
    assert first not in now
    assert second in now
    assert len(now) == 2
    with pytest.raises(NotFoundError):
        desk.service.answer(desk.by(first), ask.id, ANSWER, form_key=key())


def test_the_others_are_not_told_who_passed_it_on(desk: Desk) -> None:
    ask = desk.put()
    first, second = desk.has(ask.id)
    desk.passing.pass_on(desk.by(first), ask.id)
    mine, theirs = desk.seen(ask.id, desk.asker), desk.seen(ask.id, second)
    assert mine is not None
    assert theirs is not None
    assert first in [one.person_id for one in mine.asked]
    assert first not in [one.person_id for one in theirs.asked]


def test_when_all_have_passed_it_on_it_waits_until_somebody_has_room(desk: Desk) -> None:
    ask = desk.put()
    while have := desk.has(ask.id):
        desk.passing.pass_on(desk.by(have[0]), ask.id)
        desk.let_it_stand()
    waiting = desk.seen(ask.id, desk.asker)
    assert waiting is not None
    assert waiting.state is AskState.PASSED_ON
    with desk.db.begin() as session:
        site = session.get_one(Person, desk.asker).site_id
        late = rows.stored(
            session,
            Person(
                site_id=site, lms_id=77, full_name="Late Finisher", interests=[], profile={}, suspended=False
            ),
        )
        rows.enrol(session, late, session.get_one(Course, desk.course), completed_at=rows.NOW)
        late_id = late.id
    assert desk.passing.tick() == 1
    assert desk.has(ask.id) == [late_id]
    again = desk.seen(ask.id, desk.asker)
    assert again is not None
    assert again.state is AskState.OPEN


def test_silence_brings_in_a_third_and_no_fourth(desk: Desk) -> None:
    ask = desk.put()
    assert desk.passing.tick() == 0
    for expected in (3, 3):
        desk.clock.move(days=2)
        desk.passing.tick()
        assert len(desk.has(ask.id)) == expected


def test_a_week_without_a_word_ends_it(desk: Desk) -> None:
    ask = desk.put()
    desk.clock.move(days=7)
    desk.passing.tick()
    ended = desk.seen(ask.id, desk.asker)
    assert ended is not None
    assert ended.state is AskState.EXPIRED
    assert ended.moves == frozenset()
    desk.clock.move(days=15)
    assert desk.seen(ask.id, desk.asker) is None
