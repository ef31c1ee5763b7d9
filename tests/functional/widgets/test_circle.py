"""A circle over HTTP, from the charter to an exit: what one of them says, all of them see, and it outlives a member."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from companion.models.engagement import Engagement, EngagementKind, EngagementMember, EngagementState, Side
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.services.engagements import EngagementLine
from companion.store import Session
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget
from tests.functional.widgets.test_mentoring import home, post, state, told
from tests.functional.widgets.test_own import page

NOTE = "We begin with what nobody wrote down"
LESSON = "Read the old offers aloud to each other first."


@pytest.fixture
def installation(begun: Begun) -> Begun:
    """On SQLite alone: what is stored of circles is tested on both in unit/companion/services/test_leaving.py."""
    return begun


@pytest.fixture
def third(installation: Begun, line: EngagementLine, sign_in: Callable[[str], Launcher]) -> Launcher:
    """A second learner, who makes a circle of the engagement; nobody has accepted its charter yet."""
    with installation.services.db.begin() as session:
        joining = _somebody_else(session, line)
        row = session.get_one(Engagement, line.engagement.id)
        row.kind = EngagementKind.CIRCLE
        session.add(EngagementMember(engagement_id=row.id, person_id=joining.id, side=Side.LEARNER))
        session.flush()
        session.execute(
            sa.update(EngagementMember)
            .where(EngagementMember.engagement_id == row.id)
            .values(charter_version=None, charter_accepted_at=None)
        )
        username = installation.lms.sandbox.world.people[joining.lms_id].username
    return sign_in(username)


def _somebody_else(session: Session, line: EngagementLine) -> Person:
    taken = sa.select(EngagementMember.person_id)
    found = session.scalars(
        sa.select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.course_id == line.engagement.course_id,
            Enrolment.role == EnrolmentRole.LEARNER,
            Person.id.not_in(taken),
        )
        .order_by(Person.id)
    ).first()
    assert found is not None
    return found


def test_a_circle_from_its_charter_to_an_exit_that_does_not_end_it(
    learner: Launcher, third: Launcher, adviser: Launcher, installation: Begun, line: EngagementLine
) -> None:
    people = (learner, third, adviser)
    for one in people:
        assert one.open().html.select("form[action$='/mentoring/charter']"), one.open().words
    post(adviser.open(), "/mentoring/charter")
    adviser.open().send(mood="good", contact="message", note=NOTE)
    assert NOTE not in learner.open().words, "accepted by each before they read or write"
    for one in (learner, third):
        widget = post(one.open(), "/mentoring/charter")
        assert "Your circle" in widget.words
        assert NOTE in widget.words
    asked = third.open("feedback").words
    assert "Does this circle fit you?" in asked
    assert "the two of you" not in asked.lower()

    kept = post_lesson(learner)
    assert LESSON in kept.words
    assert LESSON in page(third, "given").words

    post(home(learner), "/mentoring/request", about="How I lead the talks")
    for one, helps in ((adviser, "You wait"), (third, "You sum up")):
        one.open().send(mood="good", contact="call", note="")
        post(home(one), "/mentoring/reply", helps=helps, wish="")
    mine, theirs = home(learner).words, home(third).words
    assert all(words in mine for words in ("You wait", "You sum up"))
    assert "You wait" not in theirs

    leaving = home(third)
    leaving.response = leaving.client.get(leaving.address.replace("/mentoring", "/mentoring/concern"))
    post(leaving, "/mentoring/leave")
    installation.clock.move(minutes=10)
    installation.services.outbox.work()
    assert state(installation, line) is EngagementState.ACTIVE
    assert told(installation).count("left_circle") == 2
    with installation.services.db.read() as session:
        left = sa.select(EngagementMember.person_id).where(EngagementMember.left_at.is_not(None))
        leaver = session.scalars(left).one()
    assert installation.services.said.view(leaver).own.paused_until is None, "somebody else is looked for"
    installation.clock.move(days=7)
    learner.open().send(mood="good", contact="message", note="Only the two of us read this")
    assert "Only the two of us read this" in adviser.open().words
    gone = third.open().words
    assert NOTE not in gone
    assert "Only the two of us read this" not in gone


def post_lesson(person: Launcher) -> Widget:
    """A lesson for the circle."""
    given = page(person, "given")
    form = next(f for f in given.html.select("form") if str(f["action"]).endswith("/given/lesson"))
    sent = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
    choices = {"text": LESSON, "kind": "went_right", "audience": "engagement", "section": ""}
    given.response = given.client.post(str(form["action"]), data={**sent, **choices}, follow_redirects=True)
    return given
