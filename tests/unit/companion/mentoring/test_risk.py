"""Who needs a look, and when."""

from datetime import date, timedelta

import pytest

from companion.mentoring.risk import REMEDIES, Vital, helps, risks
from companion.models.watch import Remedy, Risk

START = date(2026, 11, 2)


def vital(weeks: int = 4, **known: object) -> Vital:
    given = {
        "starts_on": START,
        "ends_on": START + timedelta(weeks=weeks, days=-1),
        "first_contact": None,
        "last_sign": None,
    }
    return Vital(**{**given, **known})  # type: ignore[arg-type]


def found(seen: Vital, day: int) -> list[Risk]:
    return [risk for risk, _ in risks(seen, START + timedelta(days=day))]


@pytest.mark.parametrize(("weeks", "quiet", "noticed"), [(1, 1, 2), (2, 1, 2), (4, 4, 5), (12, 4, 5)])
def test_a_missing_first_contact_is_noticed_on_its_day(weeks: int, quiet: int, noticed: int) -> None:
    assert found(vital(weeks), quiet) == []
    assert found(vital(weeks), noticed) == [Risk.NO_FIRST_CONTACT]


@pytest.mark.parametrize(("weeks", "limit"), [(2, 4), (4, 14), (12, 14)])
def test_silence_counts_from_the_last_sign(weeks: int, limit: int) -> None:
    seen = vital(weeks, first_contact=START, last_sign=START + timedelta(days=3))
    assert found(seen, 3 + limit - 1) == []
    assert risks(seen, START + timedelta(days=3 + limit)) == [(Risk.SILENCE, START + timedelta(days=3))]


def test_somebody_who_says_not_in_touch_yet_is_still_without_a_first_contact() -> None:
    assert found(vital(last_sign=START + timedelta(days=4)), 5) == [Risk.NO_FIRST_CONTACT]


def test_the_gravest_comes_first() -> None:
    seen = vital(not_good_since=START, concern_since=START)
    assert found(seen, 6) == [Risk.CONCERN, Risk.NOT_GOOD, Risk.NO_FIRST_CONTACT]


def test_a_pause_silences_the_clock_but_not_a_concern() -> None:
    assert found(vital(paused=True), 20) == []
    assert found(vital(paused=True, concern_since=START), 20) == [Risk.CONCERN]


def test_every_risk_has_something_that_helps_and_the_gentlest_comes_first() -> None:
    assert set(REMEDIES) == set(Risk)
    assert helps([Risk.NOT_GOOD, Risk.NO_FIRST_CONTACT]) == [
        Remedy.NUDGE,
        Remedy.CALL,
        Remedy.REMATCH,
        Remedy.CLOSE,
    ]
