"""Lists of participants in pages: nobody is passed over, however people come and go meanwhile."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from companion.models.jobs import SyncKind
from companion.models.people import EnrolmentRole
from companion.models.staging import Reading
from companion.store import Database, merging, staging
from companion.sync import lists
from companion.sync.pipeline import Pipeline
from companion.sync.progress import Silent
from companion.sync.scope import Scope
from companion.sync.stage import Stage
from lms_client import Function, MoodleClient, Params, RequestsTransport
from tests import rows
from tests.clock import Clock
from tests.sites import Lms
from tests.snapshots import Snapshot, read


class Interrupted(RequestsTransport):
    """Does something before each page of a list."""

    before: Callable[[int], None] = staticmethod(lambda _page: None)
    pages = 0

    def call(self, function: str, params: Params) -> object:
        if function == Function.PARTICIPANTS:
            self.before(self.pages)
            self.pages += 1
        return super().call(function, params)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 4)


@pytest.fixture
def transport(lms: Lms) -> Iterator[Interrupted]:
    made = Interrupted(lms.url, lms.sandbox.token)
    yield made
    made.before = lambda _page: None


def reading(lms: Lms, transport: Interrupted) -> Snapshot:
    course = lms.sandbox.find_course("ONB-SALES").id
    return read(MoodleClient(transport), Scope([course], frozenset()), Silent())


def inside(lms: Lms) -> set[int]:
    course = lms.sandbox.find_course("ONB-SALES").id
    return {row.person for row in lms.sandbox.world.enrolments_in(course)}


def test_all_pages_are_read(lms: Lms, transport: Interrupted) -> None:
    found = reading(lms, transport)
    assert (set(found.people), found.complete) == (inside(lms), True)
    assert transport.pages > len(inside(lms)) // 4


def test_a_list_that_ends_with_a_full_page_is_whole(lms: Lms, transport: Interrupted, clock: Clock) -> None:
    course = lms.sandbox.find_course("ONB-SALES").id
    for person in sorted(inside(lms))[: len(inside(lms)) % 4]:
        lms.sandbox.unenrol(person, course)
    assert len(inside(lms)) % 4 == 0
    found = reading(lms, transport)
    assert (set(found.people), found.complete) == (inside(lms), True)


def test_nobody_is_passed_over_where_somebody_leaves_meanwhile(lms: Lms, transport: Interrupted) -> None:
    course, first = lms.sandbox.find_course("ONB-SALES").id, min(inside(lms))

    def leave(page: int) -> None:
        if page == 2:
            lms.sandbox.unenrol(first, course)

    transport.before = leave
    found = reading(lms, transport)
    assert (set(found.people), found.complete) == (inside(lms), True)
    assert first not in found.people


def test_a_list_that_never_holds_still_is_given_up_and_removes_nobody(
    lms: Lms, transport: Interrupted, clock: Clock
) -> None:
    course, first = lms.sandbox.find_course("ONB-SALES").id, min(inside(lms))

    def come_and_go(page: int) -> None:
        if lms.sandbox.world.enrolment(course, first):
            lms.sandbox.unenrol(first, course)
        else:
            lms.sandbox.enrol(first, course, clock())

    transport.before = come_and_go
    found = reading(lms, transport)
    assert not found.complete
    assert "changed from page to page" in found.problems[0]


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (("student",), EnrolmentRole.LEARNER),
        (("student", "teacher"), EnrolmentRole.TEACHER),
        ((), EnrolmentRole.LEARNER),
        (("guest", "somerole"), EnrolmentRole.LEARNER),
        (("manager",), EnrolmentRole.TEACHER),
    ],
)
def test_who_teaches_in_any_role_teaches(roles: tuple[str, ...], role: EnrolmentRole) -> None:
    assert lists.role_of(roles) is role


LIMITS = ("limitfrom", "limitnumber")
BEYOND = 2**31


class Crowd:
    """Moodle's list of one course of many people, of which pages are asked."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.asked = 0

    def call(self, function: str, params: Params) -> object:
        assert function == Function.PARTICIPANTS
        self.asked += 1
        options: Any = params["options"]
        start, number = (int(option["value"]) for option in options if option["name"] in LIMITS)
        people = range(start, min(start + number, self.people))
        return [{"id": BEYOND + each, "roles": [], "lastaccess": 0} for each in people]


@pytest.fixture
def staged(db: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[[Crowd, range], Stage]:
    """Has the lists of these courses read, with pages of their real size."""
    monkeypatch.undo()

    def run(crowd: Crowd, courses: range) -> Stage:
        with db.begin() as session:
            site = rows.site(session).id
            staging.begin(session, site, SyncKind.FULL, "", rows.NOW, None)
            staging.add_courses(
                session, site, ((each, f"C{each}", f"Course {each}", True) for each in courses)
            )
            staging.add_lists(session, site, courses)
        stage = Stage(db, site, lambda _session, _steps: None)
        lists.read_lists(MoodleClient(crowd), 1, stage, Silent(), Pipeline(2, lambda: None))
        return stage

    return run


Staged = Callable[[Crowd, range], Stage]


def whole(stage: Stage) -> int:
    """The site whose lists were read without a problem."""
    assert (stage.reading().complete, stage.reading().problems) == (True, [])
    return stage.site_id


def test_a_course_of_20000_people_is_read_whole_a_page_at_a_time(db: Database, staged: Staged) -> None:
    crowd = Crowd(20_000)
    site = whole(staged(crowd, range(7, 8)))
    assert crowd.asked <= 20_000 // lists.PAGE + 2, "of two pages at a time the last may be empty"
    with db.read() as session:
        assert staging.lists_whole(session, site) == [7]
        assert staging.count_wanted(session, site, 0) == 20_000
        assert staging.wanted(session, site, BEYOND + 19_998, 2) == [BEYOND + 19_999]


def test_large_courses_read_side_by_side_are_all_read_whole(
    db: Database, staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 4)
    crowd, courses = Crowd(30), range(7, 12)
    site = whole(staged(crowd, courses))
    with db.read() as session:
        assert staging.lists_whole(session, site) == list(courses)
        assert staging.count_wanted(session, site, 0) == 30
    assert crowd.asked == len(courses) * 9, "eight pages of each, and one that was asked for ahead"


def test_a_list_that_nobody_read_to_its_end_makes_the_reading_incomplete(
    staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pipeline, "run", lambda _self, _jobs: None)
    reading = staged(Crowd(1), range(7, 8)).reading()
    assert (reading.complete, reading.problems) == (False, ["The course Course 7 was not read to its end."])


def test_a_person_in_300_courses_is_wanted_once_and_stored_with_300_enrolments(
    db: Database, staged: Staged
) -> None:
    site = whole(staged(Crowd(1), range(7, 307)))
    with db.begin() as session:
        assert staging.wanted(session, site, 0, 2) == [BEYOND]
        person = (BEYOND, "Nia Okafor", None, None, None, None, None, "[]", "{}", False, None, None)
        staging.add_people(session, site, [person])
        reading = session.get_one(Reading, site)
        counts = merging.merge(session, reading, rows.NOW, removals=True)
    assert counts == {"courses": 300, "people": 1, "enrolments": 300}
