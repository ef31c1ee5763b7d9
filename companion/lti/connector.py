"""Calls to a platform's services: access tokens by our own key, answers within bounds."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from pylti1p3.exception import LtiServiceException
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector

from companion.errors import LmsError
from companion.lti import addresses
from companion.lti.http import NewSession, NoAnswerError, Session
from companion.lti.signing import Signer
from companion.store.lti import PlatformView

ASSERTION_LIFETIME: Final = timedelta(minutes=1)
"""Of the signed request for a token; the 1EdTech Security Framework 1.1 allows 5 minutes (section 4.1.1)."""
EARLY: Final = timedelta(minutes=1)
"""A token is no longer used this long before it ends."""
LONGEST_TOKEN: Final = timedelta(hours=1)


class ServiceError(LmsError):
    """A service did not do what it was asked.

    Attributes:
        status: the HTTP status it answered with; None where it did not answer.
    """

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


class Tokens:
    """The access tokens of all platforms, in memory. One instance serves all threads of a process."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, datetime]] = {}
        self._lock = Lock()

    def get(self, key: str) -> str | None:
        """A token that is still good."""
        with self._lock:
            token, until = self._kept.get(key, ("", None))
        return token if until is not None and self._clock() < until - EARLY else None

    def keep(self, key: str, token: str, seconds: float) -> None:
        """Keep a token for as long as it is good, an hour at most."""
        until = self._clock() + min(timedelta(seconds=seconds), LONGEST_TOKEN)
        with self._lock:
            self._kept[key] = (token, until)

    def forget(self, key: str) -> None:
        """Drop a token that the platform no longer takes."""
        with self._lock:
            self._kept.pop(key, None)


@dataclass(frozen=True)
class ServicePage:
    """One answer of a service: its JSON, and the address of the next page if there is one."""

    body: Any
    next_url: str | None


class Connector:
    """Calls the services of one platform; every call may wait for it, so make none with a transaction open."""

    def __init__(
        self,
        platform: PlatformView,
        *,
        signer: Signer,
        tokens: Tokens,
        new_session: NewSession,
        clock: Callable[[], datetime],
    ) -> None:
        self._platform = platform
        self._signer = signer
        self._tokens = tokens
        self._new_session = new_session
        self._clock = clock

    def get(self, url: str, scopes: Sequence[str], *, accept: str) -> ServicePage:
        """Read from a service; raises ServiceError."""
        return self._call(url, scopes, accept=accept)

    def post(
        self,
        url: str,
        scopes: Sequence[str],
        body: str,
        *,
        content_type: str,
        accept: str = "application/json",
    ) -> ServicePage:
        """Send JSON to a service; raises ServiceError."""
        return self._call(url, scopes, is_post=True, data=body, content_type=content_type, accept=accept)

    def _call(self, url: str, scopes: Sequence[str], **options: Any) -> ServicePage:
        if not (addresses.is_safe(url) and addresses.same_host(url, self._platform.issuer)):
            raise ServiceError(
                "The learning platform named a service on another host. Nothing was sent there."
            )
        with self._new_session() as session:
            library = _Library(self._platform, session, self._signer, self._tokens, self._clock)
            try:
                return library.call(url, scopes, options)
            except LtiServiceException as problem:
                if _status(problem) != 401:
                    raise _refused(problem) from None
            library.forget(scopes)  # the platform was restored, or its keys changed
            try:
                return library.call(url, scopes, options)
            except LtiServiceException as problem:
                raise _refused(problem) from None


class _Library(ServiceConnector):
    """The library's calls, with tokens kept by issuer, client and scopes, our clock and our key."""

    def __init__(
        self,
        platform: PlatformView,
        session: Session,
        signer: Signer,
        tokens: Tokens,
        clock: Callable[[], datetime],
    ) -> None:
        registration = Registration().set_issuer(platform.issuer).set_client_id(platform.client_id)
        registration.set_auth_token_url(platform.token_url).set_tool_private_key(signer.private_pem)
        super().__init__(registration, session)
        self._platform = platform
        self._signer = signer
        self._tokens = tokens
        self._clock = clock

    def call(self, url: str, scopes: Sequence[str], options: Mapping[str, Any]) -> ServicePage:
        try:
            # Its search for the next page knows one form of the header only.
            answer = self.make_service_request(scopes, url, case_insensitive_headers=True, **options)
        except (KeyError, TypeError, ValueError, RecursionError):
            raise ServiceError("The learning platform's answer could not be read.") from None
        except NoAnswerError:
            raise ServiceError("The learning platform did not answer in time. Try again later.") from None
        return ServicePage(answer["body"], next_link(str(answer["headers"].get("Link", ""))))

    def get_access_token(self, scopes: Sequence[str]) -> str:
        try:
            token: str = super().get_access_token(scopes)
        except LtiServiceException:
            raise ServiceError(
                "The learning platform gave no access to its services. It has to be able to read our key set."
            ) from None
        return token

    def forget(self, scopes: Sequence[str]) -> None:
        self._tokens.forget(self._scope_key(scopes))

    def encode_jwt(self, message: Mapping[str, Any], private_key: str, headers: Mapping[str, str]) -> str:
        issued = int(self._clock().timestamp())
        times = {"iat": issued, "exp": issued + int(ASSERTION_LIFETIME.total_seconds())}
        return self._signer.sign({**message, **times, "jti": self._signer.random(16)})

    def _scope_key(self, scopes: Iterable[str]) -> str:
        return "\n".join([self._platform.issuer, self._platform.client_id, *sorted(scopes)])

    def _get_cached_access_token(self, scope_key: str) -> str | None:
        return self._tokens.get(scope_key)

    def _cache_access_token(self, scope_key: str, access_token: str, expires_in: float) -> None:
        self._tokens.keep(scope_key, access_token, float(expires_in))


def next_link(header: str) -> str | None:
    """The address of the next page in a Link header (RFC 8288), whatever else and in whatever order it holds."""
    for match in re.finditer(r"<([^>]*)>([^<]*)", header):
        if re.search(r';\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)', match[2], re.IGNORECASE):
            return match[1]
    return None


def _status(problem: LtiServiceException) -> int | None:
    return getattr(problem.response, "status_code", None)


def _refused(problem: LtiServiceException) -> ServiceError:
    # The library's message quotes the answer.
    return ServiceError("The learning platform refused a service it offers.", _status(problem))
