"""A sandbox in memory at a fixed moment, its web services as one call, and a registered tool."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from flask import Flask
from flask.testing import FlaskClient

from sandbox import DEMO_PASSWORD, Registration, Sandbox, Tool, create_sandbox_app
from sandbox.seeding import seed_world

BASE = "http://127.0.0.1:8081"
TOOL = "http://localhost:5000"
Call = Callable[..., Any]


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def platform_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def sandbox(clock: Clock, platform_key: RSAPrivateKey) -> Sandbox:
    """60 people, no state on disk; the key is shared because making one is slow."""
    world = seed_world(clock(), 60, 7)
    world.move_to(BASE)
    return Sandbox(world, platform_key, state_dir=None, base_url=BASE, now=clock, people=60, seed=7)


@pytest.fixture
def tool() -> Tool:
    launch = f"{TOOL}/lti/launch"
    return Tool("Cairn", f"{TOOL}/lti/login", launch, f"{TOOL}/lti/jwks", [launch])


@pytest.fixture
def registration(sandbox: Sandbox, tool: Tool) -> Registration:
    return sandbox.register_tool(tool)


@pytest.fixture
def app(sandbox: Sandbox) -> Flask:
    return create_sandbox_app(sandbox)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def flatten(value: Any, name: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        parts = [(f"{name}[{key}]" if name else str(key), item) for key, item in value.items()]
    elif isinstance(value, list):
        parts = [(f"{name}[{index}]", item) for index, item in enumerate(value)]
    else:
        return {name: value}
    return {key: leaf for part, item in parts for key, leaf in flatten(item, part).items()}


@pytest.fixture
def ws(sandbox: Sandbox, client: FlaskClient) -> Call:
    """`ws(function, **parameters)`: the JSON answer to a web-service call with the right token."""

    def call(function: str, /, **parameters: Any) -> Any:
        head = {"wstoken": sandbox.token, "wsfunction": function, "moodlewsrestformat": "json"}
        return client.post("/webservice/rest/server.php", data=head | flatten(parameters)).json

    return call


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[str], None]:
    def go(username: str) -> None:
        reply = client.post("/login/index.php", data={"username": username, "password": DEMO_PASSWORD})
        assert reply.status_code == 302

    return go
