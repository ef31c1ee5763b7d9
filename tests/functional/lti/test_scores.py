"""Check-ins in the gradebook of the LMS: only where it is switched on, only that they were done, once or twice."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.models.engagement import Side
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.lti import LineItem, LtiContext
from companion.services.engagements import EngagementLine
from companion.services.lti_scores import KIND
from sandbox.records import Score
from tests.begun import Begun
from tests.functional.launcher import Launcher

NOTE = "A word that no gradebook sees"
SAID = {"mood": "hard", "contact": "call", "note": NOTE}


@pytest.fixture
def line(installation: Begun) -> EngagementLine:
    """An engagement whose people have no other, and who share a course."""
    lines = installation.services.engagements.of_programme(installation.programme_id)
    people = [member.person_id for one in lines for member in one.members]
    return next(
        one for one in lines if one.course and all(people.count(m.person_id) == 1 for m in one.members)
    )


@pytest.fixture
def learner(sign_in: Callable[[str], Launcher], line: EngagementLine, installation: Begun) -> Launcher:
    member = next(m for m in line.members if m.side is Side.LEARNER)
    return sign_in(installation.lms.sandbox.world.people[member.lms_id].username)


def switch(installation: Begun, *, on: bool = True) -> None:
    [platform] = installation.services.lti.platforms()
    installation.services.lti.set_scores(platform.id, on)


def entries(installation: Begun) -> list[OutboxEntry]:
    with installation.services.db.read() as session:
        return list(session.scalars(sa.select(OutboxEntry).where(OutboxEntry.kind == KIND)))


def scores(installation: Begun) -> list[Score]:
    return list(installation.lms.sandbox.world.scores.values())


def check_in(learner: Launcher, line: EngagementLine) -> None:
    widget = learner.open(course=_short(learner, line))
    assert widget.send(**SAID).response.status_code == 200


def _short(learner: Launcher, line: EngagementLine) -> str:
    courses = learner.begun.services.sites.courses()
    return next(short for number, short, _ in courses if number == line.engagement.course_id)


def test_nothing_is_told_unless_an_administrator_wants_it(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    check_in(learner, line)
    reachable.services.outbox.work()
    assert entries(reachable) == []
    assert scores(reachable) == []


def test_a_check_in_counts_as_done_and_nothing_of_it_is_told(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    check_in(learner, line)
    [entry] = entries(reachable)
    assert NOTE not in json.dumps(entry.payload)
    assert "hard" not in json.dumps(entry.payload)
    reachable.services.outbox.work()
    [score] = scores(reachable)
    member = next(m for m in line.members if m.side is Side.LEARNER)
    assert (score.person, score.given, score.maximum) == (member.lms_id, 1, 4)
    assert (score.activity, score.grading) == ("InProgress", "FullyGraded")
    assert entries(reachable)[0].state is OutboxState.DONE


def test_each_week_counts_once_and_all_of_them_complete_it(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    given = []
    for days in (0, 1, 6, 7, 7):
        reachable.clock.move(days=days, minutes=1)
        check_in(learner, line)
        reachable.services.outbox.work()
        given.append((scores(reachable)[0].given, scores(reachable)[0].activity))
    assert given == [
        (1, "InProgress"),
        (1, "InProgress"),
        (2, "InProgress"),
        (3, "InProgress"),
        (4, "Completed"),
    ]
    assert len(scores(reachable)) == 1


def test_told_twice_it_stands_once(learner: Launcher, line: EngagementLine, reachable: Begun) -> None:
    """A worker that died after telling and before noting it: the platform answers 409, which is as good as done."""
    switch(reachable)
    check_in(learner, line)
    reachable.services.outbox.work()
    before = scores(reachable)
    with reachable.services.db.begin() as session:
        session.execute(
            sa.update(OutboxEntry).where(OutboxEntry.kind == KIND).values(state=OutboxState.PENDING)
        )
    reachable.clock.move(minutes=11)
    assert reachable.services.outbox.work() == 1
    assert scores(reachable) == before
    assert entries(reachable)[0].state is OutboxState.DONE


def test_an_older_score_never_takes_the_place_of_a_newer_one(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    check_in(learner, line)
    with reachable.services.db.begin() as session:  # held up until after the second
        held = sa.update(OutboxEntry).where(OutboxEntry.kind == KIND)
        session.execute(held.values(due_at=reachable.clock() + timedelta(days=8)))
    reachable.clock.move(days=7)
    check_in(learner, line)
    reachable.services.outbox.work()
    newest = scores(reachable)[0]
    assert newest.given == 2
    reachable.clock.move(days=2)
    reachable.services.outbox.work()
    assert scores(reachable) == [newest]
    assert {entry.state for entry in entries(reachable)} == {OutboxState.DONE}


def without_column(installation: Begun) -> None:
    """As where an activity takes no grades: the launch names no column of its own."""
    with installation.services.db.begin() as session:
        session.execute(sa.delete(LineItem))


def test_where_the_activity_has_no_column_one_is_made_and_found_again(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    for days in (0, 7):
        reachable.clock.move(days=days)
        check_in(learner, line)
        without_column(reachable)
        reachable.services.outbox.work()
    [column] = reachable.lms.sandbox.world.lineitems.values()
    assert (column.label, column.tag, column.maximum) == ("Mentoring check-ins", "cairn-check-in", 100)
    [score] = scores(reachable)
    assert (score.lineitem, score.given) == (column.id, 2)


def test_a_column_that_was_deleted_is_made_again(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    check_in(learner, line)
    without_column(reachable)
    reachable.services.outbox.work()
    world = reachable.lms.sandbox.world
    world.lineitems.clear()
    world.scores.clear()
    reachable.clock.move(days=7)
    with reachable.services.db.read() as session:
        [kept] = session.scalars(sa.select(LineItem))
    check_in(learner, line)
    with reachable.services.db.begin() as session:
        session.execute(sa.update(LineItem).values(url=kept.url))
    reachable.services.outbox.work()
    assert world.scores == {}
    reachable.clock.move(minutes=2)
    reachable.services.outbox.work()
    assert [score.given for score in scores(reachable)] == [2]


def test_somebody_whom_the_lms_does_not_grade_is_given_up_with_a_sentence(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    check_in(learner, line)
    member = next(m for m in line.members if m.side is Side.LEARNER)
    world = reachable.lms.sandbox.world
    for row in world.enrolments_of(member.lms_id):
        row.active = False
    reachable.services.outbox.work()
    [entry] = entries(reachable)
    assert (entry.state, entry.last_error) == (
        OutboxState.FAILED,
        "The learning platform keeps no grade for this person.",
    )


def test_switched_off_meanwhile_nothing_more_is_told(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    check_in(learner, line)
    switch(reachable, on=False)
    reachable.services.outbox.work()
    assert scores(reachable) == []
    assert entries(reachable)[0].state is OutboxState.FAILED


def test_a_platform_out_of_reach_is_tried_again_and_holds_nothing_up(
    learner: Launcher, line: EngagementLine, installation: Begun
) -> None:
    switch(installation)
    check_in(learner, line)
    installation.services.outbox.work()
    [entry] = entries(installation)
    assert entry.state is OutboxState.PENDING
    assert entry.due_at > installation.clock()
    assert "eyJ" not in (entry.last_error or "")


def test_a_gradebook_at_another_host_is_never_asked(
    learner: Launcher, line: EngagementLine, reachable: Begun
) -> None:
    switch(reachable)
    check_in(learner, line)
    without_column(reachable)
    with reachable.services.db.begin() as session:
        session.execute(sa.update(LtiContext).values(lineitems_url="https://evil.example/lineitems"))
    reachable.services.outbox.work()
    [entry] = entries(reachable)
    assert "another host" in (entry.last_error or "")
    assert scores(reachable) == []


def test_the_same_form_twice_is_told_once(learner: Launcher, line: EngagementLine, reachable: Begun) -> None:
    switch(reachable)
    widget = learner.open(course=_short(learner, line))
    sent = {**widget.fields(), **SAID}
    for _ in range(2):
        widget.client.post(widget.address, data=sent)
    assert len(entries(reachable)) == 1
