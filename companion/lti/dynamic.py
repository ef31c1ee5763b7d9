"""A platform registers itself: its configuration is read and checked, then our own is sent to it.

Written for LTI Dynamic Registration 1.0 (https://www.imsglobal.org/spec/lti-dr/v1p0).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from pylti1p3.dynamic_registration import DynamicRegistration
from pylti1p3.exception import LtiException

from companion.lti import addresses
from companion.lti.claims import DEEP_LINKING_REQUEST, RESOURCE_LINK_REQUEST
from companion.lti.errors import RegistrationFailedError
from companion.lti.guard import AddressGuard, ForbiddenAddressError
from companion.lti.http import NewSession, NoAnswerError, Session
from companion.lti.registration import Registration

PLATFORM: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
MEMBERSHIPS_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
GRADE_SCOPES: Final = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
)
SCOPES: Final = (MEMBERSHIPS_SCOPE, *GRADE_SCOPES)
CLAIMS: Final = ("iss", "sub")
"""Names and addresses of people come by web services or not at all."""
CUSTOM: Final = {"tool": "cairn"}
"""Sent with every launch. Never `widget`: Moodle lets a tool's parameter win over that of an activity."""


@dataclass(frozen=True, repr=False)
class Invitation:
    """What a platform sends along when it opens our registration address; the token is its secret."""

    configuration_url: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class ToolDescription:
    """What we tell a platform of ourselves."""

    base_url: str
    login_url: str
    launch_url: str
    jwks_url: str
    logo_url: str


def register(
    invitation: Invitation, tool: ToolDescription, *, new_session: NewSession, guard: AddressGuard
) -> Registration:
    """Register with the platform that invites us; waits for it, so call it with no transaction open.

    Raises RegistrationFailedError, with a sentence for the administrator, or InvalidPlatformError.
    """
    _check_reachable(invitation.configuration_url, guard)
    try:
        # The library says it gives a dict; it gives what complete_registration makes.
        registration: Any = _Registering(invitation, tool, new_session).register()
    except (NoAnswerError, LtiException, ValidationError, AssertionError, ValueError, RecursionError):
        # What the platform said could hold its token.
        raise RegistrationFailedError(
            "The learning platform did not complete the registration. Begin again there, with a new address; "
            "if it happens again, register it by hand."
        ) from None
    made: Registration = registration
    made.check()
    return made


def _check_reachable(url: str, guard: AddressGuard) -> None:
    parts = addresses.split(url)
    if parts is None or not addresses.is_safe(url):
        raise RegistrationFailedError(
            "The configuration of a learning platform is read over https alone, unless it is on this machine."
        )
    try:
        guard.resolve(parts.hostname or "", parts.port or 443)
    except ForbiddenAddressError:
        raise RegistrationFailedError(
            "The learning platform is in a private network, or on this machine. If that is meant, set "
            "CAIRN_ALLOW_PRIVATE_LMS=true and start Cairn again."
        ) from None
    except OSError:
        raise RegistrationFailedError(
            "The learning platform's name could not be found in the network."
        ) from None


