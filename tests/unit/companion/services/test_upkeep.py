"""What happens as time goes by."""

import pytest
import sqlalchemy as sa

from companion.errors import NotFoundError
from companion.mentoring.waiting import Standing
from companion.models.engagement import Contact, Engagement, EngagementState, Mood
from companion.models.lti import LoginState
from tests.begun import Begun


def states(begun: Begun) -> set[EngagementState]:
    with begun.services.db.read() as session:
        return set(session.scalars(sa.select(Engagement.state)))


def test_engagements_close_by_themselves_the_day_after_their_last(begun_on: Begun) -> None:
    begun_on.clock.move(days=27)
    assert begun_on.services.upkeep.run() == 0
    assert states(begun_on) == {EngagementState.ACTIVE}
    begun_on.clock.move(days=1)
    running = len(begun_on.services.engagements.of_programme(begun_on.programme_id))
    assert begun_on.services.upkeep.run() == running
    assert states(begun_on) == {EngagementState.CLOSED}
    assert begun_on.services.upkeep.run() == 0


def test_what_has_closed_takes_no_more_check_ins_and_says_thank_you(begun: Begun) -> None:
    meeting = begun.meeting
    begun.clock.move(days=28)
    begun.services.upkeep.run()
    viewer = meeting.seen_by(meeting.learner)
    with pytest.raises(NotFoundError, match="has ended"):
        begun.services.mentoring.check_in(
            viewer, meeting.id, mood=Mood.GOOD, contact=Contact.CALL, note="", form_key="k" * 24
        )
    notice = begun.services.mentoring.widget(viewer).notice
    assert notice is not None
    assert notice.standing is Standing.ENDED
    assert "Thank you" in notice.text


def test_logins_nobody_finished_are_forgotten(begun: Begun) -> None:
    services = begun.services
    services.lti.begin_login(
        {
            "iss": begun.lms.url,
            "login_hint": "3",
            "target_link_uri": "http://127.0.0.1:8080/lti/launch",
            "client_id": services.lti.platforms()[0].client_id,
        }
    )

    def under_way() -> int:
        with services.db.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(LoginState)) or 0

    services.upkeep.run()
    assert under_way() == 1
    begun.clock.move(days=1)
    services.upkeep.run()
    assert under_way() == 0
