"""Logs: what looks like a secret, a claim or a person never gets as far as a line."""

import json
from collections.abc import Iterator

import pytest
import structlog

from companion import logs

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0MyJ9.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token", "abc"),
        ("id_token", "abc"),
        ("wstoken", "abc"),
        ("claims", {"sub": "subject43"}),
        ("return_url", "https://moodle.example.org/?x"),
        ("Authorization", "Bearer abc"),
        ("email", "nia"),
        ("note", "We talked."),
        ("full_name", "Nia Okafor"),
        ("detail", f"got {JWT} back"),
        ("detail", "sent with 0123456789abcdef0123456789abcdef"),
        ("detail", "https://moodle.example.org/?sesskey=Ab12cd"),
        ("detail", "550 nia.okafor@example.org unknown"),
        ("detail", ["x", {"deep": f"{JWT}"}]),
        ("detail", "gAAAAABrBcgte-pIvSYvdPR6UK3IZisJRhqURuqTTLEG4PxE6GIvuYi4"),
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(
    capsys: pytest.CaptureFixture[str], name: str, value: object
) -> None:
    logs.set_up(as_json=True)
    structlog.get_logger().info("tried", **{name: value})
    line = capsys.readouterr().err
    assert logs.HIDDEN in line
    for secret in (
        "abc",
        "subject43",
        "We talked",
        "Okafor",
        "okafor",
        JWT,
        "0123456789abcdef",
        "Ab12cd",
        "gAAAAAB",
    ):
        assert secret not in line


def test_what_operators_need_stays(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(as_json=True)
    structlog.get_logger().info("request", method="GET", endpoint="widgets.check_in", status=200, ms=12)
    told = json.loads(capsys.readouterr().err)
    kept = {name: told[name] for name in ("event", "method", "endpoint", "status", "ms")}
    assert kept == {
        "event": "request",
        "method": "GET",
        "endpoint": "widgets.check_in",
        "status": 200,
        "ms": 12,
    }
