"""Reading a site that behaves, and one that does not: nothing partial passes for the whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from companion.models.people import EnrolmentRole
from companion.models.staging import Route
from companion.sync import people, times
from companion.sync.progress import Silent
from companion.sync.scope import Scope
from lms_client import (
    Function,
    FunctionUnavailable,
    InvalidToken,
    LmsError,
    Maintenance,
    MalformedReply,
    MissingCapability,
    MoodleClient,
    NotMoodle,
    Params,
    RequestsTransport,
    Timeouts,
    Unreachable,
    WebServicesOff,
)
from sandbox.mischief import Mode
from tests.clock import Clock
from tests.sites import Lms
from tests.snapshots import Snapshot, read

FIELDS = frozenset({"hiredate", "jobrole"})
Twist = Callable[[Any], Any]


@dataclass
class TwistedTransport:
    """Changes what Moodle answers, or does something just before it is asked."""

    onward: RequestsTransport
    twists: dict[str, Twist]
    before: dict[str, Callable[[], object]] = field(default_factory=dict)

    def call(self, function: str, params: Params) -> object:
        if act := self.before.pop(str(function), None):
            act()
        answer = self.onward.call(function, params)
        return self.twists.get(str(function), lambda same: same)(answer)


class Recorded(Silent):
    """Keeps the phases it was told of, with their totals and the steps made."""

    def __init__(self) -> None:
        self.phases: list[tuple[str, int | None]] = []
        self.steps: dict[str, int] = {}

    def phase(self, name: str, total: int | None = None) -> None:
        self.phases.append((name, total))

    def advance(self, steps: int = 1) -> None:
        name = self.phases[-1][0]
        self.steps[name] = self.steps.get(name, 0) + steps


@dataclass
class Site:
    """A sandbox to pull from; people are read of Sales and Engineering."""

    lms: Lms
    twists: dict[str, Twist] = field(default_factory=dict)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    progress: Recorded = field(default_factory=Recorded)

    @property
    def sales(self) -> int:
        return self.lms.sandbox.find_course("ONB-SALES").id

    @property
    def engineering(self) -> int:
        return self.lms.sandbox.find_course("ONB-ENG").id

    def pull(self, *followed: int) -> Snapshot:
        """Read onto a stage of its own, and look at what is stored afterwards."""
        onward = RequestsTransport(self.lms.url, self.lms.sandbox.token, sleep=lambda _seconds: None)
        client = MoodleClient(TwistedTransport(onward, self.twists, self.before))
        courses = followed or (self.sales, self.engineering)
        return read(client, Scope(courses, FIELDS), self.progress)

    def enrolled(self, course: int) -> set[int]:
        return {row.person for row in self.lms.sandbox.world.enrolments_in(course)}

    def without_reports(self) -> None:
        self.lms.sandbox.misbehave("missing_function", function=Function.REPORTS)


@pytest.fixture
def site(lms: Lms) -> Site:
    return Site(lms)


def test_a_complete_reading_has_the_courses_and_the_people_of_the_followed_ones(site: Site) -> None:
    site.lms.register_tool("http://127.0.0.1:8080")
    snapshot = site.pull()
    world = site.lms.sandbox.world
    assert {row.short_name for row in snapshot.courses.values()} >= {"ONB-SALES", "ONB-ENG", "WELCOME"}
    assert site.lms.sandbox.template_course_id not in snapshot.courses
    assert set(snapshot.people) == site.enrolled(site.sales) | site.enrolled(site.engineering)
    assert set(snapshot.enrolments) == {
        (row.person, row.course)
        for row in world.enrolments.values()
        if row.course in (site.sales, site.engineering)
    }
    assert snapshot.read_courses == {site.sales, site.engineering}
    assert (snapshot.complete, snapshot.problems, snapshot.unknown_completions) == (True, (), frozenset())


def test_a_person_is_read_as_the_lms_knows_them(site: Site) -> None:
    nia = site.lms.sandbox.find_person("nia")
    snapshot = site.pull()
    assert {name for row in snapshot.people.values() for name, _ in row.profile} <= FIELDS
    row = snapshot.people[nia.id]
    assert (row.full_name, row.email, row.id_number) == ("Nia Okafor", "nia@example.com", nia.idnumber)
    assert (row.language, row.time_zone, row.department) == ("en", "Africa/Nairobi", "Sales")
    assert (set(row.interests), row.suspended) == (set(nia.interests), False)
    assert dict(row.profile) == {"hiredate": str(nia.hired), "jobrole": nia.jobrole}


def test_who_teaches_is_told_from_who_learns(site: Site) -> None:
    snapshot = site.pull()
    ines, nia = (site.lms.sandbox.find_person(name).id for name in ("ines", "nia"))
    assert snapshot.enrolments[ines, site.sales].role is EnrolmentRole.TEACHER
    assert snapshot.enrolments[nia, site.sales].role is EnrolmentRole.LEARNER


def test_times_come_from_the_report_in_bulk(site: Site, clock: Clock) -> None:
    snapshot = site.pull()
    tomas = site.lms.sandbox.find_person("tomas").id
    row = snapshot.enrolments[tomas, site.sales]
    assert row.completed_at is not None
    assert timedelta(days=22) < clock() - row.completed_at < timedelta(days=24)
    assert row.enrolled_at is not None
    asked = {name for name, _ in site.lms.sandbox.calls}
    assert Function.REPORT in asked
    assert Function.COMPLETION not in asked
    assert snapshot.route is Route.REPORT


def test_profiles_are_asked_for_once_beside_the_pages_of_the_report(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "REPORT_PAGE", 20)
    monkeypatch.setattr(people, "CHUNK", 10)
    snapshot = site.pull()
    everybody = site.enrolled(site.sales) | site.enrolled(site.engineering)
    assert (set(snapshot.people), snapshot.problems) == (everybody, ())
    asked = [name for name, _ in site.lms.sandbox.calls]
    assert asked.count(Function.PEOPLE) == -(-len(everybody) // 10)
    assert Function.REPORT in asked[asked.index(Function.PEOPLE) :]


@pytest.mark.parametrize("lacking", [Function.REPORTS, Function.REPORT])
def test_without_the_report_completions_are_asked_many_at_a_time(site: Site, lacking: Function) -> None:
    by_report = site.pull()
    site.lms.sandbox.misbehave("missing_function", function=lacking)
    site.lms.sandbox.calls.clear()
    snapshot = site.pull()
    asked = [name for name, _ in site.lms.sandbox.calls]
    assert asked.count(Function.BATCH) > 0
    assert Function.COMPLETION not in asked
    assert completed(snapshot) == completed(by_report)
    assert all(row.enrolled_at is None for row in snapshot.enrolments.values())
    assert (snapshot.complete, snapshot.problems, snapshot.route) == (True, (), Route.BATCH)


def completed(snapshot: Snapshot) -> set[tuple[int, int]]:
    return {key for key, row in snapshot.enrolments.items() if row.completed_at}


def test_without_batches_completions_are_asked_one_by_one_of_learners_alone(site: Site) -> None:
    site.without_reports()
    site.lms.sandbox.misbehave("missing_function", function=Function.BATCH)
    snapshot = site.pull(site.sales)
    asked = [params for name, params in site.lms.sandbox.calls if name == Function.COMPLETION]
    learners = {key[0] for key, row in snapshot.enrolments.items() if row.role is EnrolmentRole.LEARNER}
    assert {int(params["userid"]) for params in asked} == learners
    assert len(asked) == len(learners)


def test_a_completion_that_cannot_be_read_is_unknown_and_counted(site: Site) -> None:
    site.without_reports()
    site.lms.sandbox.misbehave("missing_function", function=Function.BATCH)
    site.lms.sandbox.misbehave("missing_capability", function=Function.COMPLETION, times=2)
    snapshot = site.pull(site.sales)
    assert len(snapshot.unknown_completions) == 2
    assert any(sentence.startswith("2 of ") for sentence in snapshot.problems)
    assert snapshot.complete


def test_a_completion_without_a_time_is_unknown_rather_than_none(site: Site) -> None:
    site.without_reports()
    site.lms.sandbox.misbehave("missing_function", function=Function.BATCH)

    def timeless(answer: Any) -> Any:
        if answer.get("completionstatus", {}).get("completed"):
            for criterion in answer["completionstatus"]["completions"]:
                criterion["timecompleted"] = None
        return answer

    before = completed(site.pull(site.sales))
    site.twists[Function.COMPLETION] = timeless
    snapshot = site.pull(site.sales)
    assert snapshot.unknown_completions == before
    assert completed(snapshot) == set()


def test_a_course_without_criteria_has_no_completions_and_no_problem(site: Site) -> None:
    site.without_reports()
    lead = site.lms.sandbox.find_course("LEAD-1").id
    snapshot = site.pull(lead)
    assert completed(snapshot) == set()
    assert [s for s in snapshot.problems if "could not be read" in s] == []


def test_a_course_without_criteria_is_asked_about_once(site: Site) -> None:
    site.without_reports()
    lead = site.lms.sandbox.find_course("LEAD-1").id
    learners = site.enrolled(lead)
    assert len(learners) > 2
    site.pull(lead)
    asked = [name for name, _ in site.lms.sandbox.calls]
    assert asked.count(Function.BATCH) <= 2, "the times, and the sections"


def test_somebody_the_report_leaves_out_is_unknown(site: Site) -> None:
    nia = site.lms.sandbox.find_person("nia").id
    enrolment = site.lms.sandbox.world.enrolment(site.sales, nia)
    assert enrolment is not None
    enrolment.active = False
    snapshot = site.pull(site.sales)
    assert snapshot.unknown_completions == {(nia, site.sales)}
    assert nia in snapshot.people


def test_a_course_the_report_leaves_out_is_asked_for_one_by_one(site: Site) -> None:
    """A condition of the report may hide a whole course; its recent learners would never be found."""
    expected = completed(site.pull())

    def without_sales(answer: Any) -> Any:
        rows = answer["data"]["rows"]
        kept = [row for row in rows if f'/course/view.php?id={site.sales}"' not in row["columns"][0]]
        answer["data"].update(rows=kept, totalrowcount=len(kept))
        return answer

    site.twists[Function.REPORT] = without_sales
    snapshot = site.pull()
    assert completed(snapshot) == expected
    assert snapshot.unknown_completions == frozenset()


@pytest.mark.parametrize("mode", ["failing_page", "truncated", "missing_capability"])
def test_a_report_that_fails_is_told_and_completions_are_asked_for(site: Site, mode: Mode) -> None:
    expected = completed(site.pull())
    site.lms.sandbox.misbehave(mode, function=Function.REPORT)
    snapshot = site.pull()
    assert completed(snapshot) == expected
    assert snapshot.complete
    (sentence,) = snapshot.problems
    assert sentence.startswith("The report of participants was not used: ")


def test_cohorts_come_with_those_of_their_members_who_are_known(site: Site) -> None:
    (cohort,) = site.lms.sandbox.world.cohorts.values()
    found = site.pull(site.sales)
    assert found.cohorts is not None
    assert found.cohorts[cohort.id].members == frozenset(cohort.members) & found.people.keys()


@pytest.mark.parametrize(
    ("function", "mode"),
    [
        (Function.COHORTS, "missing_function"),
        (Function.COHORTS, "missing_capability"),
        (Function.COHORT_MEMBERS, "failing_page"),
    ],
)
def test_cohorts_that_cannot_be_read_are_left_as_they_were(
    site: Site, function: Function, mode: Mode
) -> None:
    site.lms.sandbox.misbehave(mode, function=function)
    snapshot = site.pull(site.sales)
    assert snapshot.cohorts is None
    assert snapshot.complete
    assert any(sentence.startswith("Cohorts were left as they were: ") for sentence in snapshot.problems)


def test_a_cohort_deleted_between_two_calls_changes_no_cohort(site: Site) -> None:
    site.before[Function.COHORT_MEMBERS] = site.lms.sandbox.world.cohorts.clear
    assert site.pull(site.sales).cohorts is None


def test_a_course_deleted_before_the_reading_is_gone_and_the_reading_complete(site: Site) -> None:
    sales = site.sales
    site.lms.sandbox.delete_course(sales)
    snapshot = site.pull(sales, site.engineering)
    assert sales not in snapshot.courses
    assert (snapshot.complete, snapshot.problems) == (True, ())


def test_a_course_deleted_between_two_calls_makes_the_reading_partial(site: Site) -> None:
    sales = site.sales
    site.before[Function.PARTICIPANTS] = lambda: site.lms.sandbox.delete_course(sales)
    snapshot = site.pull(sales, site.engineering)
    assert snapshot.read_courses == {site.engineering}
    assert not snapshot.complete
    assert snapshot.problems == (
        "The course Sales onboarding vanished while it was being read. The next sync will know more.",
    )


def test_a_course_hidden_from_the_token_is_not_taken_for_deleted(site: Site) -> None:
    """Moodle leaves out of its list, without a word, what the token's role may not see."""
    sales = site.sales
    site.twists[Function.COURSES] = lambda answer: {
        "courses": [course for course in answer["courses"] if course["id"] != sales]
    }
    snapshot = site.pull(sales, site.engineering)
    assert not snapshot.complete
    assert "hidden from the token" in snapshot.problems[0]
    assert "moodle/course:viewhiddencourses" in snapshot.problems[0]


