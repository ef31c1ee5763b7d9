"""The answer to a deep linking launch: what somebody picked, signed by us."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.registration import Registration

from companion.lti.signing import Signer
from companion.store.lti import PlatformView

LIFETIME: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Answer:
    """A form to be posted to `url`, by the browser of the person who picked."""

    url: str = field(repr=False)
    jwt: str = field(repr=False)


def answer(
    widget: str,
    title: str,
    platform: PlatformView,
    *,
    deployment_id: str,
    return_url: str,
    data: str | None,
    signer: Signer,
    now: datetime,
) -> Answer:
    """The signed answer: one resource link of this title that opens the widget."""
    registration = Registration().set_issuer(platform.issuer).set_client_id(platform.client_id)
    link = _Answer(registration, deployment_id, {"data": data} if data is not None else {})
    link.signer, link.now = signer, now
    return Answer(return_url, link.get_response_jwt([_Resource(widget, title)]))


class _Resource(DeepLinkResource):
    """A link that stays bound to the tool: with an address, Moodle would match it by its domain."""

    def __init__(self, widget: str, title: str) -> None:
        self.set_title(title)
        self.set_custom_params({"widget": widget})

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in super().to_dict().items() if value is not None}


class _Answer(DeepLink):
    """The library's message, with our clock and our key."""

    signer: Signer
    now: datetime

    def _generate_nonce(self) -> str:
        return self.signer.random(32)

    def encode_jwt(self, message: dict[str, Any]) -> str:
        issued = int(self.now.timestamp())
        times = {"iat": issued, "exp": issued + int(LIFETIME.total_seconds())}
        data = {name: value for name, value in message.items() if value is not None}
        return self.signer.sign({**data, **times})
