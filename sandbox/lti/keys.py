"""The platform's signing key as a tool sees it."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import RSAAlgorithm


def key_id(key: RSAPrivateKey) -> str:
    """20 hexadecimal digits that follow from the key, so that a new key has a new id."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(public).hexdigest()[:20]


def key_set(key: RSAPrivateKey) -> dict[str, Any]:
    """The JWKS with the one public key."""
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return {
        "keys": [
            {
                "kty": "RSA",
                "alg": "RS256",
                "kid": key_id(key),
                "e": public["e"],
                "n": public["n"],
                "use": "sig",
            }
        ]
    }