def test_a_hidden_course_whose_people_may_not_be_listed_is_not_taken_for_deleted_either(site: Site) -> None:
    sales = site.sales
    site.twists[Function.COURSES] = lambda answer: {
        "courses": [course for course in answer["courses"] if course["id"] != sales]
    }
    site.lms.sandbox.misbehave("missing_capability", function=Function.PARTICIPANTS, times=1)
    snapshot = site.pull(sales, site.engineering)
    assert not snapshot.complete
    assert "hidden from the token" in snapshot.problems[0]


def test_a_token_that_sees_no_course_removes_none(site: Site) -> None:
    sales, engineering = site.sales, site.engineering
    site.twists[Function.COURSES] = lambda _answer: {"courses": []}
    snapshot = site.pull(sales, engineering)
    assert not snapshot.complete
    assert snapshot.problems[0].startswith("The token sees no course at all")


def test_a_token_that_sees_only_itself_has_read_nothing(site: Site) -> None:
    own = site.lms.sandbox.world.service_user
    itself = {"id": own, "fullname": "Companion Service", "roles": []}
    site.twists[Function.PARTICIPANTS] = lambda _answer: [itself]
    snapshot = site.pull()
    assert (snapshot.people, snapshot.read_courses, snapshot.complete) == ({}, frozenset(), False)
    assert len(snapshot.problems) == 2
    assert "sees only itself in the course Sales onboarding" in snapshot.problems[0]
    assert "moodle/user:viewdetails" in snapshot.problems[0]


