"""Circles from the matching to engagements: formed as a whole, and each learner reads only what concerns them."""

from datetime import timedelta

from companion.models.engagement import EngagementKind, Side
from companion.models.jobs import SyncKind, SyncRun, SyncState
from companion.models.matching import MatchRun, RunState
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.matching import MatchingService
from companion.store import Cipher, Database, engagements, pages
from tests import rows
from tests.clock import Clock

KEY = "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="


def stocked(db: Database, clock: Clock, learners: int = 6) -> Programme:
    """A programme of circles of four, with learners who each want something else, and two advisers."""
    with db.begin() as session:
        site = rows.site(session)
        rows.stored(session, _read(site.id, clock))
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


def _read(site_id: int, clock: Clock) -> SyncRun:
    return SyncRun(
        site_id=site_id,
        state=SyncState.DONE,
        kind=SyncKind.FULL,
        scope="",
        resumed=False,
        complete=True,
        steps_done=0,
        held_back=0,
        started_at=clock(),
        heartbeat_at=clock(),
        phase="",
        counts={},
        problems=[],
    )


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
                told = pages.reasons(session, [circle.id], member.person_id).get(circle.id, {})
                words = " ".join(told.get(member.side, ()))
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
