"""Our signing keys: made at the first start, encrypted at rest, rotated with the old one still published."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from companion.errors import NotReadyError
from companion.lti.keys import new_key_pair
from companion.lti.signing import Signer
from companion.models.lti import SigningKey
from companion.store import Cipher, Database
from companion.store import lti as store

RETIRED_PUBLISHED: Final = timedelta(days=7)
"""How long a retired key stays in our key set; what it signed lives for minutes, platforms' caches for days at most."""


@dataclass(frozen=True)
class PublishedKey:
    """A key of our key set, as the admin lists it."""

    kid: str
    created_at: datetime
    retired_at: datetime | None


class LtiKeys:
    """Makes, rotates, publishes and hands out our keys."""

    def __init__(self, db: Database, *, secrets: Cipher, clock: Callable[[], datetime]) -> None:
        """Args: secrets: encrypts the private halves."""
        self._db = db
        self._secrets = secrets
        self._clock = clock

    def current(self) -> Signer:
        """The key that signs; raises NotReadyError before the first one was made."""
        with self._db.read() as session:
            key = store.current_key(session)
        if key is None:
            raise NotReadyError("Cairn has no signing key yet. Run: python -m companion upgrade")
        return Signer(key.kid, self._secrets.decrypt(key.private_pem_encrypted))

    def published(self) -> list[PublishedKey]:
        """The keys of our key set, newest first."""
        with self._db.read() as session:
            keys = store.published_keys(session, retired_since=self._clock() - RETIRED_PUBLISHED)
        return [PublishedKey(key.kid, key.created_at, key.retired_at) for key in keys]

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Our public keys as a JWK set: the one that signs, and those retired in the last 7 days."""
        with self._db.read() as session:
            keys = store.published_keys(session, retired_since=self._clock() - RETIRED_PUBLISHED)
        return {"keys": [key.public_jwk for key in keys]}

    def ensure(self) -> None:
        """Make the first key pair, unless there is one."""
        with self._db.read() as session:
            present = store.current_key(session) is not None
        if not present:
            key = self._new()
            with self._db.begin() as session:
                if store.current_key(session) is None:
                    store.add_key(session, key)

    def rotate(self) -> None:
        """Sign with a new key pair from now on; the one before stays published for 7 days, then it is forgotten."""
        key = self._new()
        now = self._clock()
        with self._db.begin() as session:
            store.retire_keys(session, now, forget_before=now - RETIRED_PUBLISHED)
            store.add_key(session, key)

    def _new(self) -> SigningKey:
        pair = new_key_pair()
        return SigningKey(
            kid=pair.kid,
            private_pem_encrypted=self._secrets.encrypt(pair.private_pem),
            public_jwk=pair.public_jwk,
            created_at=self._clock(),
        )
