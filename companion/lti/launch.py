"""The verification of a launch: what pylti1p3 checks, and the stricter checks it leaves open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
import requests
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch

from companion.lti import addresses
from companion.lti.adapters import FormRequest, LaunchCookie, LaunchSession, OnePlatform
from companion.lti.claims import MESSAGE_TYPES, LaunchClaims
from companion.lti.claims import read as read_claims
from companion.lti.errors import (
    BadAlgorithmError,
    BadSignatureError,
    ExpiredError,
    LtiError,
    MalformedError,
    MissingParameterError,
    NoCookieError,
    NotYetValidError,
    PlatformDisabledError,
    PlatformRefusedError,
    TooLargeError,
    UnknownKeyError,
    WrongAudienceError,
    WrongDeploymentError,
    WrongIssuerError,
    WrongMessageTypeError,
    WrongTargetError,
    WrongVersionError,
)
from companion.lti.keysets import KeySets
from companion.store.lti import PendingLogin, PlatformView

LEEWAY: Final = timedelta(seconds=10)
"""How far the platform's clock may be from ours."""
MAX_TOKEN: Final = 64 * 1024
"""Bytes of an id_token; Moodle's have about 3,000."""

# Times are compared by our clock, with leeway (_Launch), and the audience with the platform's.
_SIGNATURE_ONLY: Final[Any] = {f"verify_{claim}": False for claim in ("aud", "exp", "iat", "nbf")}
# Nothing is asked of a platform through the library; it would make a session for each launch.
_NO_REQUESTS: Final = requests.Session()


@dataclass(frozen=True, repr=False)
class LaunchAttempt:
    """An answer of a platform, with the login it answers, already consumed."""

    form: Mapping[str, str]
    cookies: Mapping[str, str]
    login: PendingLogin
    platform: PlatformView


def verify(attempt: LaunchAttempt, *, keys: KeySets, now: datetime, base_url: str) -> LaunchClaims:
    """The claims of a launch, all of them proven.

    May wait for the platform's key set: call it with no transaction open. Raises LtiError; NoCookieError only where
    nothing else was wrong, with the claims, so that the page can offer a way that works.
    """
    if now >= attempt.login.expires_at:
        raise ExpiredError
    if not attempt.platform.enabled:
        raise PlatformDisabledError
    _check_token(attempt.form)
    launch = _Launch(attempt, keys, now, base_url)
    try:
        launch.validate()
    except LtiException:
        # The library's messages quote claims.
        raise MalformedError from None
    if launch.unbound:
        raise NoCookieError(launch.claims)
    return launch.claims


def signed(token: str, platforms: Sequence[PlatformView], keys: KeySets) -> LaunchClaims | None:
    """The claims of an id_token that one of these enabled platforms signed for us; None of any other.

    It may be old or used: this opens nothing, and tells only where whoever posts it came from. May wait for the
    platform's key set: call it with no transaction open.
    """
    if len(token) > MAX_TOKEN or not token.isascii():
        return None
    try:
        claims = read_claims(jwt.decode(token, options={"verify_signature": False}))
        meant = [one for one in platforms if one.enabled and one.issuer == claims.issuer]
        platform = next(one for one in meant if claims.audiences == (one.client_id,))
        key = keys.find(platform.jwks_url, str(jwt.get_unverified_header(token).get("kid")))
        jwt.decode(token, key, algorithms=["RS256"], options=_SIGNATURE_ONLY)
    except (LtiError, jwt.InvalidTokenError, StopIteration, RecursionError):
        return None
    return claims


def _check_token(form: Mapping[str, str]) -> None:
    token = form.get("id_token")
    if not token:
        raise PlatformRefusedError if form.get("error") else MissingParameterError("id_token")
    if len(token) > MAX_TOKEN:
        raise TooLargeError
    if not token.isascii():
        raise MalformedError


class _Launch(MessageLaunch[FormRequest, OnePlatform, LaunchSession, LaunchCookie]):
    """The library's steps, in its order, each preceded or followed by the check that it leaves open."""

    claims: LaunchClaims
    widget: str
    unbound = False
    """No cookie came back: nothing ties this launch to the browser."""

    def __init__(self, attempt: LaunchAttempt, keys: KeySets, now: datetime, base_url: str) -> None:
        secure = base_url.startswith("https:")
        request = FormRequest(attempt.form, secure=secure)
        super().__init__(
            request,
            OnePlatform(attempt.platform),
            session_service=LaunchSession(request, attempt.login),
            cookie_service=LaunchCookie(attempt.cookies, attempt.login, secure=secure),
            requests_session=_NO_REQUESTS,
        )
        self._login = attempt.login
        self._platform = attempt.platform
        self._keys = keys
        self._now = now
        self._base_url = base_url

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def validate_state(self) -> "_Launch":
        try:
            super().validate_state()
        except NoCookieError:
            self.unbound = True
        return self

    def validate_jwt_format(self) -> "_Launch":
        super().validate_jwt_format()
        header: object = self._jwt["header"]
        body: object = self._jwt["body"]
        if not isinstance(header, dict) or not isinstance(body, dict):
            raise MalformedError
        if header.get("alg") != "RS256":
            raise BadAlgorithmError
        if not isinstance(header.get("kid"), str):
            raise UnknownKeyError
        self.claims = read_claims(body)
        return self

    def validate_registration(self) -> "_Launch":
        if self.claims.issuer != self._platform.issuer:
            raise WrongIssuerError
        parties = {self.claims.authorized_party} - ({None} if len(self.claims.audiences) == 1 else set())
        if self._platform.client_id not in self.claims.audiences or parties - {self._platform.client_id}:
            raise WrongAudienceError
        super().validate_registration()
        return self

    def get_client_id(self) -> str:
        # The library takes the first of several audiences for the client.
        return self._platform.client_id

    def validate_jwt_signature(self) -> "_Launch":
        key = self._keys.find(self._platform.jwks_url, self._jwt["header"]["kid"])
        try:
            jwt.decode(self._get_id_token(), key, algorithms=["RS256"], options=_SIGNATURE_ONLY)
        except jwt.InvalidSignatureError:
            raise BadSignatureError from None
        except jwt.InvalidTokenError:
            raise MalformedError from None
        self._check_times()
        return self

    def _check_times(self) -> None:
        if self._now - LEEWAY >= self.claims.expires_at:
            raise ExpiredError
        latest = self._now + LEEWAY
        if self.claims.issued_at > latest or (self.claims.not_before or latest) > latest:
            raise NotYetValidError

    def validate_deployment(self) -> "_Launch":
        if self.claims.deployment_id not in self._platform.deployment_ids:
            raise WrongDeploymentError
        super().validate_deployment()
        return self

    def validate_message(self) -> "_Launch":
        if self.claims.version != "1.3.0":
            raise WrongVersionError
        if self.claims.message_type not in MESSAGE_TYPES:
            raise WrongMessageTypeError
        target = self.claims.target_link_uri
        if target != self._login.target_link_uri or not addresses.same_origin(target, self._base_url):
            raise WrongTargetError
        self.widget = self.claims.opens
        if not (self.claims.deep_linking if self.claims.asks_for_content else self.claims.resource_link_id):
            raise MalformedError
        super().validate_message()
        return self

    def save_launch_data(self) -> "_Launch":
        # The library would keep every claim, and let this state pass again.
        return self