def test_the_integration_user_is_nobody_to_mentor(site: Site, clock: Clock) -> None:
    own = site.lms.sandbox.world.service_user
    site.lms.sandbox.enrol(own, site.sales, clock())
    snapshot = site.pull(site.sales)
    assert own not in snapshot.people
    assert snapshot.complete


def test_a_page_that_fails_leaves_its_course_unread(site: Site) -> None:
    site.lms.sandbox.misbehave("failing_page", times=1)
    snapshot = site.pull()
    assert snapshot.read_courses == {site.engineering}
    assert set(snapshot.people) == site.enrolled(site.engineering)
    assert not snapshot.complete
    assert snapshot.problems[0].startswith("The course Sales onboarding was not read to its end: ")


def test_an_answer_cut_off_leaves_its_course_unread(site: Site) -> None:
    site.lms.sandbox.misbehave("truncated", function=Function.PARTICIPANTS, times=1)
    snapshot = site.pull()
    assert snapshot.read_courses == {site.engineering}
    assert not snapshot.complete


def test_one_course_without_the_capability_does_not_hold_up_the_others(site: Site) -> None:
    site.lms.sandbox.misbehave("missing_capability", function=Function.PARTICIPANTS, times=1)
    snapshot = site.pull()
    assert snapshot.read_courses == {site.engineering}
    assert not snapshot.complete
    assert snapshot.problems == (
        "The token may not list who is in the course Sales onboarding: see `doctor`.",
    )


