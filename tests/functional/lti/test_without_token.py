"""A site that gave no token: people are read from the rosters of its LTI platform, by the same sync and its rules."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from companion.errors import LmsError, NotReadyError
from companion.models.jobs import OutboxState, SyncKind
from companion.services.findings import Level
from companion.services.roster_reading import PlatformRosters
from companion.services.sync_words import told
from companion.sync.rosters import NAMELESS
from sandbox.lti import memberships
from sandbox.lti import services as platform_services
from sandbox.records import Person
from tests import mirrored
from tests.begun import Begun
from tests.functional.launcher import Launcher

COURSES = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
Members = dict[int, set[int]]


@pytest.fixture
def rostered(reachable: Begun, sign_in: Callable[[str], Launcher]) -> Begun:
    """The token was taken back, and a widget opened in each course but the last."""
    reachable.services.sites.connect_without_token(f"{reachable.lms.url}/")
    for course in COURSES[:-1]:
        open_once(reachable, sign_in, course)
    return reachable


def refuse(_rosters: PlatformRosters, _course: int) -> Any:
    raise LmsError("The learning platform offers no roster of this course any more.")


def open_once(installation: Begun, sign_in: Callable[[str], Launcher], course: str) -> None:
    world = installation.lms.sandbox.world
    rows = world.enrolments_in(installation.lms.sandbox.find_course(course).id)
    person = next(world.people[row.person] for row in rows if row.active and row.role == "student")
    sign_in(person.username).open(course=course)


def nameless(told: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A tool that Moodle shares neither names nor addresses with."""
    kept = ("status", "roles", "user_id")
    return lambda *given: {name: value for name, value in told(*given).items() if name in kept}


class Asked:
    """The sandbox's rosters, counted by course."""

    def __init__(self) -> None:
        self.courses = Counter[int]()

    def __call__(self, *given: Any, **options: Any) -> Any:
        self.courses[given[2]] += 1
        return memberships.memberships(*given, **options)


def stored(installation: Begun) -> mirrored.Mirror:
    services = installation.services
    with services.db.read() as session:
        return mirrored.load(session, services.sites.current().id)


def test_people_come_from_rosters_and_what_these_leave_out_stays(
    rostered: Begun, sign_in: Callable[[str], Launcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, sandbox = rostered.services, rostered.lms.sandbox
    before = stored(rostered)
    sales = sandbox.find_course("ONB-SALES").id
    newcomer = next(p for p in sandbox.world.people.values() if not sandbox.world.enrolments_of(p.id))
    renamed, left = sorted(row.person for row in sandbox.world.enrolments_in(sales) if row.role == "student")[
        :2
    ]
    sandbox.enrol(newcomer.id, sales, rostered.clock())
    sandbox.update_person(renamed, lastname="O&#39;Neil")
    with sandbox.change() as world:
        for row in [row for row in world.enrolments.values() if row.person == left]:
            del world.enrolments[row.id]
    sandbox.calls.clear()
    asked = Asked()
    monkeypatch.setattr(platform_services, "memberships", asked)

    report = services.sync.refresh()
    assert asked.courses == {sandbox.find_course(name).id: 1 for name in COURSES[:-1]}, (
        "its names come with it"
    )
    assert sandbox.calls == [], "no web service is called without a token"
    assert (report.kind, report.route, report.complete) == (SyncKind.FULL, "roster", False)
    assert [problem for problem in report.problems if "1 courses of a programme" in problem]
    assert "They were read from the rosters of the LTI platform, which tell no times." in told(report)
    after = stored(rostered)
    assert after.people[newcomer.id].full_name == newcomer.fullname
    assert after.people[newcomer.id].email == newcomer.email
    assert after.enrolments[newcomer.id, sales].completed_at is None
    assert after.people[renamed].full_name.endswith("O'Neil")
    assert (left, sales) not in after.enrolments, "a whole roster tells who left the course"
    assert left in after.people, "as long as one course is not read, nobody is taken for gone"
    same = [key for key in before.enrolments if key[0] not in (left, newcomer.id)]
    assert all(after.enrolments[key] == before.enrolments[key] for key in same), "dates stay as they were"
    for number, person in before.people.items():
        if number not in (left, renamed):
            assert after.people[number] == person
    assert after.cohorts == before.cohorts

    monkeypatch.setattr(memberships, "_member", nameless(memberships._member))
    unnamed = Person(9999, "unnamed", "Un", "Named", "unnamed@example.com")
    with sandbox.change() as world:
        world.people[unnamed.id] = unnamed
    sandbox.enrol(unnamed.id, sales, rostered.clock())
    assert NAMELESS in services.sync.run().problems
    named = {number: person.full_name for number, person in stored(rostered).people.items()}
    assert (named[newcomer.id], named[unnamed.id]) == (newcomer.fullname, "Person 9999")
    monkeypatch.undo()

    open_once(rostered, sign_in, COURSES[-1])
    report = services.sync.run()
    assert (report.complete, report.problems, report.changes.get("people_gone")) == (True, (), 1)
    assert services.sync.run().changes == {}

    rostered.clock.move(days=1)
    services.sites.connect(rostered.lms.url, sandbox.token)
    report = services.sync.refresh()
    assert stored(rostered).enrolments[newcomer.id, sales].enrolled_at, "a token tells what rosters left out"
    assert report.kind is SyncKind.FULL, "changes since a roster would not hold it"


def test_doctor_tells_what_is_missing_without_a_token(rostered: Begun) -> None:
    found = rostered.services.sites.examine()
    assert [finding.level for finding in found] == [Level.OK, Level.WARNING, Level.WARNING]
    assert "3 courses" in found[0].what
    assert "no completion or enrolment date" in found[1].what
    [platform] = rostered.services.lti.platforms()
    rostered.services.lti.set_enabled(platform.id, False)
    assert rostered.services.sites.examine()[0].level is Level.MISSING
    with pytest.raises(NotReadyError, match="Register Cairn as a tool"):
        rostered.services.sync.run()
    with pytest.raises(NotReadyError, match="Register Cairn as a tool"):
        rostered.services.sites.connect_without_token(rostered.lms.url)


def test_a_roster_that_fails_removes_nobody_and_the_next_run_sets_it_right(rostered: Begun) -> None:
    services, world = rostered.services, rostered.lms.sandbox.world
    before = stored(rostered)
    services.sync.run()
    course = rostered.lms.sandbox.find_course("ONB-ENG")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PlatformRosters, "whole", refuse)
        with pytest.raises(LmsError, match="no roster of this course any more"):
            services.sync.run()
    with rostered.lms.sandbox.change():
        del world.courses[course.id]
    report = services.sync.run()
    assert not report.complete
    assert any(f"number {course.id} was not read" in problem for problem in report.problems)
    assert stored(rostered).people.keys() == before.people.keys()


def test_nothing_is_written_to_moodle_until_a_token_is_given_again(rostered: Begun) -> None:
    services = rostered.services
    before = len(services.outbox.failed())
    services.meeting_places.look_everywhere()
    rostered.lms.sandbox.calls.clear()
    services.outbox.work()
    assert rostered.lms.sandbox.calls == []
    assert services.outbox.counts().get(OutboxState.PENDING, 0) == 0
    assert len(services.outbox.failed()) == before

    services.sites.connect(rostered.lms.url, rostered.lms.sandbox.token)
    report = services.sync.refresh()
    assert (report.route in ("report", "batch", "block"), report.complete) == (True, True)
