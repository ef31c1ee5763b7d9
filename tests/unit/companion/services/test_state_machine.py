"""No sequence of requests by any people leads to a forbidden state, or shows a text to somebody it is not meant for."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.errors import CompanionError
from companion.mentoring.commitment import Outcome
from companion.mentoring.engagement import MOVES
from companion.models.audience import Concept, Reader, Staff
from companion.models.concern import ConcernTopic, Share
from companion.models.engagement import (
    Contact,
    Engagement,
    EngagementMember,
    EngagementState,
    Fit,
    Mood,
    TrustItem,
)
from companion.services.mentoring import Viewer
from companion.services.taking_back import UNDONE
from companion.store import Cipher, Texts
from companion.store.sent import SentKind
from companion.store.texts import KINDS
from tests.begun import Begun, Meeting

TEXTS = Texts(Cipher("dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="))
SECRET = "secret of"
PEOPLE = ("learner", "adviser", "outsider")
DEEDS = (
    *("check_in", "feedback", "commit", "settle", "ask", "reply", "card", "full", "charter"),
    *("accept", "decline", "pause", "resume", "extend", "concern", "leave", "undo"),
)
STEPS = st.lists(
    st.tuples(st.sampled_from((*DEEDS, "wait", "new_charter")), st.sampled_from(PEOPLE), st.integers(0, 9)),
    min_size=4,
    max_size=14,
)


class Play:
    """People of one engagement, and somebody of another one, who do whatever they like."""

    def __init__(self, begun: Begun) -> None:
        self.begun, self.services = begun, begun.services
        meetings = begun.meetings
        self.meeting: Meeting = meetings[0]
        mine = {self.meeting.learner.person_id, self.meeting.adviser.person_id}
        other = next(m for m in meetings if not mine & {m.learner.person_id, m.adviser.person_id})
        course = self.meeting.engagement.course_id
        self.people = {
            "learner": self.meeting.seen_by(self.meeting.learner),
            "adviser": self.meeting.seen_by(self.meeting.adviser),
            "outsider": Viewer(other.learner.person_id, course, teacher=False),
        }
        self.sent: defaultdict[str, list[tuple[SentKind, str]]] = defaultdict(list)
        self.number = 0

    def do(self, deed: str, who: str, amount: int) -> None:
        """One request; refusals are part of the game, anything else that goes wrong is not."""
        self.number += 1
        before = self.state()
        try:
            getattr(self, f"_{deed}")(self.people[who], who, amount)
        except CompanionError:
            assert self.state() is before, "what is refused changes nothing"
        after = self.state()
        assert after is before or _leads(before, after), (deed, before, after)
        if who == "outsider" and deed not in ("wait", "new_charter"):
            assert after is before, "somebody else's engagement is not theirs to move"

    def state(self) -> EngagementState:
        with self.services.db.read() as session:
            return session.scalars(sa.select(Engagement.state).where(Engagement.id == self.meeting.id)).one()

    def leaks(self) -> list[str]:
        """Every text that somebody can read who is neither its author nor in this engagement."""
        readers = [Reader(self.people["outsider"].person_id), *(Reader(staff=one) for one in Staff), Reader()]
        inside = (f"{SECRET} learner", f"{SECRET} adviser")
        with self.services.db.read() as session:
            return [
                f"{concept} to {reader}"
                for concept, kind in KINDS.items()
                for reader in readers
                for told in TEXTS.read(session, reader, concept, sa.select(kind.model))
                for text in told.texts.values()
                if text and text.startswith(inside) and not _shared(concept, reader)
            ]

    def pages(self) -> str:
        """What the outsider sees of everything that there is to see."""
        viewer = self.people["outsider"]
        return repr(self.services.home.home(viewer, self.meeting.id)) + repr(
            self.services.mentoring.widget(viewer)
        )

    def _key(self, kind: SentKind, who: str) -> str:
        key = f"{self.number:032d}"
        self.sent[who].append((kind, key))
        return key

    def _moves(self, kind: SentKind, who: str) -> int:
        self.sent[who].append((kind, str(self.meeting.id)))
        return self.meeting.id

    def _check_in(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.mentoring.check_in(
            viewer,
            self.meeting.id,
            mood=Mood.GOOD,
            contact=Contact.CALL,
            note=f"{SECRET} {who}",
            form_key=self._key(SentKind.CHECK_IN, who),
        )

    def _feedback(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.mentoring.feedback(
            viewer,
            self.meeting.id,
            fit=list(Fit)[amount % 3],
            trust_item=TrustItem.ABILITY,
            trust_score=1 + amount % 5,
            form_key=self._key(SentKind.FEEDBACK, who),
        )

    def _commit(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.commitments.make(
            viewer,
            self.meeting.id,
            intent=f"{SECRET} {who}",
            sign="",
            due_on=self._day(amount),
            form_key=self._key(SentKind.COMMITMENT, who),
        )

    def _settle(self, viewer: Viewer, who: str, amount: int) -> None:
        outcome = list(Outcome)[amount % 3]
        self.services.commitments.settle(viewer, self.meeting.id, 1 + amount, outcome, self._day(7))

    def _ask(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.feedback_words.request(
            viewer, self.meeting.id, about=f"{SECRET} {who}", form_key=self._key(SentKind.REQUEST, who)
        )

    def _reply(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.feedback_words.reply(
            viewer,
            self.meeting.id,
            1 + amount,
            helps=f"{SECRET} {who}",
            wish="",
            form_key=self._key(SentKind.REPLY, who),
        )

    def _card(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.agreements.set_style(viewer, reach=f"{SECRET} {who}", away="", feedback="")

    def _full(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.agreements.set_full_week(viewer, amount % 2 == 0)

    def _charter(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.agreements.accept_charter(viewer, self._moves(SentKind.CHARTER, who), amount)

    def _new_charter(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.conduct.change_charter(self.begun.programme_id, f"We are kind: {amount}.", by="Ada")

    def _accept(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.lifecycle.accept(viewer, self._moves(SentKind.ACCEPTED, who))

    def _decline(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.lifecycle.decline(viewer, self._moves(SentKind.DECLINED, who))

    def _pause(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.lifecycle.pause(viewer, self._moves(SentKind.PAUSED, who))

    def _resume(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.lifecycle.resume(viewer, self._moves(SentKind.RESUMED, who))

    def _extend(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.lifecycle.extend(viewer, self._moves(SentKind.WISHED_LONGER, who), amount)

    def _concern(self, viewer: Viewer, who: str, amount: int) -> None:
        self.services.concerns.raise_concern(
            viewer,
            self.meeting.id,
            share=list(Share)[amount % 3],
            topic=ConcernTopic.OTHER,
            text=f"{SECRET} {who}",
            form_key=self._key(SentKind.CONCERN, who),
        )

    def _leave(self, viewer: Viewer, who: str, amount: int) -> None:
        key = self._key(SentKind.CONCERN, who)
        self.services.concerns.leave(viewer, self.meeting.id, rematch=True, form_key=key)

    def _undo(self, viewer: Viewer, who: str, amount: int) -> None:
        sent = self.sent[who] or [(SentKind.CHECK_IN, "")]
        kind, key = sent[-1 - amount % len(sent)]
        serving = self.services.taking_back if kind in UNDONE else self.services.concerns
        serving.undo(viewer, kind, key)

    def _wait(self, viewer: Viewer, who: str, amount: int) -> None:
        self.begun.clock.move(days=amount, minutes=11)
        self.services.outbox.work()
        self.services.upkeep.run()

    def _day(self, days: int) -> Any:
        return self.begun.clock().date() + timedelta(days=days)


def _leads(before: EngagementState, after: EngagementState) -> bool:
    """Whether one or two moves of the table lead there: a wait may resume, and close as well."""
    one = set(MOVES[before].values())
    return after in one or any(after in MOVES[state].values() for state in one)


def _shared(concept: Concept, reader: Reader) -> bool:
    return concept is Concept.CONCERN and reader.staff is Staff.COORDINATOR


@pytest.mark.parametrize("first", [EngagementState.ACTIVE, EngagementState.PROPOSED])
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_people_do(
    begun: Begun, first: EngagementState, steps: Sequence[tuple[str, str, int]]
) -> None:
    play = Play(begun)
    _set(begun, play.meeting.id, first)
    for deed, who, amount in steps:
        play.do(deed, who, amount)
    assert play.leaks() == []
    seen = play.pages()
    assert f"{SECRET} learner" not in seen
    assert f"{SECRET} adviser" not in seen


def _set(begun: Begun, engagement_id: int, state: EngagementState) -> None:
    """Put the engagement back to its beginning: examples share one installation."""
    today = begun.clock().date()
    with begun.services.db.begin() as session:
        row = session.get_one(Engagement, engagement_id)
        row.state, row.paused_at, row.resumed_at, row.ended_at = state, None, None, None
        row.starts_on, row.ends_on, row.created_at = today, today + timedelta(days=27), begun.clock()
        session.execute(
            sa.update(EngagementMember)
            .where(EngagementMember.engagement_id == engagement_id)
            .values(left_at=None, accepted_at=None, declined_at=None, extension_until=None, extension_at=None)
        )
        for kind in KINDS.values():
            session.execute(sa.delete(kind.model))
