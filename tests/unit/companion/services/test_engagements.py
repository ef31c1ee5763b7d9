"""Engagements as administrators see them: dates, counts and states, and what needs a look."""

from datetime import timedelta
from typing import Any

import pytest

from companion.models.engagement import (
    CheckIn,
    Contact,
    Engagement,
    EngagementState,
    Feedback,
    Fit,
    Mood,
    TrustItem,
)
from companion.models.people import Person
from companion.models.watch import Risk
from companion.services.engagements import EngagementLine
from companion.services.registry import Services
from tests import rows
from tests.rows import NOW


class World:
    """One engagement of Nia with Tomas."""

    def __init__(self, services: Services) -> None:
        self.services = services
        with services.db.begin() as session:
            site = rows.site(session)
            self.course = rows.course(session, site)
            self.programme = rows.programme(session, site, [self.course])
            self.nia, self.tomas = rows.person(session, site, "Nia"), rows.person(session, site, "Tomas")
            last = NOW.date() + timedelta(weeks=4, days=-1)
            self.engagement = rows.engagement(
                session, self.programme, self.nia, self.tomas, course_id=self.course.id, ends_on=last
            )

    def line(self) -> EngagementLine:
        (found,) = self.services.engagements.of_programme(self.programme.id)
        return found

    def check_in(self, by: Person, key: str = "a") -> None:
        self._say(
            CheckIn, by, key, mood=Mood.HARD, contact=Contact.NOT_YET, note_encrypted=b"what was written"
        )

    def answer(self, by: Person, fit: Fit, key: str) -> None:
        self._say(Feedback, by, key, fit=fit, trust_item=TrustItem.ABILITY, trust_score=1)

    def _say(self, kind: type[CheckIn] | type[Feedback], by: Person, key: str, **values: Any) -> None:
        with self.services.db.begin() as session:
            session.add(
                kind(
                    engagement_id=self.engagement.id,
                    person_id=by.id,
                    created_at=self.services.clock(),
                    form_key=key,
                    **values,
                )
            )


@pytest.fixture
def world(services_on: Services) -> World:
    return World(services_on)


def test_a_line_tells_who_where_and_how_often(world: World) -> None:
    world.check_in(world.nia)
    world.answer(world.tomas, Fit.GOOD, "b")
    line = world.line()
    assert [member.full_name for member in line.members] == ["Nia", "Tomas"]
    assert (line.course, line.engagement.id) == ("Sales onboarding", world.engagement.id)
    assert (line.activity.check_ins, line.activity.last_check_in_at) == (1, world.services.clock())
    assert line.activity.fits == (Fit.GOOD,)
    assert line.risks == ()


def test_a_line_holds_no_word_of_what_was_said(world: World) -> None:
    world.check_in(world.nia)
    assert "what was written" not in repr(world.line())
    assert Mood.HARD not in vars_of(world.line())


def vars_of(line: EngagementLine) -> list[object]:
    return [getattr(line.activity, name) for name in line.activity.__slots__]


def test_an_engagement_without_a_course_has_none(world: World) -> None:
    with world.services.db.begin() as session:
        session.get_one(Engagement, world.engagement.id).course_id = None
    assert world.line().course is None


def test_what_needs_a_look_is_what_the_watch_found_until_it_ends(world: World) -> None:
    assert world.line().risks == ()
    begun = world.engagement.starts_on
    world.check_in(world.nia)
    world.answer(world.tomas, Fit.NOT_GOOD, "b")
    world.services.clock.move(days=5)  # type: ignore[attr-defined]
    world.services.watch.run()
    said = NOW.date()
    assert world.line().risks == ((Risk.NOT_GOOD, said), (Risk.NO_FIRST_CONTACT, begun))
    with world.services.db.begin() as session:
        session.get_one(Engagement, world.engagement.id).state = EngagementState.ENDED_EARLY
    assert world.line().risks == ()


def test_running_ones_come_first_newest_first(world: World) -> None:
    with world.services.db.begin() as session:
        ended = rows.engagement(
            session, world.programme, world.nia, world.tomas, state=EngagementState.CLOSED
        )
        newer = rows.engagement(session, world.programme, world.tomas, world.nia)
    lines = world.services.engagements.of_programme(world.programme.id)
    assert [line.engagement.id for line in lines] == [newer.id, world.engagement.id, ended.id]


def test_a_programme_without_engagements_has_no_lines(services: Services) -> None:
    assert services.engagements.of_programme(4711) == []
