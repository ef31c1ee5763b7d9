"""What is stored of a reason is enough to say it to anybody."""

import json
from datetime import date, timedelta

import pytest

from companion.matching import Listener, Reason, kept, stored, tell
from companion.matching.grounds import Clocks, Ground, Said

DAY = date(2026, 6, 1)
NAMES = {
    Ground.LANGUAGES: ("de", "pt"),
    Ground.STYLE_CLOSE: ("pace", "said by another system"),
    Ground.AS_TOLD: ("To her.", "To him.", "To you."),
}
HOURS = Clocks((("9:00", "10:00"), ("11:00", "12:30")), (("14:00", "17:30"),), (("8:00", "11:30"),))


@pytest.mark.parametrize("ground", list(Ground))
def test_every_ground_comes_back_from_json_as_it_was_and_is_said_whole(ground: Ground) -> None:
    reason = Reason(
        "rule", -3, Said(ground, NAMES.get(ground, ("100 %", "%(ago)s")), date(2026, 5, 9), HOURS)
    )
    assert kept(json.loads(json.dumps(stored(reason)))) == reason
    for listener in Listener:
        words = tell(reason, listener, DAY)
        assert words.endswith(".")
        assert "%(" not in words.replace("%(ago)s", "")


def test_what_nothing_speaks_for_is_said_to_the_administrator_by_its_rule() -> None:
    nothing = Reason("language", 0)
    assert kept(json.loads(json.dumps(stored(nothing)))) == nothing
    assert tell(nothing, Listener.ADMIN, DAY) == "No common language is known."


def test_spans_are_read_on_ones_own_clock() -> None:
    reason = Reason("hours", 7, Said(Ground.SHARED_HOURS, hours=HOURS))
    assert [tell(reason, listener, DAY) for listener in Listener] == [
        "You both work 9:00 to 10:00 and 11:00 to 12:30 your time.",
        "You both work 14:00 to 17:30 your time.",
        "Both work 8:00 to 11:30 UTC.",
    ]


def test_how_long_ago_it_was_is_told_from_the_day_it_is_read() -> None:
    reason = Reason("path", 5, Said(Ground.COURSE_FINISHED, ("Law",), DAY))
    told = [tell(reason, Listener.ADVISER, DAY + timedelta(days)) for days in (-1, 0, 1, 90)]
    assert told == [
        "You finished Law today.",
        "You finished Law today.",
        "You finished Law 1 day ago.",
        "You finished Law 90 days ago.",
    ]
