"""Text that is encrypted at rest."""

from cryptography.fernet import Fernet, InvalidToken


class UnreadableError(Exception):
    """The key in use is not the one that encrypted the text."""


class Cipher:
    """Encrypts with one Fernet key (AES-128-CBC and HMAC-SHA256)."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key.encode())

    def encrypt(self, text: str) -> bytes:
        """The text, readable only with the key."""
        return self.encrypt_bytes(text.encode())

    def encrypt_bytes(self, data: bytes) -> bytes:
        """The data, readable only with the key."""
        return self._fernet.encrypt(data)

    def decrypt(self, token: bytes) -> str:
        """The text again; raises UnreadableError where the key differs."""
        return self.decrypt_bytes(token).decode()

    def decrypt_bytes(self, token: bytes) -> bytes:
        """The data again; raises UnreadableError where the key differs."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken:
            raise UnreadableError(
                "A stored secret cannot be read: the encryption key differs from the one it was stored with. "
                "Restore the key, or connect the LMS again."
            ) from None
