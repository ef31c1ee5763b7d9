"""The commands as an operator types them: the whole way, and each way it can fail."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from companion.cli import main
from companion.services.registry import build_services
from config import Settings
from tests.sites import Lms, make_programme


@dataclass
class Shell:
    """Runs commands in an environment of its own."""

    environment: dict[str, str]

    def run(self, *words: str, given: str | None = None, **extra: str) -> Result:
        """The outcome of one command."""
        environment = {**self.environment, **extra}
        return CliRunner().invoke(main, [*words], input=given, env=environment, catch_exceptions=False)

    def ok(self, *words: str, given: str | None = None) -> str:
        """The output of a command that must go well."""
        result = self.run(*words, given=given)
        assert result.exit_code == 0, result.output
        return result.output

    def fails(self, *words: str, **extra: str) -> str:
        """The one sentence of a command that must fail."""
        result = self.run(*words, **extra)
        assert result.exit_code != 0, result.output
        assert "Traceback" not in result.output
        return " ".join(result.output.split("Error: ")[-1].split())


@pytest.fixture
def settings_on(any_database_url: str, make_settings: Callable[..., Settings]) -> Settings:
    """Settings on each kind of database."""
    return make_settings(database_url=any_database_url)


@pytest.fixture
def shell(settings_on: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell of an installation, in a folder without a .env file."""
    monkeypatch.chdir(tmp_path)
    return Shell(
        {
            "CAIRN_BASE_URL": settings_on.base_url,
            "CAIRN_SECRET_KEY": settings_on.secret_key,
            "CAIRN_ENCRYPTION_KEY": settings_on.encryption_key,
            "CAIRN_TEXT_KEY": settings_on.text_key,
            "DATABASE_URL": settings_on.database_url,
            "CAIRN_DATA_DIR": str(tmp_path / "data"),
            "CAIRN_MOODLE_TOKEN": "",
        }
    )


def _programme(settings: Settings) -> None:
    services = build_services(settings)
    make_programme(services, "ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
    services.db.dispose()


def test_the_whole_way(shell: Shell, lms: Lms, settings_on: Settings) -> None:
    registration = lms.register_tool(settings_on.base_url)
    password = "a password of the tests\n"
    assert "can sign in" in shell.ok(
        "admin", "create", "--email", "ada@example.org", "--password-stdin", given=password
    )
    assert "6 courses" in shell.ok("connect", lms.url, "--token", lms.sandbox.token)
    assert "No programme follows a course yet" in shell.ok("sync")
    _programme(settings_on)
    assert "people in the 4 of a programme" in shell.ok("sync")
    assert "pairs proposed" in shell.ok("match")
    assert "engagements begin" in shell.ok("approve")
    added = shell.ok(
        "platform", "add",
        "--issuer", registration.issuer,
        "--client-id", registration.client_id,
        "--deployment-id", registration.deployment_id,
        "--auth-url", registration.auth_url,
        "--token-url", registration.token_url,
        "--jwks-url", registration.jwks_url,
    )  # fmt: skip
    assert registration.issuer in added
    shell.ok("connect", lms.url, "--token", lms.sandbox.token)
    assert "8 stand now" in " ".join(shell.ok("place").split())
    assert "missing" not in shell.ok("doctor")


def test_every_command_explains_itself() -> None:
    def walk(command: click.Command, *words: str) -> list[tuple[str, ...]]:
        below = command.commands.items() if isinstance(command, click.Group) else ()
        return [words, *(found for name, sub in below for found in walk(sub, *words, name))]

    for words in walk(main):
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0
        assert len(result.output.split("Usage:")[1].split()) > 8, words


def test_a_wrong_address_and_a_wrong_token_are_told_and_nothing_is_kept(shell: Shell, lms: Lms) -> None:
    assert "address" in shell.fails("connect", "no-address", "--token", "x")
    assert "address" in shell.fails("connect", lms.url + "/elsewhere", "--token", lms.sandbox.token)
    wrong = shell.fails("connect", lms.url, "--token", "0" * 32)
    assert "token" in wrong
    assert "0" * 32 not in wrong
    assert "No Moodle is connected yet" in shell.fails("sync")


def test_what_a_token_lacks_is_named(shell: Shell, lms: Lms) -> None:
    lms.sandbox.misbehave("missing_capability", function="core_enrol_get_enrolled_users")
    assert "moodle/user:viewdetails" in shell.fails("connect", lms.url, "--token", lms.sandbox.token)


def test_a_failing_moodle_ends_with_a_sentence_and_leaves_what_was_read(shell: Shell, lms: Lms) -> None:
    shell.ok("connect", lms.url, "--token", lms.sandbox.token)
    lms.sandbox.misbehave("maintenance")
    sentence = shell.fails("sync")
    assert "Nothing was changed" in sentence
    assert "missing" in shell.run("doctor").output
    lms.sandbox.behave()
    shell.ok("sync")


def test_order_out_of_hand_is_told_what_comes_first(shell: Shell, lms: Lms, settings_on: Settings) -> None:
    assert "connect" in shell.fails("match")
    shell.ok("connect", lms.url, "--token", lms.sandbox.token)
    assert "no programme yet" in shell.fails("match")
    _programme(settings_on)
    assert "sync" in shell.fails("match")
    assert "no proposal to approve" in shell.fails("approve")
    assert "template course" in shell.fails("place")
    assert "no such matching run" in shell.fails("approve", "999")


def test_missing_secrets_refuse_to_start(shell: Shell) -> None:
    sentence = shell.fails("sync", CAIRN_SECRET_KEY="")
    assert "CAIRN_SECRET_KEY" in sentence
    assert "companion secrets" in sentence


def test_new_secrets_are_usable(shell: Shell) -> None:
    made = dict(line.split("=", 1) for line in shell.ok("secrets").splitlines())
    assert shell.run("upgrade", **made).exit_code == 0


def test_a_weak_password_makes_no_account(shell: Shell) -> None:
    result = shell.run("admin", "create", "--email", "ada@example.org", "--password-stdin", given="short\n")
    assert result.exit_code != 0
    assert "at least 12 characters" in result.output
