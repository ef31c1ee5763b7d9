"""Our own key pairs: made, and named by their thumbprint."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

BITS = 2048
"""The least the 1EdTech Security Framework 1.1 allows (section 6.1)."""


@dataclass(frozen=True)
class KeyPair:
    """A fresh key pair: its `kid`, the private half as PKCS 8 PEM, the public half as a JWK."""

    kid: str
    private_pem: str = field(repr=False)
    public_jwk: dict[str, str]


def new_key_pair() -> KeyPair:
    """Make an RSA key pair."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    jwk = {"kty": "RSA", "n": public["n"], "e": public["e"]}
    kid = thumbprint(jwk)
    return KeyPair(kid, pem.decode(), {**jwk, "kid": kid, "alg": "RS256", "use": "sig"})


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The SHA-256 thumbprint of an RSA JWK, base64url without padding (RFC 7638, section 3)."""
    members = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    digest = hashlib.sha256(members.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
