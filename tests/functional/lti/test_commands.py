"""The commands about platforms and keys."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from companion.app import create_app
from companion.cli import main
from companion.services.registry import build_services
from config import Settings
from tests.functional.lti.test_registration import moodle, opened, visit  # noqa: F401 - a fixture
from tests.sites import Lms

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types a command in a folder without a .env file."""
    monkeypatch.chdir(tmp_path)
    environment = {
        "CAIRN_BASE_URL": settings.base_url,
        "CAIRN_SECRET_KEY": settings.secret_key,
        "CAIRN_ENCRYPTION_KEY": settings.encryption_key,
        "CAIRN_TEXT_KEY": settings.text_key,
        "DATABASE_URL": settings.database_url,
        "CAIRN_DATA_DIR": str(settings.data_dir),
    }
    return lambda *words: CliRunner().invoke(main, [*words], env=environment, catch_exceptions=False)


def test_an_address_from_the_command_line_registers_a_platform(
    run: Run,
    settings: Settings,
    lms: Lms,
    moodle: requests.Session,  # noqa: F811
) -> None:
    address = run("platform", "register-link").output.strip()
    services = build_services(settings)
    client = create_app(settings, services).test_client()
    assert visit(client, opened(moodle, lms, address)).status_code == 200
    services.db.dispose()
    [line] = run("platform", "list").output.splitlines()
    number, state, issuer, client_id, deployment = line.split("\t")
    tool = lms.sandbox.world.tools[int(deployment)]
    assert (state, issuer, client_id) == ("waiting", lms.url, tool.client_id)
    assert run("platform", "enable", number).exit_code == 0
    assert run("platform", "list").output.split("\t")[1] == "enabled"


def test_a_platform_that_is_not_there_cannot_be_enabled(run: Run) -> None:
    assert run("platform", "list").output == ""
    refused = run("platform", "enable", "7")
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output


def test_keys_are_rotated_with_both_published(run: Run, settings: Settings) -> None:
    services = build_services(settings)
    services.lti.ensure_key()
    [before] = services.lti.jwks()["keys"]
    kid = run("keys", "rotate").output.split()[-1].rstrip(".")
    published = [key["kid"] for key in services.lti.jwks()["keys"]]
    services.db.dispose()
    assert published == [kid, before["kid"]]
    assert kid != before["kid"]