class _Registering(DynamicRegistration):
    """The library's steps, with the checks it leaves open, and no request that is not bounded."""

    client_name = "Cairn"
    description = "Mentoring between recent learners and new hires, inside the course page."

    def __init__(self, invitation: Invitation, tool: ToolDescription, new_session: NewSession) -> None:
        self._invitation = invitation
        self._tool = tool
        self._new_session = new_session
        self._configuration: dict[str, Any] | None = None

    def get_request_session(self) -> Session:
        return self._new_session()

    def get_openid_configuration_endpoint(self) -> str:
        return self._invitation.configuration_url

    def get_registration_token(self) -> str:
        return self._invitation.token

    def get_openid_configuration(self) -> dict[str, Any]:
        if self._configuration is None:
            found: dict[str, Any] = _configuration.load(super().get_openid_configuration())
            found[PLATFORM] = found.pop("platform")
            _check_origin(found, self._invitation.configuration_url)
            self._configuration = found
        return self._configuration

    def get_initiate_login_uri(self) -> str:
        return self._tool.login_url

    def get_jwks_uri(self) -> str:
        return self._tool.jwks_url

    def get_redirect_uris(self) -> list[str]:
        return [self._tool.launch_url]

    def get_target_link_uri(self) -> str:
        return self._tool.launch_url

    def get_logo_uri(self) -> str:
        return self._tool.logo_url

    def get_domain(self) -> str:
        return urlsplit(self._tool.base_url).netloc

    def get_claims(self) -> list[str]:
        return list(CLAIMS)

    def get_scopes(self) -> list[str]:
        return _both(SCOPES, self.get_openid_configuration()["scopes_supported"])

    def get_messages(self) -> list[dict[str, str]]:
        offered = [one.get("type") for one in self.get_openid_configuration()[PLATFORM]["messages_supported"]]
        labels = {RESOURCE_LINK_REQUEST: "Cairn", DEEP_LINKING_REQUEST: "Add a mentoring widget"}
        return [
            {"type": kind, "target_link_uri": self._tool.launch_url, "label": labels[kind]}
            for kind in _both(tuple(labels), offered)
        ]

    def lti_registration_data(self) -> dict[str, Any]:
        data: dict[str, Any] = super().lti_registration_data()
        data[TOOL]["custom_parameters"] = dict(CUSTOM)
        return data

    def complete_registration(
        self, openid_configuration: Mapping[str, Any], openid_registration: Mapping[str, Any]
    ) -> Registration:
        given = _registration.load(openid_registration)
        deployment_id = given["tool"]["deployment_id"]
        if not deployment_id:
            raise RegistrationFailedError(
                "The learning platform named no deployment. Register it by hand, with what it shows."
            )
        return Registration(
            issuer=openid_configuration["issuer"],
            client_id=given["client_id"],
            deployment_ids=[deployment_id],
            auth_url=openid_configuration["authorization_endpoint"],
            token_url=openid_configuration["token_endpoint"],
            jwks_url=openid_configuration["jwks_uri"],
        )


def _both(ours: Sequence[str], theirs: Sequence[str | None]) -> list[str]:
    return [one for one in ours if one in theirs]


def _check_origin(configuration: Mapping[str, Any], configuration_url: str) -> None:
    """Whoever answers at the issuer's own address speaks for the issuer, and nobody else does."""
    issuer = configuration["issuer"]
    named = [configuration_url, *(configuration[name] for name in _ENDPOINTS)]
    if not all(addresses.same_origin(issuer, url) for url in named):
        raise RegistrationFailedError(
            "The learning platform's configuration names another host than the one it was read from. "
            "Nothing was registered."
        )
    if "RS256" not in configuration["id_token_signing_alg_values_supported"]:
        raise RegistrationFailedError(
            "The learning platform does not sign with RS256, the only way accepted."
        )


_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


class _Part(Schema):
    class Meta:
        unknown = EXCLUDE


class _PlatformPart(_Part):
    messages_supported = fields.List(fields.Dict(), load_default=list)


class _ConfigurationSchema(_Part):
    issuer = fields.String(required=True, validate=validate.Length(1, 500))
    authorization_endpoint = fields.String(required=True)
    token_endpoint = fields.String(required=True)
    jwks_uri = fields.String(required=True)
    registration_endpoint = fields.String(required=True)
    scopes_supported = fields.List(fields.String(), load_default=list)
    id_token_signing_alg_values_supported = fields.List(fields.String(), load_default=lambda: ["RS256"])
    platform = fields.Nested(_PlatformPart, required=True, data_key=PLATFORM)


class _ToolPart(_Part):
    deployment_id = fields.String(load_default=None, allow_none=True)


class _RegistrationSchema(_Part):
    client_id = fields.String(required=True)
    tool = fields.Nested(_ToolPart, required=True, data_key=TOOL)


_configuration = _ConfigurationSchema()
_registration = _RegistrationSchema()
