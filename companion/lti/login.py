"""The login that a platform initiates: checked, and answered with a redirect to the platform."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from pylti1p3.oidc_login import OIDCLogin

from companion.lti import addresses
from companion.lti.adapters import FormRequest, LoginCookie, LoginSession, OnePlatform, PlainRedirect
from companion.lti.errors import (
    MalformedError,
    MissingParameterError,
    PlatformDisabledError,
    TooLargeError,
    UnknownPlatformError,
    WrongDeploymentError,
    WrongTargetError,
)
from companion.lti.text import is_sound
from companion.store.lti import PlatformView

LIFETIME: Final = timedelta(minutes=10)
_REQUIRED: Final = {"iss": 500, "login_hint": 2000, "target_link_uri": 1000}
_OPTIONAL: Final = {"client_id": 255, "lti_deployment_id": 255, "lti_message_hint": 4000}


@dataclass(frozen=True, repr=False)
class BegunLogin:
    """A login under way, in clear: `url` at the platform, and the secrets of which only hashes are stored."""

    url: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    browser: str = field(repr=False)


def read(form: Mapping[str, str], base_url: str) -> dict[str, str]:
    """The fields of a login initiation, without those we do not know.

    Raises:
        MissingParameterError, TooLargeError, MalformedError: for the fields.
        WrongTargetError: the address to open is not ours.
    """
    found = {name: form[name] for name in (*_REQUIRED, *_OPTIONAL) if form.get(name)}
    for name in _REQUIRED:
        if name not in found:
            raise MissingParameterError(name)
    for name, longest in (_REQUIRED | _OPTIONAL).items():
        if len(found.get(name, "")) > longest:
            raise TooLargeError
    if not all(is_sound(value) for value in found.values()):
        raise MalformedError
    if not addresses.same_origin(found["target_link_uri"], base_url):
        raise WrongTargetError
    return found


def choose(platforms: Sequence[PlatformView], form: Mapping[str, str]) -> PlatformView:
    """The registration that a login initiation means, among those of its issuer.

    Raises:
        UnknownPlatformError, PlatformDisabledError, WrongDeploymentError: none may be used.
        MissingParameterError: the issuer has several, and the platform did not say which.
    """
    meant = [one for one in platforms if form.get("client_id") in {None, one.client_id}]
    if not meant:
        raise UnknownPlatformError
    if len(meant) > 1:
        raise MissingParameterError("client_id")
    platform = meant[0]
    if not platform.enabled:
        raise PlatformDisabledError
    if form.get("lti_deployment_id") not in {None, *platform.deployment_ids}:
        raise WrongDeploymentError
    return platform


def begin(
    form: Mapping[str, str], platform: PlatformView, redirect_uri: str, random: Callable[[int], str]
) -> BegunLogin:
    """Answer a login initiation, already read and matched with its platform.

    Args:
        redirect_uri: where the platform posts the id_token.
        random: gives URL-safe text of so many random bytes.
    """
    request = FormRequest({**form, "client_id": platform.client_id}, secure=redirect_uri.startswith("https:"))
    session, cookie = LoginSession(request), LoginCookie()
    login = _Login(request, OnePlatform(platform), session_service=session, cookie_service=cookie)
    login.random = random
    url = login.redirect(redirect_uri)
    return BegunLogin(url, cookie.state, session.nonce, random(32))


class _Login(OIDCLogin[FormRequest, OnePlatform, LoginSession, LoginCookie, str]):
    """The library's login, with 256 random bits where it has a version 4 or even a version 1 UUID."""

    random: Callable[[int], str]

    def _get_uuid(self) -> str:
        return self.random(32)

    def _generate_nonce(self) -> str:
        return self.random(32)

    def get_redirect(self, url: str) -> PlainRedirect:
        return PlainRedirect(url)
