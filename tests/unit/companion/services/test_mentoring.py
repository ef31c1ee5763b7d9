"""The widgets' service: what people say reaches those it is meant for, and nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.errors import InputError, NotFoundError
from companion.mentoring.waiting import Standing
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
from companion.models.matching import RunState
from companion.models.people import EnrolmentRole, Person
from companion.models.programme import Programme
from companion.services.engagement_view import EngagementView, Questions
from companion.services.mentoring import MentoringService, Viewer
from companion.services.registry import Services
from companion.store import Cipher, Texts
from tests import rows
from tests.begun import Begun, Meeting
from tests.clock import Clock
from tests.rows import NOW

NOTE = "We went through the first customer call together."
TEXT_KEY = "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="


def check_in(services: Services, viewer: Viewer, engagement_id: int, **changes: Any) -> EngagementView:
    values: dict[str, Any] = {
        "mood": Mood.GOOD,
        "contact": Contact.CALL,
        "note": NOTE,
        "form_key": "form-of-the-tests-0000000",
    }
    receipt = services.mentoring.check_in(viewer, engagement_id, **{**values, **changes})
    assert receipt.id == engagement_id
    return seen(services, viewer, engagement_id)


def answer(services: Services, viewer: Viewer, engagement_id: int, **changes: Any) -> EngagementView:
    values: dict[str, Any] = {
        "fit": Fit.GOOD,
        "trust_item": TrustItem.RELIANCE,
        "trust_score": 4,
        "form_key": "form-of-the-tests-0000000",
    }
    receipt = services.mentoring.feedback(viewer, engagement_id, **{**values, **changes})
    assert receipt.id == engagement_id
    return seen(services, viewer, engagement_id)


def stored(services: Services, model: type[CheckIn] | type[Feedback] = CheckIn) -> int:
    with services.db.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def seen(services: Services, viewer: Viewer, engagement_id: int) -> EngagementView:
    """The engagement as this viewer sees it."""
    return next(e for e in services.mentoring.widget(viewer).engagements if e.id == engagement_id)


def questions(services: Services, viewer: Viewer, engagement_id: int) -> Questions:
    """What this viewer is asked about the engagement."""
    views = services.mentoring.widget(viewer, questions=True).engagements
    found = next(view for view in views if view.id == engagement_id).questions
    assert found is not None
    return found


def standing(services: Services, viewer: Viewer) -> Standing:
    notice = services.mentoring.widget(viewer).notice
    assert notice is not None
    return notice.standing


# -- an engagement as its people see it --------------------------------------------------------------------------------


def test_each_side_sees_the_other(begun_on: Begun) -> None:
    meeting = begun_on.meeting
    hers = seen(begun_on.services, meeting.seen_by(meeting.learner), meeting.id)
    his = seen(begun_on.services, meeting.seen_by(meeting.adviser), meeting.id)
    assert (hers.side, hers.partner_names) == (Side.LEARNER, meeting.adviser.full_name)
    assert (his.side, his.partner_names) == (Side.ADVISER, meeting.learner.full_name)
    assert hers.programme == his.programme == "Onboarding companions"
    assert (hers.starts_on, hers.ends_on) == (meeting.engagement.starts_on, meeting.engagement.ends_on)
    assert hers.reasons
    assert hers.reasons == his.reasons


def test_an_adviser_of_two_sees_both_and_each_learner_one(begun: Begun) -> None:
    by_adviser: dict[int, list[Meeting]] = {}
    for meeting in begun.meetings:
        by_adviser.setdefault(meeting.adviser.person_id, []).append(meeting)
    both = next(found for found in by_adviser.values() if len(found) == 2)
    his = begun.services.mentoring.widget(both[0].seen_by(both[0].adviser))
    assert {each.id for each in his.engagements} == {meeting.id for meeting in both}
    hers = begun.services.mentoring.widget(both[0].seen_by(both[0].learner))
    assert [each.id for each in hers.engagements] == [both[0].id]


# -- check-ins ---------------------------------------------------------------------------------------------------------


def test_a_check_in_is_seen_by_both_with_who_and_when(begun_on: Begun) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    check_in(services, meeting.seen_by(meeting.learner), meeting.id, mood=Mood.HARD, contact=Contact.NOT_YET)
    for member, mine in ((meeting.learner, True), (meeting.adviser, False)):
        (entry,) = seen(services, meeting.seen_by(member), meeting.id).check_ins
        assert (entry.note, entry.mood, entry.contact) == (NOTE, Mood.HARD, Contact.NOT_YET)
        assert (entry.author, entry.mine) == (meeting.learner.full_name, mine)
        assert entry.created_at == begun_on.clock()


def test_what_was_said_is_seen_by_nobody_else(begun: Begun) -> None:
    meeting, services = begun.meeting, begun.services
    check_in(services, meeting.seen_by(meeting.learner), meeting.id)
    others = {
        member.person_id
        for other in begun.meetings
        for member in (other.learner, other.adviser)
        if member not in (meeting.learner, meeting.adviser)
    }
    courses = {other.engagement.course_id for other in begun.meetings}
    for person_id in others:
        for course_id in courses:
            view = services.mentoring.widget(Viewer(person_id, course_id, teacher=False))
            assert NOTE not in repr(view)
    assert NOTE not in repr(services.engagements.of_programme(begun.programme_id))


def test_a_teacher_of_the_course_sees_none_of_it(begun: Begun) -> None:
    meeting = begun.meeting
    check_in(begun.services, meeting.seen_by(meeting.learner), meeting.id)
    teacher = Viewer(None, meeting.engagement.course_id, teacher=True)
    view = begun.services.mentoring.widget(teacher)
    assert view.engagements == ()
    assert standing(begun.services, teacher) is Standing.TEACHER


def test_the_note_stands_in_no_file_of_the_database(begun: Begun) -> None:
    meeting = begun.meeting
    check_in(begun.services, meeting.seen_by(meeting.learner), meeting.id)
    path = Path(begun.services.db.engine.url.database or "")
    content = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert meeting.learner.full_name.encode() in content
    assert NOTE.encode() not in content
    assert b"customer call" not in content


def test_the_note_is_encrypted_in_the_table(begun_on: Begun) -> None:
    meeting = begun_on.meeting
    check_in(begun_on.services, meeting.seen_by(meeting.learner), meeting.id)
    with begun_on.services.db.read() as session:
        row = session.execute(sa.text("SELECT * FROM check_in")).one()
    assert NOTE not in " ".join(str(value) for value in row)
    sealed = next(bytes(value) for value in row if isinstance(value, bytes | memoryview))
    assert Cipher(TEXT_KEY).decrypt(sealed) == NOTE


def test_a_check_in_needs_no_note(begun: Begun) -> None:
    meeting = begun.meeting
    view = check_in(begun.services, meeting.seen_by(meeting.learner), meeting.id, note=" \n ")
    assert view.check_ins[0].note is None
    with begun.services.db.read() as session:
        assert session.scalars(sa.select(CheckIn.note_encrypted)).one() is None


@pytest.mark.parametrize("note", ["x" * 140, " " + "é" * 140 + "\n", "a\r\n" * 70, "👩‍💻" * 46])
def test_140_characters_after_cleaning_are_kept(begun: Begun, note: str) -> None:
    meeting = begun.meeting
    view = check_in(begun.services, meeting.seen_by(meeting.learner), meeting.id, note=note)
    kept = view.check_ins[0].note
    assert kept is not None
    assert len(kept) <= 140


@pytest.mark.parametrize(
    ("over", "words"), [(1, "1 character too long"), (2, "2 characters too long"), (400, "400 characters")]
)
def test_more_are_told_with_how_many_and_nothing_is_stored(begun: Begun, over: int, words: str) -> None:
    meeting = begun.meeting
    with pytest.raises(InputError, match=words) as raised:
        check_in(begun.services, meeting.seen_by(meeting.learner), meeting.id, note="x" * (140 + over))
    assert set(raised.value.fields) == {"note"}
    assert stored(begun.services) == 0


def test_the_same_form_sent_twice_is_kept_once(begun_on: Begun) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    viewer = meeting.seen_by(meeting.learner)
    first = check_in(services, viewer, meeting.id)
    again = check_in(services, viewer, meeting.id, note="changed on the way back")
    assert [entry.note for entry in again.check_ins] == [entry.note for entry in first.check_ins] == [NOTE]
    assert stored(services) == 1


def test_the_newest_check_in_comes_first(begun: Begun) -> None:
    services, meeting = begun.services, begun.meeting
    for number in range(3):
        begun.clock.move(days=7)
        member = meeting.learner if number % 2 else meeting.adviser
        check_in(services, meeting.seen_by(member), meeting.id, note=f"n{number}", form_key=f"k{number}")
    view = seen(services, meeting.seen_by(meeting.learner), meeting.id)
    assert [entry.note for entry in view.check_ins] == ["n2", "n1", "n0"]


def test_a_check_in_is_due_weekly_by_ones_own_last(begun: Begun) -> None:
    services, meeting = begun.services, begun.meeting
    hers, his = meeting.seen_by(meeting.learner), meeting.seen_by(meeting.adviser)
    assert seen(services, hers, meeting.id).check_in_due
    assert not check_in(services, hers, meeting.id).check_in_due
    assert seen(services, his, meeting.id).check_in_due
    begun.clock.move(days=7)
    assert seen(services, hers, meeting.id).check_in_due


# -- whose engagement it is --------------------------------------------------------------------------------------------


Strange = Callable[[Begun], Viewer]


def somebody_else(begun: Begun) -> Viewer:
    meeting = begun.meeting
    other = next(m for m in begun.meetings if m.learner != meeting.learner and m.adviser != meeting.adviser)
    return Viewer(other.learner.person_id, meeting.engagement.course_id, teacher=False)


def from_another_course(begun: Begun) -> Viewer:
    """A course of the site that belongs to no programme."""
    outside = next(c for c, short, _ in begun.services.sites.courses() if short in ("LEAD-1", "DP-101"))
    return replace(begun.meeting.seen_by(begun.meeting.learner), course_id=outside)


STRANGERS: dict[str, Strange] = {
    "somebody else": somebody_else,
    "from another course": from_another_course,
    "nobody we know": lambda begun: Viewer(None, begun.meeting.engagement.course_id, teacher=False),
    "from a course we do not know": lambda begun: Viewer(
        begun.meeting.learner.person_id, None, teacher=False
    ),
    "a teacher": lambda begun: Viewer(None, begun.meeting.engagement.course_id, teacher=True),
    "a number nobody has": lambda begun: Viewer(10**9, begun.meeting.engagement.course_id, teacher=False),
}


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("say", [check_in, answer])
def test_nobody_else_can_say_anything_in_it(begun: Begun, who: str, say: Callable[..., Any]) -> None:
    viewer, meeting = STRANGERS[who](begun), begun.meeting
    with pytest.raises(NotFoundError, match="Reload the course page"):
        say(begun.services, viewer, meeting.id)
    assert (stored(begun.services), stored(begun.services, Feedback)) == (0, 0)
    assert meeting.id not in [each.id for each in begun.services.mentoring.widget(viewer).engagements]


@pytest.mark.parametrize("say", [check_in, answer])
@pytest.mark.parametrize("state", [EngagementState.CLOSED, EngagementState.ENDED_EARLY])
def test_nothing_is_said_in_an_engagement_that_has_ended(
    begun_on: Begun, say: Callable[..., Any], state: EngagementState
) -> None:
    meeting = begun_on.meeting
    with begun_on.services.db.begin() as session:
        session.get_one(Engagement, meeting.id).state = state
    with pytest.raises(NotFoundError, match="has ended"):
        say(begun_on.services, meeting.seen_by(meeting.learner), meeting.id)
    assert (stored(begun_on.services), stored(begun_on.services, Feedback)) == (0, 0)


def test_an_engagement_that_is_not_there_is_told_as_one_that_is_not_theirs(begun: Begun) -> None:
    meeting = begun.meeting
    with pytest.raises(NotFoundError) as missing:
        check_in(begun.services, meeting.seen_by(meeting.learner), 4711)
    with pytest.raises(NotFoundError) as foreign:
        check_in(begun.services, meeting.seen_by(meeting.learner), begun.meetings[-1].id)
    assert str(missing.value) == str(foreign.value)


def test_notes_cannot_be_read_with_another_key(begun: Begun) -> None:
    meeting = begun.meeting
    check_in(begun.services, meeting.seen_by(meeting.learner), meeting.id)
    other = Cipher("b3RoZXIta2V5LW9mLXRoZS10ZXN0cy0zMi1ieXRlcyE=")
    service = MentoringService(begun.services.db, texts=Texts(other), clock=begun.clock)
    with pytest.raises(Exception, match="cannot be read"):
        service.widget(meeting.seen_by(meeting.learner))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), min_size=1, max_size=60))
def test_whatever_is_typed_arrives_as_it_is_kept(begun: Begun, typed: str) -> None:
    meeting = begun.meeting
    key = f"key-{stored(begun.services)}"
    sent = check_in(begun.services, meeting.seen_by(meeting.learner), meeting.id, note=typed, form_key=key)
    read = seen(begun.services, meeting.seen_by(meeting.adviser), meeting.id)
    assert sent.check_ins[0].note == read.check_ins[0].note


# -- feedback ----------------------------------------------------------------------------------------------------------


def test_feedback_is_remembered_for_its_author_alone(begun_on: Begun) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    answer(services, meeting.seen_by(meeting.learner), meeting.id, fit=Fit.UNSURE)
    mine = questions(services, meeting.seen_by(meeting.learner), meeting.id)
    assert (mine.last_fit, mine.next_trust_item) == (Fit.UNSURE, TrustItem.DISCLOSURE)
    his = questions(services, meeting.seen_by(meeting.adviser), meeting.id)
    assert (his.last_fit, his.next_trust_item) == (None, TrustItem.RELIANCE)


def test_feedback_sent_twice_is_kept_once(begun_on: Begun) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    for score in (4, 5):
        answer(services, meeting.seen_by(meeting.learner), meeting.id, trust_score=score)
    assert stored(services, Feedback) == 1
    with services.db.read() as session:
        assert session.scalars(sa.select(Feedback.trust_score)).one() == 4


def test_five_weeks_ask_the_five_items_in_turn(begun: Begun) -> None:
    services, meeting = begun.services, begun.meeting
    viewer = meeting.seen_by(meeting.learner)
    asked = []
    for number in range(5):
        begun.clock.move(days=2)
        item = questions(services, viewer, meeting.id).next_trust_item
        asked.append(item)
        answer(services, viewer, meeting.id, trust_item=item, form_key=f"key-{number}")
    assert asked == list(TrustItem)


def test_a_check_in_and_a_feedback_may_carry_the_same_key(begun: Begun) -> None:
    meeting = begun.meeting
    viewer = meeting.seen_by(meeting.learner)
    check_in(begun.services, viewer, meeting.id)
    answer(begun.services, viewer, meeting.id)
    assert (stored(begun.services), stored(begun.services, Feedback)) == (1, 1)


# -- what somebody without an engagement is told -----------------------------------------------------------------------


class World:
    """A programme over one course, with Nia in it; nobody matched."""

    def __init__(self, services: Services) -> None:
        self.services = services
        with services.db.begin() as session:
            self.site = rows.site(session)
            self.course = rows.course(session, self.site)
            self.programme: Programme = rows.programme(session, self.site, [self.course])
            self.tomas = rows.person(session, self.site, "Tomas")

    def person(self, days: int | None = None, **values: Any) -> Viewer:
        date = (NOW - timedelta(days=days)).date().isoformat() if days is not None else ""
        role = values.pop("role", EnrolmentRole.LEARNER)
        completed_at = values.pop("completed_at", None)
        with self.services.db.begin() as session:
            person = rows.person(session, self.site, profile={"hiredate": date}, **values)
            rows.enrol(session, person, self.course, role=role, completed_at=completed_at)
        return Viewer(person.id, self.course.id, teacher=role is EnrolmentRole.TEACHER)

    def run(self, state: RunState, *, pair: int | None = None, alone: int | None = None) -> None:
        with self.services.db.begin() as session:
            pairs = [(session.get_one(Person, pair), self.tomas)] if pair else []
            unmatched = [session.get_one(Person, alone)] if alone else []
            rows.run(session, self.programme, pairs, unmatched, state=state)

    def told(self, viewer: Viewer) -> Standing:
        return standing(self.services, viewer)


@pytest.fixture
def world(services_on: Services) -> World:
    return World(services_on)


def test_somebody_we_have_not_read_yet(world: World) -> None:
    assert world.told(Viewer(None, world.course.id, teacher=False)) is Standing.UNKNOWN_PERSON
    assert world.told(Viewer(world.person(5).person_id, None, teacher=False)) is Standing.UNKNOWN_PERSON
    assert world.told(Viewer(None, None, teacher=True)) is Standing.TEACHER


def test_a_course_without_a_programme(world: World) -> None:
    with world.services.db.begin() as session:
        other = rows.course(session, world.site, "Outside")
    assert world.told(replace(world.person(5), course_id=other.id)) is Standing.NO_PROGRAMME


def test_a_new_hire_before_the_matching(world: World) -> None:
    assert world.told(world.person(5)) is Standing.NEW_HIRE


def test_a_recent_learner_before_the_matching(world: World) -> None:
    viewer = world.person(300, completed_at=NOW - timedelta(days=20))
    assert world.told(viewer) is Standing.RECENT_LEARNER


def test_somebody_the_rules_do_not_find(world: World) -> None:
    assert world.told(world.person(300)) is Standing.NOT_IN_PROGRAMME


def test_a_teacher_of_the_course(world: World) -> None:
    assert world.told(world.person(300, role=EnrolmentRole.TEACHER)) is Standing.TEACHER


def test_who_opted_out_is_told_so_whatever_else(world: World) -> None:
    viewer = world.person(5, opted_out_at=NOW)
    world.run(RunState.PROPOSED, alone=viewer.person_id)
    assert world.told(viewer) is Standing.OPTED_OUT


@pytest.mark.parametrize("state", [RunState.PROPOSED, RunState.DISCARDED])
@pytest.mark.parametrize("outcome", ["pair", "alone"])
def test_a_proposal_is_not_spoken_of_before_it_is_approved(
    world: World, state: RunState, outcome: str
) -> None:
    viewer = world.person(5)
    world.run(state, **{outcome: viewer.person_id})
    assert world.told(viewer) is Standing.NEW_HIRE


def test_a_learner_without_a_pair(world: World) -> None:
    viewer = world.person(5)
    world.run(RunState.APPROVED, alone=viewer.person_id)
    assert world.told(viewer) is Standing.UNMATCHED


def test_who_is_no_longer_new_is_not_kept_waiting(world: World, clock: Clock) -> None:
    """The list of an old run is not looked at again once the rules no longer find somebody."""
    viewer = world.person(5)
    world.run(RunState.APPROVED, alone=viewer.person_id)
    clock.move(days=60)
    assert world.told(viewer) is Standing.NOT_IN_PROGRAMME


def ended(world: World, viewer: Viewer) -> None:
    with world.services.db.begin() as session:
        person = session.get_one(Person, viewer.person_id)
        rows.engagement(session, world.programme, person, world.tomas, state=EngagementState.CLOSED)


def test_after_an_engagement(world: World) -> None:
    viewer = world.person(5)
    ended(world, viewer)
    assert world.told(viewer) is Standing.ENDED
    assert world.told(Viewer(world.tomas.id, world.course.id, teacher=False)) is Standing.ENDED


def test_of_several_programmes_the_best_news_is_told(world: World) -> None:
    viewer = world.person(5)
    with world.services.db.begin() as session:
        rows.programme(session, world.site, [world.course], name="Nobody is new here", new_hire_days=1)
    assert world.told(viewer) is Standing.NEW_HIRE
