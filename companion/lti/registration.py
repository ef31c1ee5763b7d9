"""What a registration must be like before a platform's word is believed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from companion.lti import addresses
from companion.lti.errors import InvalidPlatformError
from companion.lti.text import is_sound


@dataclass(frozen=True)
class Registration:
    """What the administrators of both sides tell each other."""

    issuer: str
    client_id: str
    deployment_ids: Sequence[str]
    auth_url: str
    token_url: str
    jwks_url: str

    def check(self) -> None:
        """Raises InvalidPlatformError, with a sentence for the administrator, where it cannot be accepted."""
        if "?" in self.issuer or len(self.issuer) > 500:
            raise InvalidPlatformError("The issuer has to be the plain address of the learning platform.")
        for name, url in self._addresses().items():
            _check_address(name, url, self.issuer)
        if not self.deployment_ids:
            raise InvalidPlatformError("Give at least one deployment id; the learning platform shows it.")
        for name, one in (
            ("client id", self.client_id),
            *(("deployment id", d) for d in self.deployment_ids),
        ):
            if not 0 < len(one) <= 255 or not is_sound(one):
                raise InvalidPlatformError(
                    f"A {name} has 1 to 255 characters; copy it from the learning platform."
                )

    def _addresses(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "authentication address": self.auth_url,
            "token address": self.token_url,
            "key set address": self.jwks_url,
        }


def _check_address(name: str, url: str, issuer: str) -> None:
    if addresses.split(url) is None:
        raise InvalidPlatformError(f"The {name} is not a web address such as https://lms.example.org/path.")
    if not addresses.is_safe(url):
        raise InvalidPlatformError(f"The {name} has to begin with https:// unless it is on this machine.")
    if not addresses.same_host(url, issuer):
        raise InvalidPlatformError(
            f"The {name} is on another host than the issuer, so it could speak for people who are not its own. "
            "Copy all addresses from the same learning platform."
        )
