"""A sync of changes: it asks for what changed and finds it, by each route, and removes nobody."""

from collections.abc import Callable

import pytest

from companion.models.jobs import SyncKind
from companion.services.registry import Services
from companion.services.sync import SyncReport
from lms_client import Function
from tests import mirrored
from tests.clock import Clock
from tests.sites import Lms, connect, make_programme

Offer = Callable[[Lms], None]


def report(lms: Lms) -> None:
    lms.sandbox.make_report_anew()


def block(lms: Lms) -> None:
    lms.sandbox.install_block()


def batch(lms: Lms) -> None:
    lms.sandbox.misbehave("missing_function", function=Function.REPORTS)


def single(lms: Lms) -> None:
    batch(lms)
    lms.sandbox.misbehave("missing_function", function=Function.BATCH)


ROUTES = [report, block, batch, single]


def begun(services: Services, lms: Lms, offer: Offer) -> SyncReport:
    """Everything was read once."""
    offer(lms)
    connect(services, lms)
    make_programme(services, "ONB-SALES", "ONB-ENG")
    return services.sync.run()


def stored(services: Services) -> mirrored.Mirror:
    with services.db.read() as session:
        return mirrored.load(session, services.sites.current().id)


def asked(lms: Lms) -> list[str]:
    return [name for name, _ in lms.sandbox.calls]


def change(lms: Lms, clock: Clock) -> tuple[int, int, int]:
    """Somebody new comes, somebody finishes and moves to another department; gives both people and the course."""
    sandbox, course = lms.sandbox, lms.sandbox.find_course("ONB-SALES").id
    nia = sandbox.find_person("nia").id
    now = int(clock().timestamp())
    with sandbox.change() as world:
        for enrolment in world.enrolments_of(nia):
            enrolment.lastaccess = now
    sandbox.complete(nia, course, clock())
    sandbox.update_person(nia, department="Customer care", lastaccess=now, timemodified=now)
    with sandbox.change() as world:
        outside = next(p for p in world.people if p > 2 and world.enrolment(course, p) is None)
    sandbox.enrol(outside, course, clock())
    with sandbox.change() as world:
        added = world.enrolment(course, outside)
        assert added
        added.timecreated = now
    return nia, outside, course


@pytest.mark.parametrize("offer", ROUTES)
def test_what_changed_is_found(services: Services, lms: Lms, clock: Clock, offer: Offer) -> None:
    first = begun(services, lms, offer)
    clock.move(hours=5)
    nia, outside, course = change(lms, clock)
    lms.sandbox.calls.clear()
    told = services.sync.refresh()
    assert (told.kind, told.route, told.complete, told.problems) == (
        SyncKind.CHANGES,
        offer.__name__,
        True,
        (),
    )
    after = stored(services)
    assert after.enrolments[nia, course].completed_at == clock()
    assert after.people[outside].full_name
    assert (outside, course) in after.enrolments
    assert told.people < first.people
    if offer is not block:  # which tells of courses alone; the nightly sync reads profiles
        assert after.people[nia].department == "Customer care"
    fresh = services.sync.run()
    assert set(fresh.changes) <= {"people", "enrolments"}, "nothing was made up, and nobody removed"


def test_the_report_is_asked_for_changes_alone(services: Services, lms: Lms, clock: Clock) -> None:
    begun(services, lms, report)
    lms.sandbox.calls.clear()
    clock.move(hours=1)
    told = services.sync.refresh()
    assert (told.people, told.changes) == (0, {})
    assert Function.PARTICIPANTS not in asked(lms)
    assert Function.PEOPLE not in asked(lms)
    assert asked(lms).count(Function.FILTER_REPORT) == 4


def test_changes_remove_nobody_and_the_full_sync_does(services: Services, lms: Lms, clock: Clock) -> None:
    begun(services, lms, report)
    gone = lms.sandbox.find_person("nia").id
    lms.sandbox.delete_person(gone)
    clock.move(hours=1)
    services.sync.refresh()
    assert gone in stored(services).people
    services.sync.run()
    assert gone not in stored(services).people


def test_everything_is_read_where_that_was_not_done_for_long(
    services: Services, lms: Lms, clock: Clock
) -> None:
    begun(services, lms, report)
    clock.move(days=9)
    assert services.sync.refresh().kind is SyncKind.FULL


def test_everything_is_read_where_a_programme_follows_another_course(
    services: Services, lms: Lms, clock: Clock
) -> None:
    begun(services, lms, report)
    make_programme(services, "ONB-CARE", name="Another")
    clock.move(hours=1)
    assert services.sync.refresh().kind is SyncKind.FULL
    clock.move(hours=1)
    assert services.sync.refresh().kind is SyncKind.CHANGES


def test_who_comes_into_a_cohort_or_leaves_it_is_found(services: Services, lms: Lms, clock: Clock) -> None:
    begun(services, lms, report)
    (cohort,) = lms.sandbox.world.cohorts.values()
    known = sorted(stored(services).people)
    with lms.sandbox.change():
        cohort.members = known[:3]
    clock.move(hours=1)
    services.sync.refresh()
    assert stored(services).cohorts[cohort.id].members == set(known[:3])
