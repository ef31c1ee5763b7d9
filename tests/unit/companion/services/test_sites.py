"""Connecting a Moodle: kept only where reading works, with all that is missing named."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from companion.errors import LmsError, NotReadyError
from companion.models.lms import Cohort, Course, Site
from companion.services.connection import Connection
from companion.services.findings import NEEDED, USEFUL, Level
from companion.services.registry import Services
from companion.services.sites import SiteService
from companion.store import Cipher
from lms_client import Function
from sandbox.mischief import Mode
from tests.clock import Clock
from tests.sites import Lms, connect, free_port, make_programme, no_rosters
from tests.watched import WatchedClients

UNKNOWN_TOKEN = "0123456789abcdef0123456789abcdef"


def sites(services: Services) -> list[Site]:
    with services.db.read() as session:
        return list(session.scalars(sa.select(Site)))


def refused(services: Services, address: str, token: str) -> str:
    """Why connecting failed; nothing may have been kept."""
    with pytest.raises(LmsError) as raised:
        services.sites.connect(address, token)
    assert sites(services) == []
    assert token not in str(raised.value)
    return str(raised.value)


def test_connecting_keeps_the_site_and_tells_what_it_is(
    services_on: Services, lms: Lms, clock: Clock
) -> None:
    report = services_on.sites.connect(lms.url, lms.sandbox.token)
    assert (report.name, report.base_url, report.courses) == ("Acme Learning", lms.url, 6)
    assert report.release.startswith("4.5.6")
    assert report.findings == ()
    (site,) = sites(services_on)
    assert (site.name, site.base_url, site.connected_at) == ("Acme Learning", lms.url, clock())
    assert set(NEEDED) <= set(site.functions)
    assert services_on.sites.current().id == site.id


def test_the_token_is_stored_so_that_only_the_key_reads_it(services: Services, lms: Lms) -> None:
    connect(services, lms)
    (site,) = sites(services)
    assert site.token_encrypted is not None
    assert (
        Cipher("ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE=").decrypt(site.token_encrypted)
        == lms.sandbox.token
    )
    path = Path(services.db.engine.url.database or "")
    stored = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert lms.url.encode() in stored
    assert lms.sandbox.token.encode() not in stored


def test_courses_and_cohorts_can_be_chosen_from_at_once(services_on: Services, lms: Lms) -> None:
    connect(services_on, lms)
    names = [short for _, short, _ in services_on.sites.courses()]
    assert sorted(names) == sorted(
        course.shortname
        for course in lms.sandbox.world.courses.values()
        if course.id not in (1, lms.sandbox.template_course_id)
    )
    assert [name for _, name in services_on.sites.cohorts()] == [
        cohort.name for cohort in lms.sandbox.world.cohorts.values()
    ]


def test_the_template_course_is_found_by_its_short_name(services: Services, lms: Lms) -> None:
    connect(services, lms)
    assert services.sites.current().template_course_id == lms.sandbox.template_course_id


@pytest.mark.parametrize(
    "address",
    ["", "moodle.example.org", "ftp://moodle.example.org", "http://[::1", "http://host/?x=1", "http://a b"],
)
def test_what_is_no_address_is_told(services: Services, address: str) -> None:
    assert "The address of Moodle must" in refused(services, address, UNKNOWN_TOKEN)


@pytest.mark.parametrize("token", ["", " ", "zwei\nZeilen", "schlüssel"])
def test_what_is_no_token_is_told(services: Services, lms: Lms, token: str) -> None:
    with pytest.raises(LmsError, match="A token is a line of letters and digits"):
        services.sites.connect(lms.url, token)
    assert sites(services) == []


def test_an_address_where_nobody_answers(services_on: Services) -> None:
    sentence = refused(services_on, f"http://127.0.0.1:{free_port()}", UNKNOWN_TOKEN)
    assert "Check the address, the network and the server." in sentence


def test_an_address_where_something_else_answers(services: Services, lms: Lms) -> None:
    sentence = refused(services, f"{lms.url}/login", UNKNOWN_TOKEN)
    assert "core_webservice_get_site_info" in sentence
    assert "front page" in sentence or "Moodle" in sentence


def test_a_wrong_token(services: Services, lms: Lms) -> None:
    assert "does not accept the token" in refused(services, lms.url, UNKNOWN_TOKEN)


MODES: list[tuple[Mode, str]] = [
    ("maintenance", "maintenance"),
    ("html", "where Moodle's web services should answer"),
    ("empty", "an empty answer"),
    ("truncated", "not complete JSON"),
    ("web_services_off", "switched off"),
    ("server_error", "HTTP 500"),
]


@pytest.mark.parametrize(("mode", "words"), MODES, ids=[mode for mode, _ in MODES])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_site_that_lets_us_down_is_not_kept(
    services: Services, lms: Lms, mode: Mode, words: str, after: int
) -> None:
    lms.sandbox.misbehave(mode, after=after)
    assert words in refused(services, lms.url, lms.sandbox.token)


def test_a_token_without_what_reading_needs_is_refused_with_every_function_named(
    services: Services, lms: Lms
) -> None:
    for function in NEEDED[1:]:
        lms.sandbox.misbehave("missing_function", function=function)
    sentence = refused(services, lms.url, lms.sandbox.token)
    assert sentence.startswith("The token cannot read what Cairn needs.\n")
    assert [function for function in NEEDED[1:] if function not in sentence] == []


@pytest.mark.parametrize("function", [Function.PARTICIPANTS, Function.PEOPLE])
def test_a_token_that_may_not_read_people_is_refused(
    services: Services, lms: Lms, function: Function
) -> None:
    lms.sandbox.misbehave("missing_capability", function=function)
    assert "moodle/user:viewdetails" in refused(services, lms.url, lms.sandbox.token)


def test_what_is_only_useful_is_told_and_the_site_kept(services: Services, lms: Lms) -> None:
    for function in USEFUL:
        lms.sandbox.misbehave("missing_function", function=function)
    report = services.sites.connect(lms.url, lms.sandbox.token)
    assert {finding.level for finding in report.findings} == {Level.WARNING}
    assert len(report.findings) == len(USEFUL)
    assert len(sites(services)) == 1


def test_connecting_again_updates_and_keeps_what_is_there(
    services_on: Services, lms: Lms, clock: Clock
) -> None:
    connect(services_on, lms)
    make_programme(services_on, "ONB-SALES")
    services_on.sync.run()
    (before,) = sites(services_on)
    clock.move(days=1)
    with lms.sandbox.change() as world:
        world.token = "f" * 32
        world.courses[lms.sandbox.find_course("WELCOME").id].fullname = "Welcome, renamed"
    services_on.sites.connect(lms.url, "f" * 32)
    (after,) = sites(services_on)
    assert (after.id, after.connected_at) == (before.id, clock())
    assert services_on.sync.run().complete
    assert "Welcome, renamed" in [name for _, _, name in services_on.sites.courses()]
    with services_on.db.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Course)) == 6
        assert session.scalar(sa.select(sa.func.count()).select_from(Cohort)) == 1


def test_connecting_again_with_a_wrong_token_keeps_the_right_one(services: Services, lms: Lms) -> None:
    connect(services, lms)
    with pytest.raises(LmsError):
        services.sites.connect(lms.url, UNKNOWN_TOKEN)
    assert services.sync.run().complete


def test_the_members_of_a_cohort_survive_connecting_again(services: Services, lms: Lms) -> None:
    connect(services, lms)
    make_programme(services, "ONB-SALES", "ONB-ENG", "ONB-CARE")
    services.sync.run()
    services.sites.connect(lms.url, lms.sandbox.token)
    assert services.sync.run().changes == {}


def test_a_template_that_was_chosen_stays_chosen_while_it_is_there(services: Services, lms: Lms) -> None:
    connect(services, lms)
    chosen = lms.sandbox.find_course("LEAD-1").id
    with services.db.begin() as session:
        session.scalars(sa.select(Site)).one().template_course_id = chosen
    services.sites.connect(lms.url, lms.sandbox.token)
    assert services.sites.current().template_course_id == chosen
    lms.sandbox.delete_course(chosen)
    services.sites.connect(lms.url, lms.sandbox.token)
    assert services.sites.current().template_course_id == lms.sandbox.template_course_id


def test_a_connected_site_is_examined_with_its_template(services: Services, lms: Lms) -> None:
    connect(services, lms)
    _, finding = services.sites.examine()
    assert (finding.level, finding.what) == (Level.OK, "The template course holds check-in, feedback.")


def test_a_site_without_a_template_is_told_how_to_make_one(services: Services, lms: Lms) -> None:
    services.sites.connect(lms.url, lms.sandbox.token)
    _, finding = services.sites.examine()
    assert finding.level is Level.WARNING
    assert "CAIRN-TEMPLATE" in finding.advice


def test_a_template_that_was_deleted_is_told(services: Services, lms: Lms) -> None:
    connect(services, lms)
    lms.sandbox.delete_course(lms.sandbox.template_course_id)
    _, finding = services.sites.examine()
    assert (finding.level, "no widget can be placed" in finding.what) == (Level.WARNING, True)


@pytest.mark.parametrize("mode", ["maintenance", "invalid_token", "html"])
def test_a_site_that_does_not_answer_is_a_finding(services: Services, lms: Lms, mode: Mode) -> None:
    connect(services, lms)
    lms.sandbox.misbehave(mode)
    (finding,) = services.sites.examine()
    assert (finding.level, finding.what) == (Level.MISSING, "The Moodle site does not answer as it should.")
    assert finding.advice


def test_a_token_that_cannot_be_read_is_a_finding(services: Services, lms: Lms, clock: Clock) -> None:
    connect(services, lms)
    other = Cipher("b3RoZXIta2V5LW9mLXRoZS10ZXN0cy0zMi1ieXRlcyE=")
    connection = Connection(services.db, other, WatchedClients())
    service = SiteService(services.db, connection=connection, rosters=no_rosters, secrets=other, clock=clock)
    (finding,) = service.examine()
    assert finding.level is Level.MISSING
    assert "connect the LMS again" in finding.advice


def test_without_a_site_there_is_nothing_to_look_at(services: Services) -> None:
    for ask in (
        services.sites.current,
        services.sites.examine,
        services.sites.courses,
        services.sites.cohorts,
    ):
        with pytest.raises(NotReadyError):
            ask()
