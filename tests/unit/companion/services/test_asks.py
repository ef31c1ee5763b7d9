"""Asks from being put to being resolved, and who may read them, on both databases."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.errors import ConflictError, InputError, NotFoundError
from companion.mentoring.ask import MOVES, Move
from companion.mentoring.routing import MOST_ASKED
from companion.models.charter import FullWeek
from companion.models.engagement import Engagement, EngagementState
from companion.models.exchange import Ask, AskedPerson, AskedState, AskState, AskWord, Thanks
from companion.models.jobs import OutboxEntry
from companion.models.lms import Course
from companion.models.people import Person
from companion.models.said import WishKind
from companion.services.mentoring import Viewer
from companion.services.said import SaidService
from companion.store.sent import SentKind
from tests import rows
from tests.desk import ANSWER, QUESTION, Desk, key


def test_a_question_goes_to_two_and_is_answered_and_resolved(desk: Desk) -> None:
    ask = desk.put()
    first, second = desk.has(ask.id)
    desk.service.answer(desk.by(first), ask.id, ANSWER, form_key=key())
    mine = desk.seen(ask.id, desk.asker)
    assert mine is not None
    assert mine.state is AskState.ANSWERED
    assert [word.text for word in mine.words] == [ANSWER]
    assert [one.state for one in mine.asked] == [AskedState.ANSWERED, AskedState.WAITING]
    other = desk.seen(ask.id, second)
    assert other is not None
    assert [word.text for word in other.words] == [ANSWER]
    assert desk.service.resolve(desk.by(desk.asker), ask.id, form_key=key()).state is AskState.RESOLVED
    with pytest.raises(ConflictError):
        desk.service.answer(desk.by(second), ask.id, ANSWER, form_key=key())


def test_it_is_resolved_thanks_to_those_who_answered(desk: Desk) -> None:
    ask = desk.put()
    first, second = desk.has(ask.id)
    desk.service.answer(desk.by(first), ask.id, ANSWER, form_key=key())
    desk.service.resolve(
        desk.by(desk.asker),
        ask.id,
        thanked=[first, second, desk.stranger],
        words="Saved my afternoon",
        credited_name="sam  stranger",
        form_key=key(),
    )
    with desk.db.read() as session:
        (thanks,) = session.scalars(sa.select(Thanks)).all()
    assert (thanks.by_id, thanks.to_id, thanks.credited_id) == (desk.asker, first, desk.stranger)
    assert thanks.text_encrypted is not None
    assert b"afternoon" not in thanks.text_encrypted


def test_a_credit_to_nobody_leaves_the_question_open(desk: Desk) -> None:
    ask = desk.put()
    with pytest.raises(InputError) as wrong:
        desk.service.resolve(desk.by(desk.asker), ask.id, credited_name="Nobody Known", form_key=key())
    assert wrong.value.fields["credited"]
    still = desk.seen(ask.id, desk.asker)
    assert still is not None
    assert still.state is AskState.OPEN


def test_those_asked_are_told_at_once_and_once_without_a_word_of_the_question(desk: Desk) -> None:
    ask = desk.put()
    with desk.db.read() as session:
        entries = {entry.key: entry for entry in session.scalars(sa.select(OutboxEntry))}
    assert set(entries) == {f"ask-{ask.id}-{person}" for person in desk.has(ask.id)}
    assert all("price" not in str(entry.payload) for entry in entries.values())


def test_the_text_is_encrypted_at_rest(desk: Desk) -> None:
    ask = desk.put()
    with desk.db.read() as session:
        sealed = session.get_one(Ask, ask.id).text_encrypted
    assert sealed is not None
    assert b"price" not in sealed


def test_only_the_asker_and_those_who_have_it_see_it(desk: Desk) -> None:
    ask = desk.put()
    have = set(desk.has(ask.id))
    for person in (*desk.advisers, desk.stranger):
        assert (desk.seen(ask.id, person) is not None) == (person in have)
    outsider = next(person for person in desk.advisers if person not in have)
    for deed in (
        lambda: desk.service.answer(desk.by(outsider), ask.id, ANSWER, form_key=key()),
        lambda: desk.service.want_more(desk.by(desk.stranger), ask.id, "?", form_key=key()),
        lambda: desk.service.resolve(desk.by(outsider), ask.id, form_key=key()),
        lambda: desk.passing.pass_on(desk.by(outsider), ask.id),
        lambda: desk.service.wish(desk.by(desk.stranger), ask.id),
    ):
        with pytest.raises(NotFoundError):
            deed()


def test_a_thin_question_is_asked_back_and_added_to(desk: Desk) -> None:
    ask = desk.put()
    first, _ = desk.has(ask.id)
    wanted = desk.service.want_more(desk.by(first), ask.id, "Which country?", form_key=key())
    assert wanted.state is AskState.MORE_WANTED
    added = desk.service.add(desk.by(desk.asker), ask.id, "Spain.", form_key=key())
    assert added.state is AskState.OPEN
    assert all(one.state is AskedState.WAITING for one in added.asked)


def test_a_fourth_open_question_is_refused_and_says_what_to_do(desk: Desk) -> None:
    for _ in range(3):
        desk.put()
    with pytest.raises(InputError) as refused:
        desk.put()
    assert "Close one" in refused.value.fields["text"]
    assert not desk.service.page(desk.by(desk.asker)).may_ask


def test_nobody_is_given_more_than_two_waiting_asks(desk: Desk) -> None:
    with desk.db.begin() as session:
        course = session.get_one(Course, desk.course)
        site = session.get_one(Person, desk.asker).site_id
        others = []
        for number in range(5):
            one = Person(
                site_id=site,
                lms_id=200 + number,
                full_name=f"Asker {number}",
                interests=[],
                profile={},
                suspended=False,
            )
            rows.enrol(session, rows.stored(session, one), course)
            others.append(one.id)
    for person in others:
        for _ in range(3):
            desk.service.put(desk.by(person), QUESTION, section=None, topics=(), form_key=key())
    with desk.db.read() as session:
        loads = dict(
            session.execute(
                sa.select(AskedPerson.person_id, sa.func.count()).group_by(AskedPerson.person_id)
            ).all()
        )
    assert loads == dict.fromkeys(desk.advisers, 2)


def test_what_people_said_of_themselves_counts(desk: Desk) -> None:
    """Topics they offer, a pause, and with whom they do not wish to be."""
    paused, unwilling, unwished, able = desk.advisers
    own = SaidService(desk.db, texts=desk.texts, clock=desk.clock)
    nothing: dict[str, Any] = {"wanted": "", "style": {}, "capacity": None}
    own.keep(able, offered="Price lists", paused_until=None, **nothing)
    own.keep(paused, offered="Price lists", paused_until=rows.NOW.date() + timedelta(days=1), **nothing)
    own.wish(unwilling, desk.course, "Nia Okafor", WishKind.PLEASE_NOT)
    own.wish(desk.asker, desk.course, f"Adviser {desk.advisers.index(unwished)}", WishKind.PLEASE_NOT)
    ask = desk.put(topics=("price lists",))
    assert desk.has(ask.id) == [able]
    assert [set(one.strengths) >= {"topic"} for one in ask.asked] == [True]
    desk.clock.move(days=2)
    desk.passing.tick()
    assert desk.has(ask.id) == [able, paused], "once the pause is over"


def test_nothing_is_put_to_those_who_are_low_on_bandwidth(desk: Desk) -> None:
    monday = date(2026, 11, 23)
    with desk.db.begin() as session:
        session.add_all(FullWeek(person_id=one, monday=monday, said_at=rows.NOW) for one in desk.advisers[:3])
    assert desk.has(desk.put().id) == desk.advisers[3:]


def test_the_same_form_sent_twice_puts_it_once(desk: Desk) -> None:
    once = key()
    first = desk.put(form_key=once)
    assert desk.put(form_key=once).id == first.id
    with pytest.raises(NotFoundError):
        desk.service.put(desk.by(desk.stranger), QUESTION, section=None, topics=(), form_key=once)
    said = key()
    for _ in range(2):
        view = desk.service.answer(desk.by(desk.has(first.id)[0]), first.id, ANSWER, form_key=said)
    assert len(view.words) == 1


@pytest.mark.parametrize("text", ["", " \n\u200b", "a" * 401])
def test_nothing_and_too_much_come_back_with_a_sentence(desk: Desk, text: str) -> None:
    with pytest.raises(InputError) as wrong:
        desk.put(text)
    assert wrong.value.fields["text"]


def test_what_may_be_done_is_told_with_the_view(desk: Desk) -> None:
    ask = desk.put()
    assert ask.moves == {Move.ADD, Move.RESOLVE}
    theirs = desk.seen(ask.id, desk.has(ask.id)[0])
    assert theirs is not None
    assert theirs.moves == {Move.ANSWER, Move.WANT_MORE, Move.PASS_ON}
    assert theirs.readers[0] == "Nia Okafor"
    assert len(theirs.readers) == 2


def test_without_a_programme_or_having_opted_out_nobody_asks(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.service.put(
            Viewer(desk.asker, None, teacher=False), QUESTION, section=None, topics=(), form_key=key()
        )
    with desk.db.begin() as session:
        session.get_one(Person, desk.asker).opted_out_at = rows.NOW
    with pytest.raises(NotFoundError):
        desk.put()
    assert not desk.service.page(desk.by(desk.asker)).open_to_asking


SENT = {
    "answer": SentKind.ASK_WORD,
    "more": SentKind.ASK_WORD,
    "add": SentKind.ASK_WORD,
    "pass": SentKind.PASSED_ON,
    "wish": SentKind.WISHED,
    "resolve": SentKind.RESOLVED,
}
STEPS = st.lists(
    st.tuples(st.sampled_from((*SENT, "wait")), st.integers(0, 5), st.booleans()), min_size=3, max_size=10
)


class Play:
    """One question, with which its people and a stranger do whatever they like."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.ask = desk, desk.put().id
        self.people = (desk.asker, *desk.advisers, desk.stranger)

    def do(self, deed: str, who: int, slip: bool) -> None:
        """One request, at once taken back where it was a slip; refusals are part of the game."""
        if deed == "wait":
            self.desk.let_it_stand()
            self.desk.passing.tick()
            return
        before, person, once = self.stands(), self.people[who], key()
        number = {"pass": str(self.ask), "resolve": str(self.ask), "wish": f"{self.ask}-{self._with(person)}"}
        try:
            self._send(deed, person, once)
        except (NotFoundError, ConflictError, InputError):
            assert self.stands() == before, "what is refused changes nothing"
            return
        assert person != self.desk.stranger, "a stranger does nothing"
        after, led_to = self.stands(), MOVES[before[0]].values()
        assert after[0] is before[0] or after[0] in led_to, (deed, before[0], after[0])
        if slip and after != before:
            self.desk.service.undo(self.desk.by(person), SENT[deed], number.get(deed, once))
            assert self.stands()[1:] == before[1:], f"{deed}: it is as if it had not been sent"

    def stands(self) -> tuple[Any, ...]:
        """Where the question stands, and all else that is stored of it, but for moments."""
        with self.desk.db.read() as session:
            of_ask = AskedPerson.ask_id == self.ask
            asked = session.scalars(sa.select(AskedPerson).where(of_ask).order_by(AskedPerson.id)).all()
            counted = [
                session.scalar(sa.select(sa.func.count()).select_from(model))
                for model in (AskWord, Thanks, Engagement)
            ]
            state = session.scalars(sa.select(Ask.state).where(Ask.id == self.ask)).one()
        return state, [(a.person_id, a.state, a.wishes, a.asker_wishes) for a in asked], counted

    def _with(self, person: int) -> int | str:
        """With whom the asker wishes to go on: the first who has it; the others name nobody."""
        have = self.desk.has(self.ask)
        return have[0] if have and person == self.desk.asker else ""

    def _send(self, deed: str, person: int, once: str) -> None:
        service, by, ask = self.desk.service, self.desk.by(person), self.ask
        if deed == "wish":
            service.wish(by, ask, self._with(person) or None)  # type: ignore[arg-type]
        elif deed == "resolve":
            service.resolve(by, ask, thanked=self.desk.advisers, form_key=once)
        elif deed == "pass":
            self.desk.passing.pass_on(by, ask)
        else:
            say = {"answer": service.answer, "more": service.want_more, "add": service.add}
            say[deed](by, ask, ANSWER, form_key=once)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_people_do_with_a_question(desk: Desk, steps: Sequence[tuple[str, int, bool]]) -> None:
    play = Play(desk)
    for step in steps:
        play.do(*step)
        assert len(desk.has(play.ask)) <= MOST_ASKED
    sees = {person for person in play.people if desk.seen(play.ask, person) is not None}
    assert sees == {desk.asker, *desk.has(play.ask)}
    desk.clock.move(days=40)
    desk.passing.tick()
    with desk.db.begin() as session:
        session.execute(sa.update(Engagement).values(state=EngagementState.CLOSED))
