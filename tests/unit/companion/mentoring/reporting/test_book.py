"""Nobody who may ask everything, at any time, and subtract what they like learns about fewer than k people."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from companion.mentoring.reporting.book import Page, Question, Report, coarsened, continued, report
from companion.mentoring.reporting.cells import WEEK, Week
from companion.mentoring.reporting.groups import Subject, Values, merged, reporting_groups
from companion.models.reporting import Dimension, Source

MONDAY = date(2026, 8, 31)
WEEKS = 5
NARROWED: tuple[Values, ...] = (
    {},
    *({Dimension.DEPARTMENT: name} for name in "ab"),
    *({Dimension.LOCATION: name} for name in "xy"),
    *({Dimension.DEPARTMENT: name, Dimension.LOCATION: place} for name, place in product("ab", "xy")),
)


@dataclass
class Programme:
    """A cohort as it goes, in which each thing done is a bit of its own: a sum tells exactly what is in it."""

    people: list[Subject]
    doings: list[tuple[int, int]]
    """Person and week of each."""
    joins: dict[int, int]
    """The week in which somebody came, for those who were not there from the start."""
    least: int
    pages: list[Page] = field(default_factory=list)

    def reach(self, week: int) -> None:
        """Write up everything until the end of a week, as the job does."""
        there = [one for one in self.people if self.joins.get(one.person_id, 0) <= week]
        grouped = {person for page in self.pages for person in page.group.people}
        new = [one for one in there if one.person_id not in grouped]
        self.pages += [Page(group, {}) for group in reporting_groups(new, self.least)]
        self.pages = [
            continued(page, {Source.TRUST: self._weeks(page, week)}, self.least) for page in self.pages
        ]

    def raise_to(self, least: int) -> None:
        """Raise the threshold."""
        self.least = max(least, self.least)
        joined = merged([page.group for page in self.pages], self.least)
        self.pages = [
            coarsened(
                [page for page in self.pages if set(page.group.people) <= set(group.people)],
                group,
            )
            for group in joined
        ]

    def ask(self, until: int) -> Iterator[Report]:
        """Every report that can be asked for."""
        for to, since, last in product(NARROWED, range(until + 1), range(until + 1)):
            days = MONDAY + since * WEEK, MONDAY + last * WEEK + timedelta(days=6)
            yield report(self.pages, Question(to, *days), self.least)

    def _weeks(self, page: Page, until: int) -> list[Week]:
        return [self._week(page, number) for number in range(until + 1)]

    def _week(self, page: Page, number: int) -> Week:
        done = [
            (bit, person)
            for bit, (person, week) in enumerate(self.doings)
            if week == number and person in page.group.people
        ]
        told = sum(2**bit for bit, _ in done)
        return Week(MONDAY + number * WEEK, frozenset(person for _, person in done), {"told": told})


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    number = draw(st.integers(3, 24))
    people = [
        Subject(
            person,
            {
                Dimension.DEPARTMENT: draw(st.sampled_from("abc")),
                Dimension.LOCATION: draw(st.sampled_from("xyz")),
            },
        )
        for person in range(number)
    ]
    doings = draw(
        st.lists(st.tuples(st.integers(0, number - 1), st.integers(0, WEEKS - 1)), unique=True, max_size=90)
    )
    joins = draw(st.dictionaries(st.integers(0, number - 1), st.integers(1, WEEKS - 1), max_size=8))
    return Programme(
        people, [d for d in doings if joins.get(d[0], 0) <= d[1]], joins, draw(st.integers(2, 5))
    )


def _one_more_after_a_week() -> Programme:
    """Four were reported on; then somebody comes, and the threshold rises above the four."""
    alike = {Dimension.DEPARTMENT: "a", Dimension.LOCATION: "x"}
    return Programme(
        [Subject(n, alike) for n in range(5)], [(0, 1), (1, 0), (2, 0), (3, 0), (4, 0)], {0: 1}, 2
    )


@settings(max_examples=150)
@example(_one_more_after_a_week(), 1, 5)
@given(programmes(), st.integers(0, WEEKS), st.integers(2, 8))
def test_no_reports_taken_together_isolate_fewer_people_than_the_threshold(
    programme: Programme, raised_after: int, raised_to: int
) -> None:
    """Two doings that are in the same reports, always, cannot be told apart by any sum or difference of reports.

    Whatever the attacker works out is therefore about whole classes of such doings; the smallest class is the most
    that can be isolated.
    """
    least = programme.least
    seen: list[int] = []
    for week in range(WEEKS):
        programme.reach(week)
        if week == raised_after:
            programme.raise_to(raised_to)
        seen += [answer.tallies.get(Source.TRUST, {}).get("told", 0) for answer in programme.ask(week)]
    classes: dict[tuple[bool, ...], set[int]] = defaultdict(set)
    for bit, (person, _) in enumerate(programme.doings):
        classes[tuple(bool(told >> bit & 1) for told in seen)].add(person)
    isolated = [people for key, people in classes.items() if any(key)]
    assert all(len(people) >= least for people in isolated)


@given(programmes())
def test_a_doing_is_counted_at_most_once(programme: Programme) -> None:
    programme.reach(WEEKS - 1)
    answer = report(programme.pages, Question({}, MONDAY, MONDAY + WEEKS * WEEK), programme.least)
    told = answer.tallies.get(Source.TRUST, {}).get("told", 0)
    assert told < 2 ** len(programme.doings)
    assert sum(week["told"] for week in answer.weeks.get(Source.TRUST, {}).values()) == told


def test_a_report_counts_what_was_done() -> None:
    people = [Subject(person, {Dimension.DEPARTMENT: "a" if person < 6 else "b"}) for person in range(12)]
    programme = Programme(people, [(person, 0) for person in range(12)], {}, 5)
    programme.reach(0)
    days = MONDAY, MONDAY + timedelta(days=6)
    whole = report(programme.pages, Question({}, *days), programme.least)
    part = report(programme.pages, Question({Dimension.DEPARTMENT: "a"}, *days), programme.least)
    none = report(programme.pages, Question({Dimension.DEPARTMENT: "c"}, *days), programme.least)
    assert (whole.people, whole.tallies[Source.TRUST]) == (12, {"told": 2**12 - 1})
    assert (part.people, part.tallies[Source.TRUST]) == (6, {"told": 2**6 - 1})
    assert (none.people, none.tallies) == (0, {})
