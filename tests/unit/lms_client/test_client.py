"""The client as a whole."""

import inspect
import re
from pathlib import Path

import pytest

import lms_client
from lms_client import CAPABILITIES, READS, Function, MoodleClient, NewMessage, RequestsTransport
from lms_client.calendar import Calendar
from lms_client.groupings import Groupings
from lms_client.reading import Reading
from lms_client.reporting import Reporting
from lms_client.writing import Writing

PACKAGE = Path(lms_client.__file__).parent


def test_every_public_name_is_listed_and_there() -> None:
    public = {
        name
        for name, value in vars(lms_client).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public == set(lms_client.__all__)


def test_connecting_sends_nothing_and_shows_the_address_alone() -> None:
    client = MoodleClient.connect("https://learn.example.org/", "secret-token")
    assert repr(client) == "MoodleClient(RequestsTransport('https://learn.example.org'))"


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="must be a whole one"):
        MoodleClient.connect("learn.example.org", "secret-token")


def functions_named_in(part: type) -> set[str]:
    return {
        Function[name]
        for name in re.findall(r"Function\.([A-Z_]+)", inspect.getsource(inspect.getmodule(part) or part))
    }


def test_reads_and_changes_are_told_apart_as_the_client_uses_them() -> None:
    setting_up = {
        Function.ADD_REPORT_COLUMN,
        Function.SORT_REPORT_COLUMN,
        Function.ADD_REPORT_FILTER,
        Function.RENAME,
        Function.FILTER_REPORT,
    }
    reads = functions_named_in(Reading) | functions_named_in(Reporting) | {Function.REPORT}
    assert reads <= READS
    assert functions_named_in(Writing).isdisjoint(READS)
    both = functions_named_in(Groupings) | functions_named_in(Calendar)
    assert both & READS == {Function.GROUPINGS, Function.GROUPING_GROUPS, Function.EVENTS}
    assert setting_up.isdisjoint(READS), "what changes a report is sent once"
    assert reads | functions_named_in(Writing) | both | setting_up == set(Function)


def test_capabilities_are_of_functions_we_know() -> None:
    assert set(CAPABILITIES) <= set(Function)


def test_requests_is_known_to_the_transport_alone() -> None:
    users = {
        path.name
        for path in PACKAGE.glob("*.py")
        if re.search(r"^(import|from) requests\b", path.read_text(), re.M)
    }
    assert users == {"transport.py"}


def test_the_package_knows_nothing_of_the_project_around_it() -> None:
    imported = set()
    for path in PACKAGE.glob("*.py"):
        imported |= set(re.findall(r"^(?:import|from) (\w+)", path.read_text(), re.M))
    assert imported.isdisjoint({"flask", "sqlalchemy", "config", "companion", "sandbox", "structlog"})
    assert (PACKAGE / "py.typed").exists()


def test_a_transport_of_ones_own_will_do() -> None:
    class Mine:
        def call(self, function: str, params: lms_client.Params) -> object:
            return [{"id": 1, "name": f"{function}", "parent": 0}]

    (category,) = MoodleClient(Mine()).categories()
    assert category.name == "core_course_get_categories"


def test_messages_need_a_key_that_moodle_takes() -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        NewMessage(1, "Hello", "a b")


def test_the_transport_keeps_the_address_it_was_given() -> None:
    assert RequestsTransport("http://localhost:8081/", "secret-token").address == "http://localhost:8081"
