"""What a teacher's launch shows: where the widgets stand, and numbers that tell of nobody."""

from collections.abc import Callable

import pytest

from companion.lti.connector import ServiceError
from companion.models.engagement import Contact, EngagementState, Mood
from companion.models.lti import LtiContext
from companion.services.mentoring import Viewer
from companion.store import lms as stored
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget


def figures(widget: Widget) -> dict[str, str]:
    return {
        row.select_one("dt").get_text(strip=True): row.select_one("dd").get_text(strip=True)  # type: ignore[union-attr]
        for row in widget.html.select(".figure")
    }


def course_of(installation: Begun) -> int:
    return next(c for c, short, _ in installation.services.sites.courses() if short == "ONB-SALES")


def check_in(installation: Begun, people: int) -> int:
    """So many people of the course's engagements check in; gives how many engagements run there."""
    course = course_of(installation)
    lines = [
        line
        for line in installation.services.engagements.of_programme(installation.programme_id)
        if line.engagement.course_id == course and line.engagement.state is EngagementState.ACTIVE
    ]
    who = [(line.engagement.id, member.person_id) for line in lines for member in line.members]
    distinct = {person: engagement for engagement, person in who}
    assert len(distinct) >= people
    for person, engagement in list(distinct.items())[:people]:
        installation.services.mentoring.check_in(
            Viewer(person, course, teacher=False),
            engagement,
            mood=Mood.HARD,
            contact=Contact.CALL,
            note="a word of theirs",
            form_key=f"{person:x>24}",
        )
    return len(lines)


@pytest.fixture
def teacher(sign_in: Callable[[str], Launcher]) -> Launcher:
    return sign_in("ines")


def test_a_teacher_sees_placements_and_numbers(teacher: Launcher, reachable: Begun) -> None:
    lines = check_in(reachable, people=5)
    widget = teacher.open(course="ONB-SALES")
    course = reachable.lms.sandbox.find_course("ONB-SALES").id
    roster = [row for row in reachable.lms.sandbox.world.enrolments_in(course) if row.active]
    assert figures(widget) == {
        "People in this course": str(len(roster)),
        "Running engagements": str(lines),
        "Check-ins this week": "5",
    }
    links = {a.get_text(strip=True): str(a["href"]) for a in widget.html.select("main a")}
    assert set(links) == {"Check-in", "Feedback"}
    assert all(href.startswith(f"{reachable.lms.url}/mod/lti/view.php?id=") for href in links.values())
    assert "a word of theirs" not in widget.response.text
    assert "hard" not in widget.words.lower()


def test_numbers_about_fewer_than_five_people_are_not_shown(teacher: Launcher, reachable: Begun) -> None:
    check_in(reachable, people=4)
    shown = figures(teacher.open(course="ONB-SALES"))
    assert shown["Check-ins this week"] == "fewer than 5 people"


def test_none_at_all_is_told_like_a_few(teacher: Launcher, reachable: Begun) -> None:
    assert figures(teacher.open(course="ONB-SALES"))["Check-ins this week"] == "fewer than 5 people"


def test_check_ins_of_last_week_no_longer_count(teacher: Launcher, reachable: Begun) -> None:
    check_in(reachable, people=5)
    reachable.clock.move(days=7, seconds=1)
    assert figures(teacher.open(course="ONB-SALES"))["Check-ins this week"] == "fewer than 5 people"


def test_a_learner_sees_none_of_it(sign_in: Callable[[str], Launcher], reachable: Begun) -> None:
    assert figures(sign_in("tomas").open(course="WELCOME")) == {}


def test_a_platform_that_cannot_be_reached_costs_one_number(teacher: Launcher, installation: Begun) -> None:
    """Nothing serves our key set here, so that no token is given."""
    shown = figures(teacher.open(course="ONB-SALES"))
    assert shown["People in this course"] == "not known"
    assert shown["Running engagements"].isdigit()


def test_the_roster_is_counted_once_in_a_quarter_of_an_hour(teacher: Launcher, reachable: Begun) -> None:
    first = figures(teacher.open(course="ONB-SALES"))["People in this course"]
    sandbox = reachable.lms.sandbox
    course = sandbox.find_course("ONB-SALES").id
    newcomer = next(p for p in sandbox.world.people.values() if not sandbox.world.enrolment(course, p.id))
    sandbox.enrol(newcomer.id, course, reachable.clock())
    assert figures(teacher.open(course="ONB-SALES"))["People in this course"] == first
    reachable.clock.move(minutes=15)
    assert figures(teacher.open(course="ONB-SALES"))["People in this course"] == str(int(first) + 1)


def test_the_roster_holds_everybody_and_who_teaches(teacher: Launcher, reachable: Begun) -> None:
    teacher.open(course="ONB-SALES")
    members = reachable.services.lti_roster.members(course_of(reachable))
    world = reachable.lms.sandbox.world
    rows = [
        row for row in world.enrolments_in(reachable.lms.sandbox.find_course("ONB-SALES").id) if row.active
    ]
    assert {m.subject for m in members} == {str(row.person) for row in rows}
    assert {m.subject for m in members if m.teaches} == {
        str(row.person) for row in rows if row.role == "editingteacher"
    }
    with reachable.services.db.read() as session:
        course = stored.course(session, course_of(reachable))
    assert course is not None
    [platform] = reachable.services.lti.platforms()
    assert reachable.services.lti_roster.members_at(platform.id, str(course.lms_id)) == members


def test_a_disabled_platform_is_asked_nothing(teacher: Launcher, reachable: Begun) -> None:
    teacher.open(course="ONB-SALES")
    [platform] = reachable.services.lti.platforms()
    reachable.services.lti.set_enabled(platform.id, False)
    with pytest.raises(Exception, match="offers no roster"):
        reachable.services.lti_roster.members(course_of(reachable))


def test_a_roster_in_pages_is_read_to_its_end(teacher: Launcher, reachable: Begun) -> None:
    teacher.open(course="ONB-SALES")
    whole = reachable.services.lti_roster.members(course_of(reachable))
    with reachable.services.db.begin() as session:
        [row] = session.query(LtiContext).filter(LtiContext.course_id == course_of(reachable))
        row.memberships_url = f"{row.memberships_url}?limit=7"
    assert reachable.services.lti_roster.members(course_of(reachable)) == whole


def test_a_key_rotated_away_still_opens_the_services(teacher: Launcher, reachable: Begun) -> None:
    teacher.open(course="ONB-SALES")
    reachable.services.lti.rotate_key()
    assert reachable.services.lti_roster.members(course_of(reachable))


def test_a_platform_restored_from_a_backup_is_asked_for_a_new_token(
    teacher: Launcher, reachable: Begun
) -> None:
    """It no longer knows the token that we keep."""
    teacher.open(course="ONB-SALES")
    roster = reachable.services.lti_roster
    connectors = roster._connectors
    before = roster.members(course_of(reachable))
    kept = connectors._tokens._kept
    [key] = kept
    kept[key] = ("of another time", kept[key][1])
    assert roster.members(course_of(reachable)) == before


def test_without_our_keys_no_roster_is_given(teacher: Launcher, installation: Begun) -> None:
    teacher.open(course="ONB-SALES")
    with pytest.raises(ServiceError) as refused:
        installation.services.lti_roster.members(course_of(installation))
    assert installation.lms.url not in str(refused.value), "the answer could quote anything"
