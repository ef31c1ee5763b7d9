"""The command `connect --without-token`: somebody who can answer is asked before a token is forgotten."""

import pytest
from click.testing import CliRunner

from companion.cli import main, moodle
from companion.cli.base import Installation
from tests.begun import Begun


def test_a_token_is_forgotten_once_somebody_at_the_terminal_agreed(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = Installation()
    installation.__dict__["services"] = begun.services
    monkeypatch.setattr(moodle, "on_a_terminal", lambda: True)

    def connect(*words: str, given: str | None = None) -> tuple[int, str]:
        command = ["connect", begun.lms.url, "--without-token", *words]
        result = CliRunner().invoke(main, command, input=given, obj=installation)
        return result.exit_code, result.output

    change = begun.services.sites.without_token(begun.lms.url)
    code, told = connect(given="n\n")
    assert code == 1
    assert f"{change.widgets} widgets and {change.groups} groups stay in Moodle" in " ".join(told.split())
    assert "Cairn can neither show it nor bring it back" in " ".join(told.split())
    assert begun.services.sites.current().token_encrypted
    code, told = connect("--yes")
    assert (code, "Go on?" in told) == (0, False)
    assert begun.services.sites.current().token_encrypted is None
    assert connect()[0] == 0, "there is nothing left to forget, and nothing to ask"