def test_people_without_details_make_the_reading_partial(site: Site) -> None:
    """Seen in the list of a course, they are there, even if the token is not told who they are."""
    nia = site.lms.sandbox.find_person("nia").id
    site.twists[Function.PEOPLE] = lambda answer: [row for row in answer if row["id"] != nia]
    snapshot = site.pull()
    assert nia not in snapshot.people
    assert not any(person == nia for person, _ in snapshot.enrolments)
    assert not snapshot.complete
    assert snapshot.problems[0].startswith("1 people stand in the courses")
    assert "moodle/user:viewalldetails" in snapshot.problems[0]


def test_a_person_deleted_between_two_calls_makes_the_reading_partial(site: Site) -> None:
    nia = site.lms.sandbox.find_person("nia").id
    site.before[Function.PEOPLE] = lambda: site.lms.sandbox.delete_person(nia)
    snapshot = site.pull()
    assert nia not in snapshot.people
    assert not snapshot.complete


ENDS: list[tuple[Mode, type[LmsError], str]] = [
    ("maintenance", Maintenance, "Moodle is in maintenance"),
    ("invalid_token", InvalidToken, "does not accept the token"),
    ("html", NotMoodle, "where Moodle's web services should answer"),
    ("empty", NotMoodle, "an empty answer"),
    ("truncated", MalformedReply, "not complete JSON"),
    ("web_services_off", WebServicesOff, "switched off"),
    ("server_error", Unreachable, "HTTP 500"),
    ("cut_off", Unreachable, "the connection could not be made, or broke"),
]


