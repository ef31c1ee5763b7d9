"""What a matching says of whatever it is given: odd input ends in a plain account in the admin, never in a trace."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from companion.matching import Weights
from companion.models.base import table_of
from companion.models.lms import Course, Site
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.models.programme import ProgrammeCourse
from companion.services.programmes import rules_of
from companion.services.registry import Services
from tests import rows
from tests.clock import Clock
from tests.functional.admin.visitor import Page, Visitor

ENGLISH = {"language": "en", "department": "Sales"}
Made = Callable[..., int]
Propose = Callable[[int], Page]


@dataclass(frozen=True)
class Crowd:
    """So many people alike."""

    number: int
    values: Mapping[str, Any]


@pytest.fixture
def site(services: Services, clock: Clock) -> Site:
    with services.db.begin() as session:
        found = rows.site(session)
        rows.read_once(session, found, clock())
        return found


@pytest.fixture
def make(services: Services, site: Site, clock: Clock) -> Made:
    """Make a programme over a course of its own with these learners and advisers; gives its id."""
    hired = (clock().date() - timedelta(days=3)).isoformat()
    numbers = iter(range(1, 1_000_000))

    def made(learners: Sequence[Crowd], advisers: Sequence[Crowd], **rules: object) -> int:
        with services.db.begin() as session:
            course = rows.course(session, site)
            programme = rows.programme(session, site, [course], name=f"Programme {course.id}", **rules)
            for crowds, profile, days in ((learners, {"hiredate": hired}, None), (advisers, {}, 20)):
                for crowd in crowds:
                    done = clock() - timedelta(days=days) if days else None
                    _fill(session, site, course, crowd, profile, done, numbers)
            return programme.id

    return made


def _fill(
    session: Any,
    site: Site,
    course: Course,
    crowd: Crowd,
    profile: Mapping[str, str],
    done: Any,
    numbers: Any,
) -> None:
    """Rows at once, for there may be thousands."""
    each = [next(numbers) for _ in range(crowd.number)]
    if not each:
        return
    values = {"interests": [], "suspended": False, **ENGLISH, **crowd.values}
    values["profile"] = {**profile, **values.get("profile", {})}
    side = "Learner" if done is None else "Adviser"
    session.execute(
        sa.insert(table_of(Person)),
        [{"site_id": site.id, "lms_id": n, "full_name": f"{side} {n}", **values} for n in each],
    )
    ids = session.scalars(sa.select(Person.id).where(Person.lms_id.in_((each[0], each[-1])))).all()
    session.execute(
        sa.insert(table_of(Enrolment)),
        [
            {"person_id": who, "course_id": course.id, "role": EnrolmentRole.LEARNER, "completed_at": done}
            for who in range(min(ids), max(ids) + 1)
        ],
    )


@pytest.fixture
def proposed(newcomer: Visitor) -> Callable[[int], Page]:
    """Ask for a matching of a programme, as its button does, and come to the page of the run."""
    token = newcomer.token()

    def asked(programme_id: int) -> Page:
        answer = newcomer.client.post(f"/admin/programmes/{programme_id}/propose", data={"csrf_token": token})
        assert answer.status_code == 303
        return newcomer.get(answer.headers["Location"])

    return asked


def reasons(page: Page) -> list[str]:
    found = page.html.select('section[aria-labelledby="unmatched"] tbody td')
    return [" ".join(cell.get_text(" ").split()) for cell in found]


def with_whom(page: Page) -> list[str]:
    found = page.html.select('section[aria-labelledby="pairs"] tbody td[data-label="Adviser"]')
    return [" ".join(cell.get_text(" ").split()) for cell in found]


def test_every_odd_input_ends_in_a_plain_account(make: Made, proposed: Propose) -> None:
    some = [Crowd(2, {})]
    nobody_new = proposed(make([], some))
    assert "No pair could be proposed. Nobody new was without an adviser." in nobody_new.words

    nobody_advises = proposed(make(some, []))
    assert reasons(nobody_advises) == ["There is no adviser to match with."] * 2

    forbidden = proposed(make(some, [Crowd(3, {"language": "sv"})]))
    assert set(reasons(forbidden)) == {"No adviser shares a language with this person (speaks English)."}

    zero = proposed(make(some, some, weights=dict.fromkeys(Weights().as_dict(), 0)))
    assert len(with_whom(zero)) == 2
    assert "2 pairs, 0 learners without one, 0 points in all" in zero.words
    assert "Nothing speaks for the two in particular." in zero.words

    unknown = {"language_field": "tongues", "role_field": "post", "topics_field": "themes"}
    assert len(with_whom(proposed(make(some, some, matching=unknown)))) == 2
    nobody = proposed(make(some, some, new_hire_field="hire_day"))
    assert "No pair could be proposed." in nobody.words

    seatless = [Crowd(2, {"profile": {"seats": "0"}})]
    full = proposed(make(some, seatless, matching={"capacity_field": "seats"}))
    assert set(reasons(full)) == {"All 2 advisers are full."}


def test_somebody_who_is_enrolled_twice_is_matched_once(
    make: Made, proposed: Propose, services: Services, site: Site
) -> None:
    programme = make([Crowd(1, {})], [Crowd(1, {})])
    with services.db.begin() as session:
        second = rows.course(session, site, "Once more")
        rows.stored(session, ProgrammeCourse(programme_id=programme, course_id=second.id))
        for person in session.scalars(sa.select(Person)).all():
            rows.enrol(session, person, second, completed_at=None)
    page = proposed(programme)
    assert "1 learner and 1 adviser: 1 pair" in page.words


def test_ten_thousand_learners_and_one_adviser_end_in_an_account_of_one_page(
    newcomer: Visitor, make: Made, services: Services
) -> None:
    run_id = services.matching.begin(make([Crowd(10_000, {})], [Crowd(1, {})]))
    services.matching.jobs.work()
    page = newcomer.get(f"/admin/runs/{run_id}")
    assert "10000 learners and 1 adviser: 2 pairs, 9998 learners without one" in page.words
    assert "No better matching of these people exists." in page.words
    assert set(reasons(page)) == {"The only adviser is full."}
    assert len(reasons(page)) <= 100
    assert len(page.response.get_data()) < 200_000


def test_a_group_that_gets_less_is_warned_about_and_one_too_small_is_not(
    make: Made, proposed: Propose
) -> None:
    def asked(number: int) -> Page:
        alone = {"language": "sv", "department": "Legal", "profile": {"location": "Lund"}}
        return proposed(make([Crowd(number, alone), Crowd(10, {})], [Crowd(10, {})], capacity=1))

    page = asked(10)
    warning = page.html.select_one(".notice.warn")
    assert warning is not None
    told = [item.get_text(strip=True) for item in warning.select("li")]
    assert told == ["Department Legal: 0 of 10", "Language sv: 0 of 10", "Location Lund: 0 of 10"]
    lines = {row[0]: row[1:] for row in page.rows(-1) if row[1] == "Department"}
    assert lines["Legal gets less"][1:3] == ["10", "0 (0%)"]
    assert lines["Sales"][1:3] == ["10", "10 (100%)"]
    assert float(lines["Sales"][3]) > 0
    assert any(row[1] == "Month of hire" for row in page.rows(-1))
    assert asked(9).html.select_one(".notice.warn") is None


def test_load_is_spread_by_its_price_and_a_learner_left_out_for_theirs(make: Made, proposed: Propose) -> None:
    learners = [Crowd(4, {"interests": ["law"]})]
    advisers = [Crowd(1, {"interests": ["law"]}), Crowd(1, {})]

    def loads(**matching: object) -> list[int]:
        names = with_whom(proposed(make(learners, advisers, capacity=4, matching=matching)))
        return sorted(names.count(name) for name in set(names))

    assert loads(load_penalty=0) == [4], "all go to whom they are worth most"
    assert loads(load_penalty=100) == [2, 2]
    one = [Crowd(1, {})]
    dear = {"coverage": "price", "unmatched_price": 0, "load_penalty": 100}
    page = proposed(make([Crowd(2, {})], one, matching=dear))
    assert len(with_whom(page)) == 1
    assert reasons(page) == [
        "No pair with a free adviser (1) is worth it: covering one more learner counts 0 points."
    ]
    strict = proposed(make([Crowd(2, {})], one, matching={"load_penalty": 100}))
    assert len(with_whom(strict)) == 2


def test_versions_say_what_changed_and_a_proposal_names_its_own(
    newcomer: Visitor, make: Made, proposed: Propose, services: Services
) -> None:
    programme = make([Crowd(1, {})], [Crowd(1, {})])
    view = services.programmes.view(programme)
    rules = rules_of(view.programme, view.course_ids)
    services.programmes.change(programme, rules, by="Ada")
    weights = {**Weights().as_dict(), "language": 99}
    services.programmes.change(programme, replace(rules, capacity=3, weights=weights), by="Grace")
    page = newcomer.get(f"/admin/programmes/{programme}/versions")
    newest, older = page.rows(0)
    assert newest[0] == "3"
    assert newest[1].endswith("Grace")
    assert "weights, language: 10 → 99" in newest[2]
    assert "capacity: 2 → 3" in newest[2]
    assert older[2] == "The first version that was kept."
    for capacity in (1, 2) * 10:
        services.programmes.change(programme, replace(rules, capacity=capacity), by="Ada")
    page = newcomer.get(f"/admin/programmes/{programme}/versions")
    assert len(page.rows()) == 20
    assert "capacity: 3 → 1" in page.rows()[-1][2], "the last of a page knows the one before it"
    assert newcomer.get(page.link("Next")).rows() == [newest, older]
    services.programmes.change(programme, replace(rules, capacity=3, weights=weights), by="Grace")
    words = proposed(programme).words
    assert "Version 24 of the programme's rules" in words
    assert "language 99" in words
