"""Text at rest: readable with its key and with no other."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from companion.store import Cipher, UnreadableError

CIPHER = Cipher(Fernet.generate_key().decode())


@given(st.text())
def test_what_was_encrypted_is_read_again(text: str) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt(text)) == text


def test_the_text_does_not_stand_in_what_is_stored() -> None:
    sealed = CIPHER.encrypt("a token of the LMS")
    assert b"token" not in sealed
    assert sealed != CIPHER.encrypt("a token of the LMS")


def test_another_key_reads_nothing_and_says_what_to_do() -> None:
    sealed = CIPHER.encrypt("a token of the LMS")
    other = Cipher(Fernet.generate_key().decode())
    with pytest.raises(UnreadableError, match="Restore the key") as refused:
        other.decrypt(sealed)
    assert "token of" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_bytes_that_are_no_secret_at_all_are_told_alike() -> None:
    with pytest.raises(UnreadableError):
        CIPHER.decrypt(b"nothing of ours")
