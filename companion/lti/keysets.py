"""The platforms' public keys: cached, and fetched again when a platform signs with a new one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from companion.lti.errors import KeysUnreachableError, UnknownKeyError

MAX_AGE: Final = timedelta(hours=1)
MIN_INTERVAL: Final = timedelta(seconds=30)
"""Between two fetches of one key set, whatever asks for them and whether or not they succeed."""
MIN_BITS: Final = 2048


class KeySetFetcher(Protocol):
    """Reads a key set from its address."""

    def __call__(self, url: str) -> bytes:
        """The body; raises KeysUnreachableError."""
        ...


@dataclass(frozen=True)
class _Known:
    keys: Mapping[str, RSAPublicKey]
    since: datetime


@dataclass
class _Entry:
    lock: Lock = field(default_factory=Lock)
    known: _Known | None = None
    tried_at: datetime | None = None


class KeySets:
    """Finds the key that a platform signed with. One instance serves all threads of a process."""

    def __init__(self, fetch: KeySetFetcher, clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    def find(self, url: str, kid: str) -> RSAPublicKey:
        """The key `kid` of the key set at `url`.

        May wait for the platform: call it with no transaction open.

        Raises:
            KeysUnreachableError: the key set cannot be read now.
            UnknownKeyError: the key set, fetched just now or less than 30 s ago, has no such key.
        """
        entry = self._entries.setdefault(url, _Entry())
        key = self._cached(entry, kid)
        if key is not None:
            return key
        # Whoever waits here finds what the one before has fetched.
        with entry.lock:
            key = self._cached(entry, kid)
            if key is None:
                self._refresh(entry, url)
                key = self._cached(entry, kid)
        if key is None:
            raise UnknownKeyError
        return key

    def _cached(self, entry: _Entry, kid: str) -> RSAPublicKey | None:
        known = entry.known
        return known.keys.get(kid) if known and self._fresh(known) else None

    def _fresh(self, known: _Known) -> bool:
        return self._clock() - known.since < MAX_AGE

    def _refresh(self, entry: _Entry, url: str) -> None:
        now = self._clock()
        if entry.tried_at is not None and now - entry.tried_at < MIN_INTERVAL:
            if entry.known and self._fresh(entry.known):
                raise UnknownKeyError
            raise KeysUnreachableError
        entry.tried_at = now
        entry.known = _Known(parse(self._fetch(url)), now)


def parse(body: bytes) -> dict[str, RSAPublicKey]:
    """The usable keys of a JWK set by `kid`: RSA for RS256 signatures, 2048 bits or more; others are left out.

    Raises KeysUnreachableError where the body is not a JWK set at all.
    """
    try:
        found = json.loads(body)["keys"]
        return {jwk["kid"]: key for jwk in found if (key := _usable(jwk)) is not None}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeysUnreachableError from None


def _usable(jwk: Any) -> RSAPublicKey | None:
    if not isinstance(jwk, dict) or not all(isinstance(jwk.get(name), str) for name in ("kid", "n", "e")):
        return None
    if jwk.get("kty") != "RSA" or jwk.get("alg", "RS256") != "RS256" or jwk.get("use", "sig") != "sig":
        return None
    try:
        key = RSAAlgorithm.from_jwk({name: jwk[name] for name in ("kty", "n", "e")})
    except (jwt.InvalidKeyError, ValueError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= MIN_BITS else None
