"""What anybody may call is counted by address, and stopped."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("method", "path", "most", "source"),
    [
        ("POST", "/lti/login", 1200, "192.0.2.20"),
        ("POST", "/lti/launch", 1200, "192.0.2.21"),
        ("GET", "/lti/register/x", 10, "192.0.2.23"),
        ("GET", "/account/lti/x", 20, "192.0.2.24"),
    ],
)
def test_calls_are_counted_by_address_and_stopped(
    client: FlaskClient, method: str, path: str, most: int, source: str
) -> None:
    def call(address: str) -> int:
        return client.open(path, method=method, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert 429 not in {call(source) for _ in range(most)}
    assert call(source) == 429
    assert call("192.0.2.99") != 429, "somebody at another address is not stopped"


def test_being_stopped_is_told_in_words(client: FlaskClient) -> None:
    for _ in range(11):
        answer = client.get("/lti/register/x", environ_overrides={"REMOTE_ADDR": "192.0.2.26"})
    assert answer.status_code == 429
    assert "Wait a minute" in answer.text


@pytest.mark.parametrize(
    ("path", "source"), [("/account/sign-in", "192.0.2.22"), ("/account/lti", "192.0.2.25")]
)
def test_tries_of_a_password_are_counted(client: FlaskClient, path: str, source: str) -> None:
    """The attack: guessing, with the form and its token as they should be."""
    page = BeautifulSoup(client.get("/account/sign-in").text, "html.parser")
    token = str(page.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    sent = {"csrf_token": token, "email": "ada@example.org", "password": "a guess"}
    statuses = [
        client.post(path, data=sent, environ_overrides={"REMOTE_ADDR": source}).status_code for _ in range(21)
    ]
    assert 429 not in statuses[:20]
    assert statuses[20] == 429
