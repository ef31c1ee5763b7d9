"""What real sites hold: every oddity is read, stored on both databases, and read again as the same."""

from dataclasses import replace

import pytest

from companion.services.registry import Services
from sandbox.records import Enrolment, Person
from tests import mirrored
from tests.sites import Lms, connect, make_programme

BEYOND = 2**31 + 7
ODD = (
    Person(BEYOND, "big", "Ada", "Beyond", "ada@example.com"),
    Person(BEYOND + 1, "same", "Ada", "Again", "ada@example.com"),
    Person(BEYOND + 2, "nomail", "No", "Mail", ""),
    Person(BEYOND + 3, "emoji", "Wanjirũ 🌱", "O&#39;Neil &amp; Sons", "w@example.com"),
    Person(BEYOND + 4, "rtl", "שירה", "مريم", "rtl@example.com"),
    Person(
        BEYOND + 5, "multilang", '<span lang="de" class="multilang">Jörg</span>' * 12, "X", "j@example.com"
    ),
    Person(
        BEYOND + 6, "never", "Never", "There", "n@example.com", timezone="99", firstaccess=0, lastaccess=0
    ),
    Person(BEYOND + 7, "asleep", "Sus", "Pended", "s@example.com", suspended=True),
)


@pytest.fixture
def odd(lms: Lms) -> Lms:
    course = lms.sandbox.find_course("ONB-SALES").id
    with lms.sandbox.change() as world:
        for person in ODD:
            world.people[person.id] = replace(person)
            number = world.next_id("enrolments")
            world.enrolments[number] = Enrolment(number, course, person.id, "student", 0, 0)
    return lms


def test_odd_people_are_kept_as_they_are(services_on: Services, odd: Lms) -> None:
    connect(services_on, odd)
    make_programme(services_on, "ONB-SALES")
    report = services_on.sync.run()
    assert (report.complete, report.problems) == (True, ())
    with services_on.db.read() as session:
        found = mirrored.load(session, services_on.sites.current().id)
    big, same, no_mail, emoji, rtl, multilang, never, asleep = (found.people[person.id] for person in ODD)
    assert big.email == same.email == "ada@example.com"
    assert no_mail.email is None
    assert emoji.full_name == "Wanjirũ 🌱 O'Neil & Sons"
    assert rtl.full_name == "שירה مريم"
    assert len(multilang.full_name) == 300
    assert (never.time_zone, never.first_access, never.last_access) == (None, None, None)
    assert asleep.suspended
    course = odd.sandbox.find_course("ONB-SALES").id
    assert found.enrolments[BEYOND, course].enrolled_at is None, "a date of 0 is none"
    assert services_on.sync.run().changes == {}


def test_a_deleted_account_is_gone_after_a_full_sync(services: Services, odd: Lms) -> None:
    connect(services, odd)
    make_programme(services, "ONB-SALES")
    services.sync.run()
    odd.sandbox.delete_person(BEYOND)
    assert services.sync.run().changes == {"enrolments_gone": 1, "people_gone": 1}
