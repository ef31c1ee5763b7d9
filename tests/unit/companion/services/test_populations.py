"""Whom the rules of a programme find among the people who are stored."""

from datetime import timedelta
from typing import Any

from companion.models.people import EnrolmentRole, Person
from companion.models.programme import NewHireRule, Programme
from companion.services.populations import find
from companion.services.profiles import people_of
from companion.services.registry import Services
from companion.store import Session, lms
from tests import rows
from tests.rows import NOW
from tests.statements import asked


def new_hires(session: Session, programme: Programme, courses: list[int], **options: Any) -> tuple[int, ...]:
    found, _ = find(session, programme, courses, NOW.date(), **options)
    return found.new_hires


def test_the_rules_find_the_people_of_today(services_on: Services) -> None:
    with services_on.db.begin() as session:
        site = rows.site(session)
        sales, other = rows.course(session, site), rows.course(session, site, "Outside")

        def person(name: str, days: int | None, **values: Any) -> Person:
            date = (NOW - timedelta(days=days)).date().isoformat() if days is not None else ""
            return rows.person(session, site, name, profile={"hiredate": date}, **values)

        new, opted_out, suspended, gone = (
            person("New", 5),
            person("Opted out", 5, opted_out_at=NOW),
            person("Suspended", 5, suspended=True),
            person("Gone", 5, removed_at=NOW),
        )
        recent, elsewhere, teacher = person("Recent", 90), person("Elsewhere", 90), person("Teacher", 5)
        for each in (new, opted_out, suspended, gone):
            rows.enrol(session, each, sales)
        rows.enrol(session, recent, sales, completed_at=NOW - timedelta(days=20))
        rows.enrol(session, elsewhere, sales)
        rows.enrol(session, elsewhere, other, completed_at=NOW - timedelta(days=20))
        rows.enrol(session, teacher, sales, role=EnrolmentRole.TEACHER)
        programme = rows.programme(session, site, [sales])
    with services_on.db.read() as session:
        found, looked_at = find(session, programme, [sales.id], NOW.date())
        alone, _ = find(session, programme, [sales.id], NOW.date(), only=recent.id)
        later, _ = find(session, programme, [sales.id], NOW.date(), window=(21, 180))
    assert (found.new_hires, found.recent_learners) == ((new.id,), (recent.id,))
    assert looked_at.keys() == {new.id, recent.id, elsewhere.id}
    assert (alone.new_hires, alone.recent_learners) == ((), (recent.id,))
    assert (later.new_hires, later.recent_learners) == ((new.id,), ())
    view = services_on.programmes.view(programme.id)
    assert (view.new_hires, view.recent_learners) == (1, 1)


def test_the_cohort_rule_and_the_enrolment_rule_find_their_own(services_on: Services) -> None:
    with services_on.db.begin() as session:
        site = rows.site(session)
        sales, care = rows.course(session, site), rows.course(session, site, "Care")
        member, joined, early = (rows.person(session, site, n) for n in ("Member", "Joined", "Early"))
        rows.enrol(session, member, sales, enrolled_at=NOW - timedelta(days=200))
        rows.enrol(session, joined, sales, enrolled_at=NOW - timedelta(days=30))
        rows.enrol(session, early, sales, enrolled_at=NOW - timedelta(days=2))
        rows.enrol(session, early, care, enrolled_at=NOW - timedelta(days=31))
        cohort = rows.cohort(session, site, [member])
        by_cohort = rows.programme(
            session,
            site,
            [sales, care],
            new_hire_rule=NewHireRule.COHORT,
            new_hire_cohort_id=cohort.id,
        )
        by_enrolment = rows.programme(
            session, site, [sales, care], name="Two", new_hire_rule=NewHireRule.FIRST_ENROLMENT
        )
        lost = rows.programme(session, site, [sales], name="Three", new_hire_rule=NewHireRule.COHORT)
    with services_on.db.read() as session:
        both = [sales.id, care.id]
        assert new_hires(session, by_cohort, both) == (member.id,)
        assert new_hires(session, by_cohort, both, only=member.id) == (member.id,)
        assert new_hires(session, by_cohort, both, only=joined.id) == ()
        # Who was enrolled earlier in another course of the programme is new from that day on.
        assert new_hires(session, by_enrolment, both) == (joined.id,)
        assert new_hires(session, by_enrolment, both, only=early.id) == ()
        assert new_hires(session, lost, [sales.id]) == ()


def test_a_programme_is_asked_for_its_people_in_a_few_statements(services: Services) -> None:
    """However many people there are: no statement for each of them."""

    def statements(people: int) -> int:
        with services.db.begin() as session:
            site = lms.site(session) or rows.site(session)
            course = rows.course(session, site, f"Course of {people}")
            for _ in range(people):
                rows.enrol(session, rows.person(session, site), course)
            made = rows.programme(session, site, [course], name=f"Of {people}")
        with asked(services.db) as counted, services.db.read() as session:
            find(session, made, [course.id], NOW.date())
            people_of(session, made)
        return len(counted)

    assert statements(2) == statements(40) > 0
