"""What a token's service lacks is named, each with what for and where to add it."""

import pytest

from companion.services.findings import NEEDED, USEFUL, Level, allow, missing_functions
from lms_client import CAPABILITIES, Function

ALL = frozenset(NEEDED) | frozenset(USEFUL)


def test_a_service_with_everything_lacks_nothing() -> None:
    assert missing_functions(ALL) == []


@pytest.mark.parametrize("function", NEEDED)
def test_what_reading_needs_is_missing_where_it_is(function: Function) -> None:
    (finding,) = missing_functions(ALL - {function})
    assert finding.level is Level.MISSING
    assert function.value in finding.what
    assert "External services > Functions" in finding.advice


@pytest.mark.parametrize("function", USEFUL)
def test_what_is_useful_is_a_warning_that_says_what_for(function: Function) -> None:
    (finding,) = missing_functions(ALL - {function})
    assert finding.level is Level.WARNING
    assert finding.what.endswith(f"Cairn cannot {USEFUL[function]}.")
    assert all(capability in finding.advice for capability in CAPABILITIES.get(function, ()))


def test_an_empty_service_lacks_every_function_the_needed_ones_first() -> None:
    found = missing_functions([])
    assert [finding.level for finding in found] == [Level.MISSING] * len(NEEDED) + [Level.WARNING] * len(
        USEFUL
    )


def test_capabilities_are_named_with_the_place_to_allow_them() -> None:
    advice = allow(Function.PARTICIPANTS)
    assert "moodle/user:viewdetails" in advice
    assert "Define roles" in advice
