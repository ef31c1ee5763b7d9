"""Engagements: people, sides, dates, states and counts."""

from collections.abc import Callable
from datetime import timedelta

from companion.models.engagement import Contact, Engagement, EngagementState, Fit, Mood, TrustItem
from companion.services.engagements import EngagementLine
from companion.services.mentoring import Viewer
from tests.begun import Begun
from tests.functional.admin.visitor import Visitor


def line_with_course(installation: Begun) -> EngagementLine:
    return next(
        line
        for line in installation.services.engagements.of_programme(installation.programme_id)
        if line.course
    )


def row_of(admin: Visitor, installation: Begun, engagement_id: int) -> list[str]:
    page = admin.get(f"/admin/programmes/{installation.programme_id}/engagements")
    row = page.html.find(id=f"engagement-{engagement_id}")
    assert row is not None
    return [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]


def say(installation: Begun, line: EngagementLine, member: int, fit: Fit, key: str) -> None:
    person = line.members[member].person_id
    viewer = Viewer(person, line.engagement.course_id, teacher=False)
    installation.services.mentoring.check_in(
        viewer, line.engagement.id, mood=Mood.GOOD, contact=Contact.CALL, note="", form_key=f"c{key:x<30}"
    )
    installation.services.mentoring.feedback(
        viewer,
        line.engagement.id,
        fit=fit,
        trust_item=TrustItem.ABILITY,
        trust_score=4,
        form_key=f"f{key:x<30}",
    )


def test_an_engagement_shows_its_people_their_sides_and_its_dates(
    admin: Visitor, installation: Begun
) -> None:
    line = line_with_course(installation)
    people, state, first, last_day, count, last, fit, look = row_of(admin, installation, line.engagement.id)
    for member in line.members:
        assert f"{member.full_name} {member.side.value}" in people
    assert str(line.course) in people
    assert (state, first, last_day) == ("Running", "23 November 2026", "20 December 2026")
    assert (count, last, fit, look) == ("0", "None yet", "No answer yet", "No")


def test_counts_and_dates_grow_with_what_people_do(admin: Visitor, installation: Begun) -> None:
    line = line_with_course(installation)
    installation.clock.move(days=3)
    say(installation, line, 0, Fit.GOOD, "one")
    say(installation, line, 1, Fit.GOOD, "two")
    installation.clock.move(days=1)
    assert row_of(admin, installation, line.engagement.id)[4:] == ["2", "yesterday", "Fits × 2", "No"]


def test_what_the_watch_found_asks_for_a_look_here_too(admin: Visitor, installation: Begun) -> None:
    line = line_with_course(installation)
    installation.clock.move(days=8)
    say(installation, line, 0, Fit.NOT_GOOD, "one")
    installation.services.watch.run()
    row = row_of(admin, installation, line.engagement.id)
    assert row[6:] == ["Does not fit", "Somebody said it does not fit since 1 December 2026"]
    one = f"/admin/programmes/{installation.programme_id}/engagements"
    (unfit,) = admin.get(f"{one}?engagements-look=not_good").rows()
    assert line.members[0].full_name in unfit[0]
    others = admin.get(f"{one}?engagements-look=no_first_contact").rows()
    assert len(others) == len(admin.get(one).rows()) - 1
    assert {row[7] for row in others} == {"No first contact since 23 November 2026"}


def test_the_order_is_that_of_the_service_and_nobody_is_left_out(admin: Visitor, installation: Begun) -> None:
    installation.clock.move(days=60)
    installation.services.upkeep.run()
    installation.services.matching.approve(
        installation.services.matching.propose(installation.programme_id), by="the test"
    )
    page = admin.get(f"/admin/programmes/{installation.programme_id}/engagements")
    shown = [str(row["id"]) for row in page.html.select("tbody tr")]
    lines = installation.services.engagements.of_programme(installation.programme_id)
    assert shown == [f"engagement-{line.engagement.id}" for line in lines]
    assert "Ended" in page.words


def test_somebody_who_left_moodle_is_marked(admin: Visitor, installation: Begun) -> None:
    line = line_with_course(installation)
    installation.lms.sandbox.suspend(line.members[0].lms_id)
    installation.services.sync.run()
    row = row_of(admin, installation, line.engagement.id)
    assert "no longer in Moodle" in row[0]
    assert row[1] == "Ended early"


def test_without_engagements_the_page_leads_back_to_the_programme(
    admin: Visitor, make_second: Callable[..., int]
) -> None:
    made = make_second()
    page = admin.get(f"/admin/programmes/{made}/engagements")
    assert "No engagement yet" in page.words
    assert page.link("Go to the programme") == f"/admin/programmes/{made}"


def test_a_long_list_is_searched_filtered_sorted_and_paged_on_the_server(
    admin: Visitor, installation: Begun
) -> None:
    one, lines = (
        f"/admin/programmes/{installation.programme_id}/engagements",
        installation.services.engagements.of_programme(installation.programme_id),
    )
    member = lines[0].members[0]
    having = [line for line in lines if member.person_id in [each.person_id for each in line.members]]
    found = admin.get(f"{one}?engagements-q={member.full_name.upper()}").rows()
    assert len(found) == len(having)
    assert all(member.full_name in row[0] for row in found)
    with installation.services.db.begin() as session:
        row = session.get_one(Engagement, lines[0].engagement.id)
        row.starts_on -= timedelta(days=9)
        row.state = EngagementState.CLOSED
    assert len(admin.get(f"{one}?engagements-state=closed").rows()) == 1
    assert admin.get(f"{one}?engagements-sort=starts").rows()[0][2] == "14 November 2026"
    assert admin.get(one).rows()[-1][1] == "Ended"
    assert "No row fits this filter" in admin.get(f"{one}?engagements-state=paused").words
