"""The services wired together take the whole way, on either database; no transaction waits for Moodle on it."""

import sqlalchemy as sa

from companion.mentoring.waiting import Standing
from companion.models.engagement import Contact, EngagementState, Fit, Mood, TrustItem
from companion.models.jobs import OutboxEntry, OutboxState
from companion.services.findings import NEEDED, USEFUL
from companion.services.registry import Services
from lms_client import Function
from tests.begun import Begun
from tests.sites import Lms, accept_charters, connect, make_programme

COURSES = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")


def test_from_a_bare_site_to_a_check_in_and_out_again(services_on: Services, lms: Lms) -> None:
    services = services_on
    connect(services, lms)
    programme_id = make_programme(services, *COURSES)

    synced = services.sync.run()
    assert synced.complete
    found = services.programmes.view(programme_id)
    assert min(found.new_hires, found.recent_learners) > 5

    run_id = services.matching.propose(programme_id)
    proposed = services.matching.view(run_id)
    outcome = services.matching.approve(run_id, by="Ada")
    assert (outcome.formed, outcome.refused) == (len(proposed.pairs), ())

    services.outbox.work()
    counts = services.outbox.counts()
    assert OutboxState.PENDING not in counts
    assert len(lms.sandbox.messages) + counts.get(OutboxState.FAILED, 0) == 2 * outcome.formed

    placed = services.placements.place([programme_id])
    assert len(placed.standing) == 2 * len(COURSES)
    assert services.placements.place([programme_id]).added == 0

    begun = Begun(services, lms, programme_id, services.clock)  # type: ignore[arg-type]
    meeting = begun.meeting
    accept_charters(services, programme_id)
    hers, his = meeting.seen_by(meeting.learner), meeting.seen_by(meeting.adviser)
    services.mentoring.check_in(
        hers, meeting.id, mood=Mood.GOOD, contact=Contact.CALL, note="A good first talk.", form_key="a" * 24
    )
    (entry,) = next(e for e in services.mentoring.widget(his).engagements if e.id == meeting.id).check_ins
    assert (entry.note, entry.author) == ("A good first talk.", meeting.learner.full_name)
    services.mentoring.feedback(
        his, meeting.id, fit=Fit.GOOD, trust_item=TrustItem.RELIANCE, trust_score=5, form_key="b" * 24
    )
    line = next(
        line for line in services.engagements.of_programme(programme_id) if line.engagement.id == meeting.id
    )
    assert (line.activity.check_ins, line.activity.fits) == (1, (Fit.GOOD,))

    lms.sandbox.delete_person(meeting.adviser.lms_id)
    assert services.sync.run().changes["people_gone"] == 1
    notice = services.mentoring.widget(hers).notice
    assert notice is not None
    assert notice.standing is Standing.ENDED

    begun.clock.move(days=28)
    services.upkeep.run()
    lines = services.engagements.of_programme(programme_id)
    assert EngagementState.ACTIVE not in {line.engagement.state for line in lines}

    removed = services.placements.remove([programme_id])
    assert (removed.removed, removed.standing) == (2 * len(COURSES), ())
    assert not [
        m for m in lms.sandbox.world.modules.values() if m.modname == "lti" and m.course in course_ids(lms)
    ]


def course_ids(lms: Lms) -> set[int]:
    return {lms.sandbox.find_course(name).id for name in COURSES}


def test_doing_everything_again_changes_nothing(begun_on: Begun) -> None:
    services, sandbox = begun_on.services, begun_on.lms.sandbox
    before = sandbox.world.to_json()
    ids = [line.engagement.id for line in services.engagements.of_programme(begun_on.programme_id)]
    services.sites.connect(begun_on.lms.url, sandbox.token)
    assert services.sync.run().changes == {}
    run_id = services.matching.propose(begun_on.programme_id)
    outcome = services.matching.approve(run_id, by="Ada")
    assert outcome.refused == ()
    services.outbox.work()
    assert services.placements.place([begun_on.programme_id]).added == 0
    services.upkeep.run()
    assert outcome.formed == 0
    assert sandbox.world.to_json() == before
    after = [line.engagement.id for line in services.engagements.of_programme(begun_on.programme_id)]
    assert after == ids


def test_every_function_the_way_calls_is_one_that_connecting_looks_for(begun: Begun) -> None:
    """So that nobody is told that everything is in place, and is refused afterwards."""
    services, sandbox = begun.services, begun.lms.sandbox
    with sandbox.change() as world:
        for group in world.groups.values():
            group.members = [*group.members[1:], world.service_user]
    with services.db.begin() as session:
        session.execute(sa.update(OutboxEntry).values(state=OutboxState.PENDING, due_at=begun.clock()))
    services.sites.connect(begun.lms.url, sandbox.token)
    services.sync.run()
    services.outbox.work()
    services.placements.remove([begun.programme_id])
    services.placements.place([begun.programme_id])
    called = {Function(name) for name, _ in sandbox.calls}
    assert Function.REMOVE_GROUP_MEMBERS in called
    assert called <= {*NEEDED, *USEFUL}
