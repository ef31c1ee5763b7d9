"""What `doctor` says of the way to enrolment and completion times."""

import pytest

from companion.services.findings import Finding, Level
from companion.services.reading_route import EDITING, route_findings
from lms_client import Function, MoodleClient
from tests.sites import Lms


def finding(lms: Lms) -> Finding:
    client = MoodleClient.connect(lms.url, lms.sandbox.token)
    (found,) = route_findings(client, client.site_info())
    return found


def test_the_block_is_the_best_of_routes(lms: Lms) -> None:
    lms.sandbox.install_block()
    assert (finding(lms).level, "Cairn's block" in finding(lms).what) == (Level.OK, True)


def test_a_report_made_by_hand_serves_and_could_do_better(lms: Lms) -> None:
    found = finding(lms)
    assert (found.level, "the report of participants" in found.what) == (Level.OK, True)
    assert all(function in found.advice for function in EDITING)
    assert "moodle/reportbuilder:editall" in found.advice


def test_a_report_that_cairn_may_complete_leaves_nothing_to_wish(lms: Lms) -> None:
    lms.sandbox.make_report_anew()
    assert finding(lms).advice == ""


@pytest.mark.parametrize("lacking", [Function.REPORTS, Function.REPORT])
def test_without_reports_the_slow_way_is_named_with_what_mends_it(lms: Lms, lacking: Function) -> None:
    lms.sandbox.misbehave("missing_function", function=lacking)
    found = finding(lms)
    assert found.level is Level.WARNING
    assert "in batches, person by person" in found.what
    assert "Course participants" in found.advice


def test_the_slowest_way_is_named_as_well(lms: Lms) -> None:
    for lacking in (Function.REPORTS, Function.BATCH):
        lms.sandbox.misbehave("missing_function", function=lacking)
    assert "one by one" in finding(lms).what


def test_a_report_that_may_not_be_read_is_told_with_the_reason(lms: Lms) -> None:
    lms.sandbox.misbehave("missing_capability", function=Function.REPORT)
    found = finding(lms)
    assert (found.level, found.what.startswith("The report of participants cannot be read.")) == (
        Level.WARNING,
        True,
    )
    assert "moodle/reportbuilder:viewall" in found.advice
