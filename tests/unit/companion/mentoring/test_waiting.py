"""What somebody without an engagement is told."""

import pytest

from companion.mentoring.waiting import Standing, notice


@pytest.mark.parametrize("standing", Standing)
def test_everybody_is_told_something(standing: Standing) -> None:
    told = notice(standing)
    assert told.standing is standing
    assert told.heading
    assert told.text.endswith(".")


def test_no_two_standings_are_told_alike() -> None:
    assert len({notice(standing).text for standing in Standing}) == len(Standing)


def test_who_waits_is_told_what_happens_next() -> None:
    for standing in (Standing.NEW_HIRE, Standing.RECENT_LEARNER):
        assert "you" in notice(standing).text.lower()
        assert "meet here" in notice(standing).text
