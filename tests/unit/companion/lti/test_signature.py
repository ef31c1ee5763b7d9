"""Segments of a token: what PyJWT reads is read, and the same; what it refuses is refused, and padding too."""

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwt.api_jws import PyJWS

from companion.lti.signature import Segments


def read(segments: type[PyJWS], segment: bytes) -> bytes | None:
    try:
        return segments._decode_base64url_segment(segment, "payload")
    except jwt.DecodeError:
        return None


@given(st.binary(max_size=8) | st.text("ABab01-_+/", max_size=8).map(str.encode))
def test_a_segment_is_read_as_pyjwt_does(segment: bytes) -> None:
    assert read(Segments, segment) == (None if b"=" in segment else read(PyJWS, segment))


@pytest.mark.parametrize("segment", [b"e30=", b"e30\n", b"e31", b"e 30", b"e"])
def test_another_way_of_writing_it_is_refused(segment: bytes) -> None:
    assert read(Segments, b"e30") == b"{}"
    assert read(Segments, segment) is None
