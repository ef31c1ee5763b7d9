"""Which capabilities a token lacks is found out by trying."""

from collections.abc import Iterator, Sequence

import pytest

from companion.services.findings import NEEDED, USEFUL, Finding, Level
from companion.services.probe import probe
from lms_client import Function, MoodleClient, PersonDetails, RequestsTransport
from lms_client import Site as SiteInfo
from tests.clock import Clock
from tests.sites import Lms
from tests.watched import WatchedClients


@pytest.fixture
def client(lms: Lms) -> MoodleClient:
    return WatchedClients()(lms.url, lms.sandbox.token)


def look(client: MoodleClient) -> list[Finding]:
    site: SiteInfo = client.site_info()
    return probe(client, site)


def test_a_token_that_may_everything_has_no_findings(client: MoodleClient) -> None:
    assert look(client) == []


def test_looking_changes_nothing_in_moodle(client: MoodleClient, lms: Lms) -> None:
    before = lms.sandbox.world.to_json()
    look(client)
    assert lms.sandbox.world.to_json() == before


def test_a_site_administrators_token_is_warned_of(client: MoodleClient, lms: Lms) -> None:
    lms.sandbox.update_person(lms.sandbox.world.service_user, is_admin=True)
    (finding,) = look(client)
    assert finding.level is Level.WARNING
    assert "site administrator" in finding.what


def test_every_missing_function_is_named_at_once(client: MoodleClient, lms: Lms) -> None:
    for function in (*NEEDED[1:], *USEFUL):
        lms.sandbox.misbehave("missing_function", function=function)
    found = look(client)
    for function in (*NEEDED[1:], *USEFUL):
        assert [f for f in found if f.what.startswith(f"The service lacks the function {function}")]


@pytest.mark.parametrize("function", [Function.PARTICIPANTS, Function.PEOPLE])
def test_reading_people_is_needed(client: MoodleClient, lms: Lms, function: Function) -> None:
    lms.sandbox.misbehave("missing_capability", function=function)
    (finding,) = look(client)
    assert finding.level is Level.MISSING
    assert "moodle/user:viewdetails" in finding.advice


@pytest.mark.parametrize(
    ("function", "capability"),
    [
        (Function.COMPLETION, "report/completion:view"),
        (Function.COHORTS, "moodle/cohort:view"),
        (Function.REPORTS, "moodle/reportbuilder:viewall"),
        (Function.GROUPS, "moodle/course:managegroups"),
    ],
)
def test_what_only_some_things_need_is_a_warning(
    client: MoodleClient, lms: Lms, function: Function, capability: str
) -> None:
    lms.sandbox.misbehave("missing_capability", function=function)
    (finding,) = look(client)
    assert (finding.level, function.value in finding.what) == (Level.WARNING, True)
    assert capability in finding.advice


def test_a_course_without_completion_is_no_matter_of_rights(client: MoodleClient, lms: Lms) -> None:
    for course in lms.sandbox.world.courses.values():
        course.has_criteria = False
    assert look(client) == []


def test_a_site_without_courses_for_the_token(client: MoodleClient, lms: Lms) -> None:
    for course in [c for c in lms.sandbox.world.courses if c != 1]:
        lms.sandbox.delete_course(course)
    (finding,) = look(client)
    assert (finding.level, finding.what) == (Level.MISSING, "The token sees no course.")


def test_a_token_that_sees_only_itself(client: MoodleClient, lms: Lms, clock: Clock) -> None:
    with lms.sandbox.change() as world:
        world.enrolments = {}
    for course in [c for c in lms.sandbox.world.courses if c != 1]:
        lms.sandbox.enrol(lms.sandbox.world.service_user, course, clock())
    (finding,) = look(client)
    assert finding.level is Level.WARNING
    assert "sees nobody in the courses" in finding.what
    assert "moodle/user:viewdetails" in finding.advice


def test_people_whose_profiles_are_left_out_of_the_answer(lms: Lms) -> None:
    """Moodle leaves out, without an error, the profiles that the token's role may not see."""

    class Blind(MoodleClient):
        def people(self, ids: Sequence[int], *, chunk: int = 100) -> Iterator[PersonDetails]:
            return iter(())

    client = Blind(RequestsTransport(lms.url, lms.sandbox.token))
    (finding,) = look(client)
    assert finding.level is Level.MISSING
    assert "not told who they are" in finding.what
    assert "moodle/user:viewalldetails" in finding.advice
