"""Signing with our own key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import jwt


@dataclass(frozen=True)
class Signer:
    """Attributes: kid: names the key in our key set. random: gives URL-safe text of so many random bytes."""

    kid: str
    private_pem: str = field(repr=False)
    random: Callable[[int], str] = token_urlsafe

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The claims as a JWT, RS256."""
        return jwt.encode(dict(claims), self.private_pem, algorithm="RS256", headers={"kid": self.kid})
