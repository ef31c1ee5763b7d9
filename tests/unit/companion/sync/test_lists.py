"""Lists of participants in pages: nobody is passed over, however people come and go meanwhile."""

from collections.abc import Callable, Iterator

import pytest

from companion.models.people import EnrolmentRole
from companion.sync import lists
from companion.sync.progress import Silent
from companion.sync.scope import Scope
from lms_client import Function, MoodleClient, Params, RequestsTransport
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
        (["student"], EnrolmentRole.LEARNER),
        (["student", "teacher"], EnrolmentRole.TEACHER),
        ([], EnrolmentRole.LEARNER),
        (["guest", "somerole"], EnrolmentRole.LEARNER),
        (["manager"], EnrolmentRole.TEACHER),
    ],
)
def test_who_teaches_in_any_role_teaches(roles: list[str], role: EnrolmentRole) -> None:
    assert lists.role_of(roles) is role
