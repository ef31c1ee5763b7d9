"""Signing what is kept in cookies and forms, as itsdangerous does, with a key that is derived once."""

from typing import Any, Final

from itsdangerous import TimedSerializer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode, want_bytes

LONG: Final = 1000
"""Bytes from which on a value is compressed: browsers keep cookies of 4,000. To try takes longer than to sign."""


class _Signer(TimestampSigner):
    """Derives each of its keys once, rather than for every value."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._derived: dict[bytes, bytes] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        secret = self.secret_key if secret_key is None else want_bytes(secret_key)
        if secret not in self._derived:
            self._derived[secret] = super().derive_key(secret)
        return self._derived[secret]


class Serializer(URLSafeTimedSerializer):
    """One for all values of its salt; for all threads of a process."""

    def __init__(self, secret_key: Any, salt: str, **options: Any) -> None:
        """Args: secret_key: or several, the newest last."""
        super().__init__(secret_key, salt=salt, signer=_Signer, **options)
        self._signer = super().make_signer()

    def make_signer(self, salt: str | bytes | None = None) -> Any:
        """The one of its own salt."""
        return self._signer if salt in (None, self.salt) else super().make_signer(salt)

    def dump_payload(self, obj: Any) -> bytes:
        """The value as text for an address."""
        plain = TimedSerializer.dump_payload(self, obj)
        return super().dump_payload(obj) if len(plain) >= LONG else base64_encode(plain)
