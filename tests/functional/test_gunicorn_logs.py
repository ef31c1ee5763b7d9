"""What gunicorn writes down: the attack is to read a secret of somebody's launch in an access log."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography.fernet import Fernet
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from config import ROOT
from tests.sites import free_port


@pytest.fixture
def served(tmp_path: Path, sqlite_url: str) -> Iterator[tuple[str, Path]]:
    """The application under gunicorn as the README starts it, with an access log; its address and all it wrote."""
    port, log = free_port(), tmp_path / "log"
    url = f"http://127.0.0.1:{port}"
    environ = {
        **os.environ,
        "CAIRN_BASE_URL": url,
        "CAIRN_SECRET_KEY": "a secret of the tests " * 2,
        "CAIRN_ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "CAIRN_TEXT_KEY": Fernet.generate_key().decode(),
        "CAIRN_DATA_DIR": str(tmp_path),
        "DATABASE_URL": sqlite_url,
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--access-logfile",
        "-",
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=out)
        try:
            with requests.Session() as patient:  # until it listens
                patient.mount(
                    url, HTTPAdapter(max_retries=Retry(connect=100, backoff_factor=0.1, backoff_max=0.3))
                )
                assert patient.get(f"{url}/lti/jwks", timeout=30).ok
            yield url, log
        finally:
            process.terminate()
            process.wait(30)


def test_no_address_of_a_launch_is_in_an_access_log(served: tuple[str, Path]) -> None:
    url, log = served
    for path in (
        "/lti/login?iss=https://lms.example&login_hint=SECRET&target_link_uri=x&lti_message_hint=SECRET",
        "/lti/register/SECRET?openid_configuration=https://lms.example/c&registration_token=SECRET",
        "/w/SECRET/check-in?engagement=SECRET",
        "/account/lti/SECRET",
    ):
        assert (
            requests.get(
                url + path, headers={"Referer": "https://lms.example/?sesskey=SECRET"}, timeout=30
            ).status_code
            >= 400
        )
    requests.post(f"{url}/lti/launch", data={"state": "SECRET", "id_token": "SECRET"}, timeout=30)
    written = log.read_text()
    assert written.count('"GET HTTP/1.1" 4') == 4, written
    assert "SECRET" not in written
