"""What a long command draws: bars on a terminal, lines on anything else."""

import re

import pytest

from companion.terminal import TerminalProgress


def drawn(capsys: pytest.CaptureFixture[str]) -> str:
    with TerminalProgress() as progress:
        progress.phase("participants", 5)
        progress.advance(2)
        progress.phase("people", 40)
        progress.advance(10)
    told = capsys.readouterr()
    assert told.out == "", "what a command prints can be piped"
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told.err)


def test_on_a_terminal_each_phase_has_a_bar_with_its_count_and_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    bars = [line.split() for line in drawn(capsys).splitlines() if line.strip()]
    assert [(bar[0], bar[-2]) for bar in bars[-2:]] == [("participants", "5/5"), ("people", "40/40")]
    assert all(re.fullmatch(r"\d+:\d\d:\d\d", bar[-1]) for bar in bars[-2:])


def test_elsewhere_each_phase_is_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert drawn(capsys).splitlines() == ["… participants (5)", "… people (40)"]
