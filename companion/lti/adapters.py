"""What pylti1p3 asks of a web framework and a configuration, answered from plain values."""

from collections.abc import Mapping
from typing import Any

from pylti1p3.cookie import CookieService
from pylti1p3.deployment import Deployment
from pylti1p3.redirect import Redirect
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.abstract import ToolConfAbstract

from companion.lti import binding
from companion.lti.errors import MalformedError, NoCookieError, ReplayedError, StateOtherBrowserError
from companion.store.lti import PendingLogin, PlatformView


class FormRequest(Request):
    """A request: the fields of a form."""

    def __init__(self, form: Mapping[str, str], *, secure: bool) -> None:
        self._form = form
        self._secure = secure

    def is_secure(self) -> bool:
        """Whether our public address is https."""
        return self._secure

    def get_param(self, key: str) -> str:
        """The field, or "" where there is none."""
        return self._form.get(key, "")


class OnePlatform(ToolConfAbstract[FormRequest]):
    """The configuration that knows one registration: the one a login or launch is about."""

    def __init__(self, platform: PlatformView) -> None:
        self._platform = platform

    def check_iss_has_one_client(self, iss: str) -> bool:
        """Never: the library then asks by issuer and client id."""
        return False

    def find_registration_by_issuer(self, iss: str, *args: Any, **kwargs: Any) -> Registration:
        """The registration; the caller has compared the issuer."""
        registration = Registration().set_issuer(iss).set_client_id(self._platform.client_id)
        registration.set_auth_login_url(self._platform.auth_url)
        return registration.set_key_set_url(self._platform.jwks_url)

    def find_registration_by_params(
        self, iss: str, client_id: str, *args: Any, **kwargs: Any
    ) -> Registration:
        """The registration; the caller has compared issuer and client id."""
        return self.find_registration_by_issuer(iss)

    def find_deployment(self, iss: str, deployment_id: str) -> Deployment | None:
        """The deployment, if it is registered."""
        known = deployment_id in self._platform.deployment_ids
        return Deployment().set_deployment_id(deployment_id) if known else None

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: Any, **kwargs: Any
    ) -> Deployment | None:
        """The deployment, if it is registered."""
        return self.find_deployment(iss, deployment_id)


class LoginSession(SessionService):
    """Keeps the nonce that the library makes during a login."""

    nonce = ""

    def save_nonce(self, nonce: str) -> None:
        """Keep it for the login table."""
        self.nonce = nonce


class LoginCookie(CookieService):
    """Keeps the state that the library makes during a login, and would set as a cookie of that name and value."""

    state = ""

    def set_cookie(self, name: str, value: str | int, exp: int | None = None) -> None:
        """Keep it; the real cookie holds a secret of its own, because the state also passes through the platform."""
        self.state = name

    def get_cookie(self, name: str) -> None:
        """None: a login has no cookie yet."""


class LaunchSession(SessionService):
    """Answers from the login that this launch has just consumed."""

    def __init__(self, request: FormRequest, login: PendingLogin) -> None:
        super().__init__(request)
        self._login = login

    def check_state_is_valid(self, state: str, id_token_hash: str) -> bool:
        """Never: the library would let a launch that passed once pass again without its cookie."""
        return False

    def check_nonce(self, nonce: object) -> bool:
        """Whether it is the nonce of this login; raises ReplayedError where it is another."""
        if not isinstance(nonce, str) or not nonce.isascii():
            raise MalformedError
        if not binding.matches(nonce, self._login.nonce_hash):
            raise ReplayedError
        return True


class LaunchCookie(CookieService):
    """Tells whether the browser is the one that began the login."""

    def __init__(self, cookies: Mapping[str, str], login: PendingLogin, *, secure: bool) -> None:
        self._cookies = cookies
        self._login = login
        self._secure = secure

    def get_cookie(self, name: str) -> str:
        """The state `name`, where its cookie holds the secret; raises NoCookieError or StateOtherBrowserError."""
        secret = self._cookies.get(binding.cookie_name(name, secure=self._secure))
        if not secret:
            raise NoCookieError
        if not secret.isascii() or not binding.matches(secret, self._login.browser_hash):
            raise StateOtherBrowserError
        return name

    def set_cookie(self, name: str, value: str | int, exp: int | None = None) -> None:
        """Nothing: the cookies of a widget are the web layer's."""


class PlainRedirect(Redirect[str]):
    """A redirect that is only its address."""

    def __init__(self, url: str) -> None:
        self.set_redirect_url(url)

    def set_redirect_url(self, location: str) -> None:
        """Change the address."""
        self._url = location

    def get_redirect_url(self) -> str:
        """The address."""
        return self._url

    def do_redirect(self) -> str:
        """The address: the web layer sends it."""
        return self._url

    def do_js_redirect(self) -> str:
        """The address, too: our pages hold no inline script."""
        return self._url