@pytest.mark.parametrize(("mode", "error", "words"), ENDS, ids=[mode for mode, _, _ in ENDS])
def test_a_site_that_does_not_answer_ends_the_reading_with_a_sentence(
    site: Site, mode: Mode, error: type[LmsError], words: str
) -> None:
    site.lms.sandbox.misbehave(mode)
    with pytest.raises(error) as raised:
        site.pull()
    assert words in str(raised.value)
    assert site.lms.sandbox.token not in str(raised.value)


def test_a_line_that_breaks_within_an_answer_is_tried_again(site: Site) -> None:
    site.lms.sandbox.misbehave("cut_off", function=Function.PARTICIPANTS, times=1)
    assert (site.pull(site.sales).complete, site.pull(site.sales).problems) == (True, ())


def test_a_site_that_takes_too_long_ends_the_reading_with_a_sentence(site: Site) -> None:
    waits: list[float] = []
    impatient = RequestsTransport(
        site.lms.url, site.lms.sandbox.token, timeouts=Timeouts(read=0.2), sleep=waits.append
    )
    site.lms.sandbox.misbehave("slow", function=Function.PEOPLE)
    with pytest.raises(Unreachable, match="no answer within"):
        read(MoodleClient(impatient), Scope([site.sales], FIELDS), site.progress)
    assert waits == [15, 15]
    site.lms.sandbox.behave()


@pytest.mark.parametrize("after", [0, 2, 5])
def test_a_site_that_goes_down_midway_ends_the_reading_wherever_it_was(site: Site, after: int) -> None:
    site.lms.sandbox.misbehave("maintenance", after=after)
    with pytest.raises(Maintenance):
        site.pull()


@pytest.mark.parametrize("function", [Function.COURSES, Function.PARTICIPANTS, Function.PEOPLE])
def test_a_needed_function_that_is_missing_is_named(site: Site, function: Function) -> None:
    site.lms.sandbox.misbehave("missing_function", function=function)
    with pytest.raises(FunctionUnavailable, match=function):
        site.pull()


def test_details_that_may_not_be_read_at_all_are_named(site: Site) -> None:
    site.lms.sandbox.misbehave("missing_capability", function=Function.PEOPLE)
    with pytest.raises(MissingCapability, match=Function.PEOPLE):
        site.pull()


def test_nothing_is_asked_of_people_where_no_course_is_followed(site: Site) -> None:
    onward = RequestsTransport(site.lms.url, site.lms.sandbox.token)
    snapshot = read(MoodleClient(onward), Scope([], FIELDS), Silent())
    assert (snapshot.people, snapshot.enrolments, snapshot.complete) == ({}, {}, True)
    asked = {name for name, _ in site.lms.sandbox.calls}
    assert not asked & {Function.PARTICIPANTS, Function.PEOPLE, Function.COMPLETION, Function.BATCH}


def test_progress_is_told_by_phase(site: Site) -> None:
    site.without_reports()
    snapshot = site.pull()
    learners = [row for row in snapshot.enrolments.values() if row.role is EnrolmentRole.LEARNER]
    assert site.progress.phases == [
        ("courses", None),
        ("participants", 2),
        ("completions", None),
        ("completions", len(learners)),
        ("people", len(snapshot.people)),
        ("sections", 2),
        ("cohorts", None),
    ]
    assert site.progress.steps == {
        "participants": 2,
        "people": len(snapshot.people),
        "completions": len(learners),
        "sections": 2,
    }
