"""Retention: what would go is counted before it is kept, goes at night, and never while a legal hold stands."""

import pytest
import sqlalchemy as sa

from companion.models.engagement import Engagement, EngagementMember
from companion.models.people import Person
from tests.begun import Begun
from tests.functional.admin.test_audit import entries
from tests.functional.admin.visitor import Page, Visitor

RETENTION = "/admin/settings/retention"


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, once on each kind of database."""
    return begun_on


def numbers(page: Page) -> list[int]:
    return [int(figure.get_text()) for figure in page.html.select(".figure dd")]


def all_ended(begun: Begun) -> int:
    """Every engagement ended today; gives how many."""
    with begun.services.db.begin() as session:
        session.execute(sa.update(Engagement).values(ended_at=begun.clock()))
        return session.scalar(sa.select(sa.func.count()).select_from(Engagement)) or 0


def test_texts_go_after_the_days_of_their_programme_unless_held(admin: Visitor, installation: Begun) -> None:
    number, one = all_ended(installation), f"/admin/programmes/{installation.programme_id}/retention"
    held = installation.meeting.learner.person_id
    installation.services.own_data.hold(held, True)
    with installation.services.db.read() as session:
        of_them = sa.select(sa.func.count()).where(EngagementMember.person_id == held)
        under_hold = session.scalar(of_them) or 0
    installation.clock.move(days=40)
    assert numbers(admin.get(one)) == [number, 0, 0, under_hold]
    for days, told in (
        (29, "Choose between 30 and 730 days"),
        (181, "can only become shorter"),
        ("x", "whole number"),
    ):
        token = admin.token()
        answer = admin.client.post(one, data={"keep_texts_days": str(days), "csrf_token": token})
        assert (answer.status_code, told in answer.text) == (422, True), days
    page = admin.get(f"{one}?keep_texts_days=40")
    assert f"the texts of {number - under_hold} engagements go tonight" in page.words
    before = len(entries(installation))
    page = admin.press(page, "Keep texts for 40 days")
    assert numbers(page) == [number, number - under_hold, 0, under_hold]
    assert len(entries(installation)) == before + 1
    installation.services.own_data.purge()
    assert numbers(admin.get(one)) == [under_hold, 0, 0, under_hold]


def test_whoever_left_is_forgotten_after_the_days_that_were_chosen(
    admin: Visitor, installation: Begun
) -> None:
    with installation.services.db.begin() as session:
        gone = list(session.scalars(sa.select(Person).order_by(Person.id).limit(3)))
        names = [each.full_name for each in gone]
        for each in gone:
            each.removed_at = installation.clock()
        held, *others = [each.id for each in gone]
    installation.services.own_data.hold(held, True)
    installation.clock.move(days=31)
    assert (
        "3 people whom Moodle no longer has are still known by name here, 1 of them"
        in admin.get(RETENTION).words
    )
    installation.services.own_data.purge()
    assert known(installation, [held, *others]) == names  # nobody chose to forget anybody
    assert admin.get(f"{RETENTION}?gone_days=29", 422).errors().keys() == {"gone_days"}
    page = admin.get(f"{RETENTION}?gone_days=31")
    assert (
        "2 people are forgotten tonight, and 0 more within 30 days; 1 stay under a legal hold" in page.words
    )
    page = admin.press(page, "Forget after 31 days")
    assert entries(installation)[-1].details == {"days": 31}
    installation.services.own_data.purge()
    assert known(installation, [held, *others]) == [names[0], "Somebody who left", "Somebody who left"]
    page = admin.press(page, "Forget nobody by itself")
    assert "nobody is forgotten by itself" in page.words
    installation.services.own_data.hold(held, False)
    installation.services.own_data.purge()
    assert known(installation, [held]) == names[:1]


def known(begun: Begun, ids: list[int]) -> list[str]:
    with begun.services.db.read() as session:
        return [session.get_one(Person, each).full_name for each in ids]
