"""The claims of a launch: their names, their check, and what we keep of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from companion import widgets
from companion.lti import addresses
from companion.lti.errors import MalformedError, UnknownWidgetError
from companion.lti.text import is_sound

CORE: Final = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
MEMBERSHIPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
GRADES: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
INSTRUCTOR: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
ADMINISTRATOR: Final = "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"
RESOURCE_LINK_REQUEST: Final = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST: Final = "LtiDeepLinkingRequest"
MESSAGE_TYPES: Final = (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST)
WIDGETS: Final = tuple(widget.name for widget in widgets.WIDGETS)
"""What the custom parameter `widget` may name; the first where there is none."""
LONGEST_SECTION = 4
"""Digits of a section's number."""
LONGEST_DATA = 20_000
"""Characters that a platform wants back from deep linking."""
CHOICE: Final = "choice"
"""What stands for the widget in a launch that picks one."""

_LOCALE = re.compile(r"[A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, repr=False)
class DeepLinkingSettings:
    """Where a deep linking launch is answered. Without a repr: Moodle's address carries a session key.

    Attributes:
        return_url: a sound address on the issuer's host.
        data: what the platform wants back as it was, if anything.
    """

    return_url: str
    data: str | None


@dataclass(frozen=True, repr=False)
class Services:
    """The services a platform offers with a launch; None where it offers none on its own host."""

    memberships_url: str | None = None
    lineitems_url: str | None = None
    lineitem_url: str | None = None


@dataclass(frozen=True, repr=False)
class LaunchClaims:
    """The checked claims of an id_token. Without a repr: they are about a person.

    Times are aware; `context_id`, `locale` and `deep_linking` are None, `resource_link_id` is "", where the platform
    sent none that we can use.
    """

    issuer: str
    subject: str
    audiences: tuple[str, ...]
    authorized_party: str | None
    expires_at: datetime
    issued_at: datetime
    not_before: datetime | None
    version: str
    message_type: str
    deployment_id: str
    target_link_uri: str
    resource_link_id: str
    context_id: str | None
    roles: tuple[str, ...] = field(default=())
    custom: Mapping[str, Any] = field(default_factory=dict)
    locale: str | None = None
    services: Services = field(default_factory=Services)
    deep_linking: DeepLinkingSettings | None = None

    @property
    def asks_for_content(self) -> bool:
        """Whether somebody picks what to put into a course, rather than opening it."""
        return self.message_type == DEEP_LINKING_REQUEST

    @property
    def lms_admin(self) -> bool:
        """Whether the person administers the whole LMS; who administers an institution in it does not."""
        return ADMINISTRATOR in self.roles

    @property
    def teacher(self) -> bool:
        """Whether the person teaches in this context; an administrator's role alone does not say so."""
        return INSTRUCTOR in self.roles

    @property
    def opens(self) -> str:
        """The widget asked for, or CHOICE; raises UnknownWidgetError where it is none of ours."""
        if self.asks_for_content:
            return CHOICE
        asked = self.custom.get("widget", WIDGETS[0])
        if asked not in WIDGETS:
            raise UnknownWidgetError
        return str(asked)

    @property
    def section(self) -> int | None:
        """The course section the widget stands in, by its custom parameter; None where that says nothing usable."""
        given = str(self.custom.get("section", ""))
        return int(given) if given.isascii() and given.isdigit() and len(given) <= LONGEST_SECTION else None


def read(claims: Mapping[str, Any]) -> LaunchClaims:
    """Check the shape of an id_token's claims; raises MalformedError.

    By hand: what every launch pays for, and a schema takes five times as long.
    """
    issuer, custom = _name(claims, "iss", 500), claims.get(CORE + "custom", {})
    roles = claims.get(CORE + "roles")
    if not isinstance(custom, dict) or not isinstance(roles, list):
        raise MalformedError
    if not all(isinstance(role, str) for role in roles):
        raise MalformedError
    memberships, grades = claims.get(MEMBERSHIPS), claims.get(GRADES)
    return LaunchClaims(
        issuer=issuer,
        subject=_name(claims, "sub", 255),
        audiences=_audiences(claims),
        authorized_party=_text(claims, "azp") if claims.get("azp") is not None else None,
        expires_at=_moment(claims, "exp"),
        issued_at=_moment(claims, "iat"),
        not_before=_moment(claims, "nbf") if claims.get("nbf") is not None else None,
        version=_text(claims, CORE + "version"),
        message_type=_text(claims, CORE + "message_type"),
        deployment_id=_name(claims, CORE + "deployment_id", 255),
        target_link_uri=_text(claims, CORE + "target_link_uri"),
        resource_link_id=_id_of(claims, "resource_link") or "",
        context_id=_id_of(claims, "context"),
        roles=tuple(roles),
        custom=custom,
        locale=_known_locale(_part(claims, CORE + "launch_presentation")),
        services=Services(
            _service(memberships, "context_memberships_url", issuer),
            _service(grades, "lineitems", issuer),
            _service(grades, "lineitem", issuer),
        ),
        deep_linking=_settings(_part(claims, DEEP_LINKING), issuer),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise MalformedError
    return value


def _name(claims: Mapping[str, Any], name: str, longest: int) -> str:
    """Text that can be stored."""
    value = _text(claims, name)
    if not 1 <= len(value) <= longest or not is_sound(value):
        raise MalformedError
    return value


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    """Seconds since 1970 (RFC 7519, section 2) as an aware datetime."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedError
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise MalformedError from None


def _audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """One audience or a list of them (RFC 7519, section 4.1.3)."""
    value = claims.get("aud")
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(one, str) for one in found):
        raise MalformedError
    return tuple(found)


def _part(claims: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """A claim that holds others, where there is one."""
    value = claims.get(name)
    if value is not None and not isinstance(value, dict):
        raise MalformedError
    return value


def _id_of(claims: Mapping[str, Any], name: str) -> str | None:
    part = _part(claims, CORE + name)
    return None if part is None else _name(part, "id", 255)


def _known_locale(presentation: Mapping[str, Any] | None) -> str | None:
    locale = (presentation or {}).get("locale")
    known = isinstance(locale, str) and len(locale) <= 30 and _LOCALE.fullmatch(locale)
    return locale if known else None


def _settings(linking: Mapping[str, Any] | None, issuer: str) -> DeepLinkingSettings | None:
    """Where deep linking is answered: nowhere but on the issuer's host."""
    if linking is None:
        return None
    url, data = _text(linking, "deep_link_return_url"), linking.get("data")
    if data is not None and (not isinstance(data, str) or len(data) > LONGEST_DATA):
        raise MalformedError
    if not _on_host_of(issuer, url):
        raise MalformedError
    return DeepLinkingSettings(url, data)


def _on_host_of(issuer: str, url: str) -> bool:
    return addresses.is_safe(url) and addresses.same_host(url, issuer)


def _service(claim: Any, name: str, issuer: str) -> str | None:
    """The address of a service, where it can be used: a launch without one is a launch all the same."""
    url = claim.get(name) if isinstance(claim, dict) else None
    return url if isinstance(url, str) and _on_host_of(issuer, url) else None
