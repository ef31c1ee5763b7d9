"""Circles from the matching to engagements: formed as a whole, and each learner reads only what concerns them."""

from datetime import date, timedelta
from secrets import token_urlsafe
from typing import Any

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError
from companion.matching import Listener, kept, tell
from companion.matching.grounds import Ground
from companion.models.engagement import (
    Contact,
    Engagement,
    EngagementKind,
    EngagementMember,
    EngagementState,
    Mood,
    Side,
)
from companion.models.jobs import OutboxEntry
from companion.models.lms import Site
from companion.models.matching import MatchRun, RunState
from companion.models.people import Person
from companion.models.programme import Programme
from companion.models.said import Veto
from companion.services import joining
from companion.services.matching import MatchingService
from companion.services.mentoring import MentoringService, Viewer
from companion.services.messages import MESSAGE
from companion.store import Cipher, Database, Texts, charters, engagements, pages, programmes
from tests import rows
from tests.clock import Clock

KEY = "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="


def stocked(db: Database, clock: Clock, learners: int = 6) -> Programme:
    """A programme of circles of four, with learners who each want something else, and two advisers."""
    with db.begin() as session:
        site = rows.site(session)
        rows.read_once(session, site, clock())
        course = rows.course(session, site)
        rules = {"forms": "circles", "circle_least": 4, "circle_most": 4}
        programme = rows.programme(session, site, [course], matching=rules)
        hired = {"hiredate": (clock().date() - timedelta(days=3)).isoformat()}
        for number in range(learners):
            name, topic = f"Learner {number}", [f"topic {number}"]
            who = rows.person(session, site, name, language="en", profile=hired, interests=topic)
            rows.enrol(session, who, course)
        for number in range(2):
            every = [f"topic {each}" for each in range(learners)]
            who = rows.person(session, site, f"Adviser {number}", language="en", interests=every)
            rows.enrol(session, who, course, completed_at=clock() - timedelta(days=20))
        return programme


def test_circles_are_proposed_and_become_engagements_as_a_whole(db: Database, clock: Clock) -> None:
    programme = stocked(db, clock)
    matching = MatchingService(db, clock=clock, texts=Cipher(KEY))
    run_id = matching.propose(programme.id)
    view = matching.view(run_id)
    assert (view.run.state, len(view.pairs), view.unmatched) == (RunState.PROPOSED, 6, ())
    first = view.pairs[0][0]
    some = matching.approve(run_id, by="Ada", only=[first.id])
    assert some.formed == 1
    assert matching.approve(run_id, by="Ada").formed == 1
    with db.read() as session:
        assert session.get_one(MatchRun, run_id).state is RunState.APPROVED
        circles = engagements.of_programme(session, programme.id)
        assert {circle.kind for circle in circles} == {EngagementKind.CIRCLE}
        members = engagements.members(session, [circle.id for circle in circles])
        assert sorted(len(people) for people in members.values()) == [4, 4]


def test_the_attack_a_learner_of_a_circle_never_reads_what_another_wants(db: Database, clock: Clock) -> None:
    programme = stocked(db, clock)
    matching = MatchingService(db, clock=clock, texts=Cipher(KEY))
    matching.approve(matching.propose(programme.id), by="Ada")
    with db.read() as session:
        for circle in engagements.of_programme(session, programme.id):
            for member in engagements.members(session, [circle.id])[circle.id]:
                found = pages.by_ids(session, [circle.id], member.person_id, date.min)
                words = " ".join(
                    tell(kept(reason), Listener(member.side), date.max) for reason in found[circle.id].reasons
                )
                if member.side is Side.LEARNER:
                    own = session.get_one(Person, member.person_id).interests[0]
                    assert own in words
                    assert words.count("topic ") == 1
                else:
                    assert words == ""


def test_who_fits_into_no_circle_is_told_why(db: Database, clock: Clock) -> None:
    programme = stocked(db, clock, learners=4)
    matching = MatchingService(db, clock=clock, texts=Cipher(KEY))
    view = matching.view(matching.propose(programme.id))
    assert len(view.pairs) == 3
    ((left, _),) = view.unmatched
    assert left.text == "No circle of 4 to 4 people could be filled around this person."


def running_circle(db: Database, programme: Programme, size: int = 4) -> tuple[int, list[int]]:
    """A circle of the first adviser that runs, with learners of its own; gives it and its people."""
    with db.begin() as session:
        course = programmes.courses(session, programme.id)[0]
        site = session.get_one(Site, programme.site_id)
        adviser = session.scalars(sa.select(Person).where(Person.full_name == "Adviser 0")).one()
        first, *others = [
            rows.person(session, site, f"Early {number}", language="en") for number in range(size - 1)
        ]
        circle = rows.engagement(
            session, programme, first, adviser, kind=EngagementKind.CIRCLE, course_id=course.id
        )
        engagements.join(
            session,
            [
                EngagementMember(engagement_id=circle.id, person_id=who.id, side=Side.LEARNER)
                for who in others
            ],
        )
        for who in (first, *others):
            rows.enrol(session, who, course)
        return circle.id, [first.id, *(who.id for who in others), adviser.id]


