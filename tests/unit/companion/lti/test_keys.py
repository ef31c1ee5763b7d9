"""Our own key pairs."""

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from companion.lti.keys import new_key_pair, thumbprint

# The example of RFC 7638, section 3.1.
RFC_7638 = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
    "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6"
    "qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJ"
    "zKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}


def test_the_thumbprint_is_that_of_the_rfc() -> None:
    assert thumbprint(RFC_7638) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_what_the_private_half_signs_the_published_half_verifies() -> None:
    pair = new_key_pair()
    assert pair.kid == pair.public_jwk["kid"] == thumbprint(pair.public_jwk)
    signed = jwt.encode({"sub": "x"}, pair.private_pem, "RS256")
    assert jwt.decode(signed, jwt.PyJWK(pair.public_jwk), algorithms=["RS256"]) == {"sub": "x"}
    private = load_pem_private_key(pair.private_pem.encode(), None)
    assert getattr(private, "key_size") == 2048  # noqa: B009 - the loader's type is a union


def test_only_public_members_are_published_and_the_private_half_is_in_no_repr() -> None:
    pair = new_key_pair()
    assert set(pair.public_jwk) == {"kty", "n", "e", "kid", "alg", "use"}
    assert "PRIVATE" not in repr(pair)
