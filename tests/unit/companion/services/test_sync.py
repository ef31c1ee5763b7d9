"""A sync as an administrator sees it: what changed, what did not, and a record either way."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from companion.errors import ConflictError, LmsError, NotReadyError
from companion.mentoring.waiting import Standing
from companion.models.engagement import EngagementState
from companion.models.jobs import SyncRun, SyncState
from companion.models.people import Person
from companion.services.connection import Connection
from companion.services.programmes import ProgrammeRules
from companion.services.registry import Services
from companion.services.sync import SyncReport, SyncService
from companion.store import Cipher
from companion.sync.progress import Silent
from lms_client import Function
from sandbox.mischief import Mode
from tests import mirrored
from tests.begun import Begun, Meeting
from tests.clock import Clock
from tests.sites import Lms, connect, make_programme, no_rosters
from tests.watched import WatchedClients

KEY = "ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE="


class Hook(Silent):
    """Does something once, when a phase begins."""

    def __init__(self, phase: str, act: Callable[[], object]) -> None:
        self._acts: Iterator[Callable[[], object]] = iter([act])
        self._phase = phase

    def phase(self, name: str, total: int | None = None) -> None:
        if name == self._phase:
            for act in self._acts:
                act()


def stored(services: Services) -> mirrored.Mirror:
    with services.db.read() as session:
        return mirrored.load(session, services.sites.current().id)


def last_run(services: Services) -> SyncRun:
    return services.sync.history()[0]


def person_id(services: Services, lms_id: int) -> int:
    with services.db.read() as session:
        return session.scalars(sa.select(Person.id).where(Person.lms_id == lms_id)).one()


def state(begun: Begun, meeting: Meeting) -> EngagementState:
    lines = begun.services.engagements.of_programme(begun.programme_id)
    return next(line.engagement.state for line in lines if line.engagement.id == meeting.id)


def leave_all_courses(begun: Begun, lms_id: int) -> list[int]:
    courses = [row.course for row in begun.lms.sandbox.world.enrolments_of(lms_id)]
    for course in courses:
        begun.lms.sandbox.unenrol(lms_id, course)
    return courses


def test_the_first_sync_stores_everybody_of_the_followed_courses(services_on: Services, lms: Lms) -> None:
    connect(services_on, lms)
    make_programme(services_on, "ONB-SALES")
    report = services_on.sync.run()
    sales = lms.sandbox.find_course("ONB-SALES").id
    people = {row.person for row in lms.sandbox.world.enrolments_in(sales)}
    assert set(stored(services_on).people) == people
    assert (report.people, report.followed, report.complete, report.problems) == (len(people), 1, True, ())
    assert report.changes["people"] == len(people)


def test_a_run_leaves_a_record(services_on: Services, lms: Lms, clock: Clock) -> None:
    connect(services_on, lms)
    make_programme(services_on, "ONB-SALES")
    began = clock()
    report = services_on.sync.run(Hook("people", lambda: clock.move(minutes=2)))
    run = last_run(services_on)
    assert (run.id, run.state, run.phase, run.error) == (report.run_id, SyncState.DONE, "done", None)
    assert (run.started_at, run.finished_at) == (began, began + timedelta(minutes=2))
    assert run.counts["people_read"] == report.people
    assert run.counts["enrolments"] == report.changes["enrolments"]
    assert not services_on.sync.status().under_way


def test_a_second_sync_changes_nothing(begun_on: Begun) -> None:
    before = stored(begun_on.services)
    report = begun_on.services.sync.run()
    assert report.changes == {}
    assert stored(begun_on.services) == before


def test_without_a_programme_nobody_is_read(services: Services, lms: Lms) -> None:
    connect(services, lms)
    report = services.sync.run()
    assert (report.followed, report.people) == (0, 0)
    assert stored(services).people == {}


def test_without_a_site_there_is_nothing_to_read(services: Services) -> None:
    with pytest.raises(NotReadyError, match="No Moodle is connected yet"):
        services.sync.run()


def test_a_token_that_cannot_be_read_any_more_is_told_and_recorded(begun: Begun) -> None:
    other_key = Cipher("b3RoZXIta2V5LW9mLXRoZS10ZXN0cy0zMi1ieXRlcyE=")
    connection = Connection(begun.services.db, other_key, WatchedClients())
    service = SyncService(
        begun.services.db, connection=connection, rosters=no_rosters, clock=begun.clock, leave_gone=Mock()
    )
    with pytest.raises(NotReadyError, match="Restore the key, or connect the LMS again"):
        service.run()
    run = last_run(begun.services)
    assert run.state is SyncState.FAILED
    assert run.error is not None
    assert "Restore the key" in run.error


MODES: list[tuple[Mode, Function | None, int, str]] = [
    ("maintenance", None, 4, "maintenance"),
    ("html", Function.PEOPLE, 0, "where Moodle's web services should answer"),
    ("empty", Function.COURSES, 0, "an empty answer"),
    ("truncated", Function.PEOPLE, 0, "not complete JSON"),
    ("failing_page", Function.PEOPLE, 0, "could not do core_user_get_users_by_field"),
    ("missing_function", Function.PARTICIPANTS, 0, "may not call core_enrol_get_enrolled_users"),
    ("missing_capability", Function.PEOPLE, 0, "may not use core_user_get_users_by_field"),
    ("web_services_off", None, 2, "switched off"),
    ("unknown_error", Function.PEOPLE, 0, "(quitenew)"),
    ("no_errorcode", Function.COURSES, 0, "could not do core_course_get_courses_by_field"),
]


@pytest.mark.parametrize(
    ("mode", "function", "after", "words"), MODES, ids=[f"{m}-{a}" for m, _, a, _ in MODES]
)
def test_a_site_that_lets_us_down_changes_nothing_and_says_so(
    begun: Begun, mode: Mode, function: Function | None, after: int, words: str
) -> None:
    before, running = stored(begun.services), len(begun.meetings)
    begun.lms.sandbox.misbehave(mode, function=function, after=after)
    with pytest.raises(LmsError) as raised:
        begun.services.sync.run()
    assert words in str(raised.value)
    assert str(raised.value).endswith("Nothing was changed.")
    run = last_run(begun.services)
    assert run.state is SyncState.FAILED
    assert run.error is not None
    assert words in run.error
    assert run.finished_at == begun.clock()
    assert (stored(begun.services), len(begun.meetings)) == (before, running)


@pytest.mark.parametrize(
    ("mode", "function"),
    [
        ("failing_page", Function.PARTICIPANTS),
        ("truncated", Function.PARTICIPANTS),
        ("unknown_error", Function.PARTICIPANTS),
    ],
)
def test_a_partial_reading_keeps_everybody_and_says_so(
    begun_on: Begun, mode: Mode, function: Function
) -> None:
    before = stored(begun_on.services)
    gone = begun_on.meeting.learner.lms_id
    begun_on.lms.sandbox.delete_person(gone)
    begun_on.lms.sandbox.misbehave(mode, function=function, times=1)
    report = begun_on.services.sync.run()
    assert not report.complete
    assert report.problems
    assert list(report.problems) == last_run(begun_on.services).problems
    assert set(stored(begun_on.services).people) == set(before.people)
    assert state(begun_on, begun_on.meeting) is EngagementState.ACTIVE


def test_after_trouble_that_names_nobody_the_next_sync_sets_everything_right(begun: Begun) -> None:
    gone = begun.meeting.learner.lms_id
    names = {row.full_name for row in stored(begun.services).people.values()}
    begun.lms.sandbox.delete_person(gone)
    begun.lms.sandbox.misbehave("failing_page", times=1)
    begun.services.sync.run()
    told = " ".join(last_run(begun.services).problems)
    assert told
    assert not [name for name in names if name in told]
    begun.lms.sandbox.behave()
    report = begun.services.sync.run()
    assert (report.complete, report.changes["people_gone"]) == (True, 1)
    assert gone not in stored(begun.services).people


def test_what_a_busy_site_lets_through_at_the_next_attempt_costs_nothing(
    begun: Begun,
) -> None:
    before = stored(begun.services)
    for function in (Function.COURSES, Function.PARTICIPANTS, Function.PEOPLE, Function.REPORT):
        begun.lms.sandbox.misbehave("busy", function=function, times=2)
    report = begun.services.sync.run()
    assert (report.complete, report.problems, report.changes) == (True, (), {})
    assert stored(begun.services) == before


def test_a_token_revoked_midway_is_told_and_with_a_new_one_the_sync_goes_on_where_it_stopped(
    begun: Begun,
) -> None:
    before = stored(begun.services)
    begun.lms.sandbox.misbehave("invalid_token", after=6)
    with pytest.raises(LmsError, match="does not accept the token"):
        begun.services.sync.run()
    begun.lms.sandbox.behave()
    begun.services.sites.connect(begun.lms.url, begun.lms.sandbox.token)
    report = begun.services.sync.run()
    assert (report.resumed, report.complete, report.changes) == (True, True, {})
    assert stored(begun.services) == before


def test_courses_that_moodle_warns_it_left_out_are_kept(begun: Begun) -> None:
    courses = set(stored(begun.services).courses)
    begun.lms.sandbox.misbehave("warnings", function=Function.COURSES)
    report = begun.services.sync.run(allow_removals=True)
    assert "Moodle warned that it left out courses" in report.problems[0]
    assert set(stored(begun.services).courses) == courses


def test_a_report_with_warnings_is_not_believed(begun: Begun) -> None:
    before = stored(begun.services)
    begun.lms.sandbox.misbehave("warnings", function=Function.REPORT)
    report = begun.services.sync.run()
    assert (report.route, report.complete) == ("batch", True)
    assert completed(stored(begun.services)) == completed(before)


def completed(mirror: mirrored.Mirror) -> set[tuple[int, int]]:
    return {key for key, row in mirror.enrolments.items() if row.completed_at}


def test_a_token_that_sees_only_itself_removes_nobody(begun: Begun) -> None:
    before = stored(begun.services)
    own, sandbox = begun.lms.sandbox.world.service_user, begun.lms.sandbox
    with sandbox.change() as world:
        world.enrolments = {}
    for course in {key[1] for key in before.enrolments}:
        sandbox.enrol(own, course, begun.clock())
    report = begun.services.sync.run(allow_removals=True)
    assert not report.complete
    assert "sees only itself" in report.problems[0]
    assert stored(begun.services) == before


def test_a_course_deleted_between_two_calls_loses_nobody(begun: Begun) -> None:
    before = stored(begun.services)
    course = begun.lms.sandbox.find_course("ONB-CARE").id
    delete = Hook("participants", lambda: begun.lms.sandbox.delete_course(course))
    report = begun.services.sync.run(delete)
    assert any("vanished while it was being read" in sentence for sentence in report.problems)
    assert set(stored(begun.services).people) == set(before.people)
    assert course in stored(begun.services).courses
    begun.services.sync.run()
    assert course not in stored(begun.services).courses


def test_more_than_a_fifth_leaving_is_held_back_until_it_is_allowed(begun_on: Begun) -> None:
    before = stored(begun_on.services)
    leaving = sorted(before.people)[:20]
    for lms_id in leaving:
        begun_on.lms.sandbox.delete_person(lms_id)
    report = begun_on.services.sync.run()
    assert "20 of 58 people" in report.problems[0]
    assert "--allow-removals" in report.problems[0]
    assert set(stored(begun_on.services).people) == set(before.people)
    allowed = begun_on.services.sync.run(allow_removals=True)
    assert allowed.changes["people_gone"] == 20
    assert set(stored(begun_on.services).people) == set(before.people) - set(leaving)


def test_a_second_sync_does_not_begin_while_one_runs(begun_on: Begun) -> None:
    refused: list[str] = []

    def second() -> None:
        assert begun_on.services.sync.status().under_way
        with pytest.raises(ConflictError) as raised:
            begun_on.services.sync.run()
        refused.append(str(raised.value))

    report = begun_on.services.sync.run(Hook("people", second))
    assert refused == ["A sync is already running. Wait until it has ended."]
    assert report.complete
    assert [run.state for run in begun_on.services.sync.history()] == [SyncState.DONE, SyncState.DONE]


def test_a_sync_silent_for_eleven_minutes_loses_its_place_and_writes_nothing(begun_on: Begun) -> None:
    """Somebody closed the laptop. What was read before is older than what the other syncs stored."""
    services, nia = begun_on.services, begun_on.lms.sandbox.find_person("nia").id
    others: list[SyncReport] = []

    def sleep_long() -> None:
        begun_on.clock.move(minutes=11)
        assert not services.sync.status().under_way
        others.append(services.sync.run())
        begun_on.lms.sandbox.update_person(nia, department="Customer care")
        others.append(services.sync.run())

    with pytest.raises(ConflictError, match="taken for dead"):
        services.sync.run(Hook("storing", sleep_long))
    assert [report.resumed for report in others] == [True, False]
    assert stored(services).people[nia].department == "Customer care"
    states = [run.state for run in services.sync.history()[:3]]
    assert states == [SyncState.DONE, SyncState.DONE, SyncState.FAILED]
    assert "stopped without a word" in (services.sync.history()[2].error or "")


@pytest.mark.parametrize("phase", ["people", "storing"])
def test_a_sync_that_loses_its_place_meanwhile_writes_nothing_either(begun_on: Begun, phase: str) -> None:
    """The record tells a phase, and only then the machine sleeps."""
    services, nia = begun_on.services, begun_on.lms.sandbox.find_person("nia").id
    looks: list[int] = []

    def clock() -> datetime:
        if last_run(services).phase == phase and not looks:
            looks.append(1)
            begun_on.clock.move(minutes=11)
            services.sync.run()
            begun_on.lms.sandbox.update_person(nia, department="Customer care")
            services.sync.run()
        return begun_on.clock()

    connection = Connection(services.db, Cipher(KEY), WatchedClients())
    slow = SyncService(services.db, connection=connection, rosters=no_rosters, clock=clock, leave_gone=Mock())
    with pytest.raises(ConflictError, match="taken for dead"):
        slow.run()
    assert looks
    assert stored(services).people[nia].department == "Customer care"
    states = [run.state for run in services.sync.history()[:3]]
    assert states == [SyncState.DONE, SyncState.DONE, SyncState.FAILED]


def test_a_long_sync_gives_signs_of_life(begun: Begun) -> None:
    seen: list[timedelta] = []

    class Slow(Silent):
        def advance(self, steps: int = 1) -> None:
            begun.clock.move(seconds=11)
            seen.append(begun.clock() - last_run(begun.services).heartbeat_at)

    assert begun.services.sync.run(Slow()).complete
    assert max(seen) <= timedelta(seconds=22)


def test_an_interrupted_sync_is_recorded_and_the_next_one_begins(begun: Begun) -> None:
    before = stored(begun.services)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begun.services.sync.run(Hook("completions", interrupt))
    run = last_run(begun.services)
    assert (run.state, run.error) == (
        SyncState.FAILED,
        "It was interrupted (KeyboardInterrupt). Nothing was changed.",
    )
    assert stored(begun.services) == before
    assert begun.services.sync.run().complete


@pytest.mark.parametrize(("side", "how"), [("learner", "suspend"), ("adviser", "delete_person")])
def test_an_engagement_ends_when_somebody_leaves_and_the_other_is_told(
    begun_on: Begun, side: str, how: str
) -> None:
    meeting = begun_on.meeting
    leaving = meeting.learner if side == "learner" else meeting.adviser
    staying = meeting.adviser if side == "learner" else meeting.learner
    others = {other.id for other in begun_on.meetings if leaving not in (other.learner, other.adviser)}
    getattr(begun_on.lms.sandbox, how)(leaving.lms_id)
    begun_on.services.sync.run()
    assert state(begun_on, meeting) is EngagementState.ENDED_EARLY
    view = begun_on.services.mentoring.widget(meeting.seen_by(staying))
    if view.notice is None:  # an adviser may have another learner
        assert meeting.id not in [each.id for each in view.engagements]
    else:
        assert view.notice.standing is Standing.ENDED
        assert view.notice.heading == "This engagement has ended"
    assert {other.id for other in begun_on.meetings} == others


def test_somebody_who_comes_back_is_the_same_person(begun_on: Begun) -> None:
    services, meeting = begun_on.services, begun_on.meeting
    nia = meeting.learner
    with services.db.begin() as session:
        session.get_one(Person, nia.person_id).opted_out_at = begun_on.clock()
    courses = leave_all_courses(begun_on, nia.lms_id)
    services.sync.run()
    assert nia.lms_id not in stored(services).people
    begun_on.clock.move(days=3)
    for course in courses:
        begun_on.lms.sandbox.enrol(nia.lms_id, course, begun_on.clock())
    services.sync.run()
    with services.db.read() as session:
        back = session.get_one(Person, nia.person_id)
    assert (back.lms_id, back.removed_at) == (nia.lms_id, None)
    assert back.opted_out_at is not None
    assert state(begun_on, meeting) is EngagementState.ENDED_EARLY


def test_people_who_meet_in_a_course_its_programme_gave_up_are_not_taken_for_gone(begun: Begun) -> None:
    services, meeting = begun.services, begun.meeting
    kept = [c for c, _, _ in services.sites.courses() if c != meeting.engagement.course_id]
    view = services.programmes.view(begun.programme_id)
    rules = ProgrammeRules(name=view.programme.name, course_ids=tuple(set(kept) & set(view.course_ids)))
    services.programmes.change(begun.programme_id, rules)
    services.sync.run(allow_removals=True)
    assert state(begun, meeting) is EngagementState.ACTIVE
    seen = services.mentoring.widget(meeting.seen_by(meeting.learner))
    assert [each.id for each in seen.engagements] == [meeting.id]


def test_new_people_and_new_completions_arrive(begun: Begun) -> None:
    sandbox, services = begun.lms.sandbox, begun.services
    nia, sales = sandbox.find_person("nia").id, sandbox.find_course("ONB-SALES").id
    sandbox.complete(nia, sales, begun.clock())
    sandbox.enrol(2, sales, begun.clock())  # the administrator, who was in no course
    report = services.sync.run()
    found = stored(services)
    assert found.people[2].full_name == "Admin User"
    assert found.enrolments[2, sales].enrolled_at == begun.clock()
    assert found.enrolments[nia, sales].completed_at == begun.clock()
    assert report.changes == {"people": 1, "enrolments": 2}


def test_the_history_is_that_of_the_connected_site(begun: Begun) -> None:
    for _ in range(2):
        begun.services.sync.run()
    history = begun.services.sync.history()
    assert len(history) == 3
    assert [run.id for run in history] == sorted((run.id for run in history), reverse=True)
    assert [run.id for run in begun.services.sync.status().runs] == [run.id for run in history]