def test_who_fits_into_no_new_circle_joins_one_that_runs_and_nobody_is_moved(
    db: Database, clock: Clock
) -> None:
    """Two are too few for a circle of their own."""
    programme = stocked(db, clock, learners=2)
    circle, before = running_circle(db, programme)
    matching = MatchingService(db, clock=clock, texts=Cipher(KEY))
    run_id = matching.propose(programme.id)
    view = matching.view(run_id)
    assert view.unmatched == ()
    assert {(pair.joins_id, adviser.full_name) for pair, _, adviser in view.pairs} == {(circle, "Adviser 0")}
    assert all(
        Ground.TOPICS_OFFERED in [each["said"]["ground"] for each in pair.reasons]
        for pair, _, _ in view.pairs
    )
    reached = matching.standing(run_id).concerned
    assert (reached.engagements, reached.joining) == (0, 2)
    outcome = matching.approve(run_id, by="Ada")
    assert (outcome.formed, outcome.joined, outcome.refused) == (0, 2, ())
    joiners = [learner.id for _, learner, _ in view.pairs]
    with db.read() as session:
        people = engagements.members(session, [circle])[circle]
        assert {one.person_id for one in people} == {*before, *joiners}
        since = {one.person_id: one.joined_at for one in people}
        assert [since[who] for who in joiners] == [clock(), clock()]
        assert {since[who] for who in before} == {None}
        told = {
            entry.payload["person_id"]: entry.payload.get("joined")
            for entry in session.scalars(sa.select(OutboxEntry).where(OutboxEntry.kind == MESSAGE))
        }
    assert {who: sorted(named or ()) for who, named in told.items()} == {
        **dict.fromkeys(before, sorted(joiners)),
        **{who: [] for who in joiners},
    }


def test_the_attack_who_joins_reads_nothing_before_the_charter_and_nothing_older_ever(
    db: Database, clock: Clock
) -> None:
    programme = stocked(db, clock, learners=1)
    circle, before = running_circle(db, programme)
    texts = Texts(Cipher(KEY))
    mentoring = MentoringService(db, texts=texts, clock=clock)
    course_id = _course(db, programme)

    def note(who: int, text: str) -> None:
        mentoring.check_in(
            Viewer(who, course_id, teacher=False),
            circle,
            mood=Mood.GOOD,
            contact=Contact.CALL,
            note=text,
            form_key=token_urlsafe(24),
        )

    with db.begin() as session:
        for who in before:
            charters.accept(session, circle, who, 0, clock())
    note(before[0], "Said among four")
    clock.move(days=1)
    matching = MatchingService(db, clock=clock, texts=Cipher(KEY))
    run_id = matching.propose(programme.id)
    (pair,) = matching.view(run_id).pairs
    matching.approve(run_id, by="Ada")
    joiner = Viewer(pair[1].id, course_id, teacher=False)
    (seen,) = mentoring.widget(joiner).engagements
    assert seen.charter is not None
    with pytest.raises(ConflictError):
        note(pair[1].id, "Too early")
    with db.begin() as session:
        charters.accept(session, circle, pair[1].id, 0, clock())
    note(before[0], "Welcome")
    (seen,) = mentoring.widget(joiner, questions=True).engagements
    assert [said.note for said in seen.check_ins] == ["Welcome"]
    assert seen.questions is not None
    assert (seen.side, seen.questions.fit_due) == (Side.LEARNER, False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ends_on": date(2026, 11, 25)}, joining.OVER),
        ({"state": EngagementState.PAUSED}, joining.OVER),
        ({"without_adviser": True}, joining.NO_ADVISER),
        ({"more": 4}, joining.FULL),
        ({"parted": True}, joining.NOT_WITH_ALL),
    ],
)
def test_what_changed_since_the_proposal_is_said_and_nobody_joins(
    db: Database, clock: Clock, change: dict[str, Any], why: str
) -> None:
    """And a matching that begins after the change does not propose it."""
    programme = stocked(db, clock, learners=1)
    circle, before = running_circle(db, programme)
    matching = MatchingService(db, clock=clock, texts=Cipher(KEY))
    run_id = matching.propose(programme.id)
    ((_, learner, _),) = matching.view(run_id).pairs
    told = dict(change)
    with db.begin() as session:
        if told.pop("without_adviser", False):
            engagements.membership(session, circle, before[-1]).left_at = clock()
        if told.pop("parted", False):
            session.add(
                Veto(programme_id=programme.id, person_id=learner.id, other_id=before[0], given_at=clock())
            )
        site = session.get_one(Site, programme.site_id)
        more = [rows.person(session, site, f"More {each}") for each in range(told.pop("more", 0))]
        engagements.join(
            session,
            [EngagementMember(engagement_id=circle, person_id=one.id, side=Side.LEARNER) for one in more],
        )
        for name, value in told.items():
            setattr(session.get_one(Engagement, circle), name, value)
    outcome = matching.approve(run_id, by="Ada")
    assert (outcome.formed, outcome.joined) == (0, 0)
    assert outcome.refused == (f"{learner.full_name} and Adviser 0: {why}",)
    with db.read() as session:
        assert learner.id not in {one.person_id for one in engagements.members(session, [circle])[circle]}
    ((left, _),) = matching.view(matching.propose(programme.id)).unmatched
    assert left.person_id == learner.id


def _course(db: Database, programme: Programme) -> int:
    with db.read() as session:
        return programmes.courses(session, programme.id)[0].id
