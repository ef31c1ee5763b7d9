"""What is signed in cookies and forms, as itsdangerous reads it."""

import pytest
from itsdangerous import BadSignature, URLSafeTimedSerializer

from companion.web.signing import Serializer

KEY, OLD = "k" * 40, "o" * 40


@pytest.mark.parametrize("value", [{"launch": "a" * 43}, {"said": "Sent. " * 1000}])
def test_itsdangerous_reads_what_is_signed_and_the_other_way_round(value: object) -> None:
    ours, theirs = Serializer(KEY, "form"), URLSafeTimedSerializer(KEY, salt="form")
    assert theirs.loads(ours.dumps(value)) == value
    assert ours.loads(theirs.dumps(value)) == value
    assert len(ours.dumps(value)) < 200, "what is long is compressed"


def test_nobody_else_signs() -> None:
    ours = Serializer([OLD, KEY], "form")
    assert ours.loads(Serializer(OLD, "form").dumps("a")) == "a", "a key that was replaced still counts"
    for other in (Serializer("x" * 40, "form"), Serializer(KEY, "cookie")):
        with pytest.raises(BadSignature):
            ours.loads(other.dumps("a"))
    signed = ours.dumps("a")
    with pytest.raises(BadSignature):
        ours.loads("b" + signed[1:])
    assert Serializer(KEY, "form").loads(signed) == "a", "the newest key signs"
