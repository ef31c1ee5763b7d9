"""A learning platform for tests: it begins logins and signs id_tokens with the claims of a recorded launch."""

import base64
import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from companion.lti.claims import CORE
from companion.lti.errors import KeysUnreachableError
from companion.services.lti import LoginRedirect, LtiService

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "moodle"
BASE_URL = "http://127.0.0.1:5000"
TARGET = f"{BASE_URL}/lti/launch"
NOW = datetime(2026, 11, 23, 2, 6, 25, tzinfo=UTC)


@cache
def recorded() -> Any:
    """A login, launches of an instructor and of a learner, and answers of the services, as Moodle 4.5.6 sent them."""
    return json.loads((FIXTURES / "lti_launch_and_services.json").read_text())


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of the test run; the same name gives the same key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public_jwk(key: rsa.RSAPrivateKey, kid: str, **extra: str) -> dict[str, Any]:
    """The public half, as platforms publish it."""
    return {
        **RSAAlgorithm.to_jwk(key.public_key(), as_dict=True),
        "kid": kid,
        "alg": "RS256",
        "use": "sig",
        **extra,
    }


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Move it, by the arguments of a timedelta."""
        self.now += timedelta(**duration)


class FakePlatform:
    """One client of one issuer, with a key set that can be read, changed and made to fail."""

    issuer = "http://localhost:8081"
    client_id = "abc123"
    deployment_id = "1"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.kid = "first"
        self.key = rsa_key("platform")
        self.published = [public_jwk(self.key, self.kid)]
        self.reachable = True
        self.fetched: list[str] = []

    def fetch(self, url: str) -> bytes:
        """The key set: a KeySetFetcher."""
        self.fetched.append(url)
        if not self.reachable:
            raise KeysUnreachableError
        return json.dumps({"keys": self.published}).encode()

    def register(self, service: LtiService, *, keys: str = "certs.php") -> int:
        """Register this platform by hand, or bring its registration up to date; its id."""
        return service.register_platform(
            self.issuer,
            self.client_id,
            [self.deployment_id],
            f"{self.issuer}/mod/lti/auth.php",
            f"{self.issuer}/mod/lti/token.php",
            f"{self.issuer}/mod/lti/{keys}",
        )

    def initiation(self, **overrides: str | None) -> dict[str, str]:
        """The fields of a login initiation; None leaves one out."""
        fields = {**recorded()["login_initiation"]["fields"], **overrides}
        return {name: value for name, value in fields.items() if value is not None}

    def claims(self, *, role: str = "learner", **overrides: Any) -> dict[str, Any]:
        """The recorded claims, with times of now; an override of None leaves a claim out.

        Overrides name claims by their last word ("deployment_id", "sub").
        """
        claims = deepcopy(recorded()[f"{role}_claims"])
        issued = int(self.clock.now.timestamp())
        claims |= {"iat": issued, "exp": issued + 60}
        claims[CORE + "custom"]["widget"] = "check-in"
        for name, value in overrides.items():
            claims[_full(name)] = value
        return {name: value for name, value in claims.items() if value is not None}

    def make_token(
        self,
        *,
        key: Any = None,
        algorithm: str = "RS256",
        headers: Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> str:
        """A signed id_token."""
        payload = json.dumps(self.claims(**overrides)).encode()
        return sign(payload, key or self.key, algorithm, {"kid": self.kid} if headers is None else headers)

    def answer(self, begun: LoginRedirect, **options: Any) -> dict[str, str]:
        """The form that the platform has the browser post to us; options as for `make_token`."""
        asked = parse_qs(urlsplit(begun.url).query)
        return {
            "state": asked["state"][0],
            "id_token": self.make_token(**{"nonce": asked["nonce"][0], **options}),
        }


def sign(payload: bytes, key: Any, algorithm: str = "RS256", headers: Mapping[str, Any] | None = None) -> str:
    """A JWS over any payload, sound or not."""
    return jwt.api_jws.encode(payload, key, algorithm, dict(headers or {}))


def segment(data: bytes) -> str:
    """One part of a compact JWS."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _full(name: str) -> str:
    plain = {"iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "name", "email"}
    return name if name in plain else CORE + name
