"""The claims of a launch: their names, their check, and what we keep of them."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

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
    """Check the shape of an id_token's claims; raises MalformedError."""
    try:
        return _schema.load(claims)  # type: ignore[no-any-return]
    except ValidationError:
        raise MalformedError from None


class _Text(fields.String):
    """Text that can be stored."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(validate=[validate.Length(1, longest), _sound], **options)


class _NumericDate(fields.Field[datetime]):
    """Seconds since 1970 (RFC 7519, section 2) as an aware datetime."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValidationError("not a NumericDate")
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            raise ValidationError("not a NumericDate") from None


class _Audience(fields.Field[tuple[str, ...]]):
    """One audience or a list of them (RFC 7519, section 4.1.3)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> tuple[str, ...]:
        found = value if isinstance(value, list) else [value]
        if not found or not all(isinstance(one, str) for one in found):
            raise ValidationError("not an audience")
        return tuple(found)


def _sound(text: str) -> None:
    if not is_sound(text):
        raise ValidationError("holds characters that no name or address has")


class _Part(Schema):
    class Meta:
        unknown = EXCLUDE


class _Identified(_Part):
    id = _Text(255, required=True)


class _Presentation(_Part):
    locale = fields.Raw(load_default=None, allow_none=True)


class _Settings(_Part):
    return_url = fields.String(required=True, data_key="deep_link_return_url")
    data = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20_000))


class _ClaimsSchema(_Part):
    issuer = _Text(500, required=True, data_key="iss")
    subject = _Text(255, required=True, data_key="sub")
    audiences = _Audience(required=True, data_key="aud")
    authorized_party = fields.String(load_default=None, data_key="azp")
    expires_at = _NumericDate(required=True, data_key="exp")
    issued_at = _NumericDate(required=True, data_key="iat")
    not_before = _NumericDate(load_default=None, data_key="nbf")
    version = fields.String(required=True, data_key=CORE + "version")
    message_type = fields.String(required=True, data_key=CORE + "message_type")
    deployment_id = _Text(255, required=True, data_key=CORE + "deployment_id")
    target_link_uri = fields.String(required=True, data_key=CORE + "target_link_uri")
    resource_link = fields.Nested(_Identified, load_default=None, data_key=CORE + "resource_link")
    context = fields.Nested(_Identified, load_default=None, data_key=CORE + "context")
    roles = fields.List(fields.String(), required=True, data_key=CORE + "roles")
    custom = fields.Dict(keys=fields.String(), load_default=dict, data_key=CORE + "custom")
    presentation = fields.Nested(_Presentation, load_default=None, data_key=CORE + "launch_presentation")
    deep_linking = fields.Nested(_Settings, load_default=None, data_key=DEEP_LINKING)
    memberships = fields.Raw(load_default=None, allow_none=True, data_key=MEMBERSHIPS)
    grades = fields.Raw(load_default=None, allow_none=True, data_key=GRADES)

    @post_load
    def _claims(self, data: dict[str, Any], **_options: Any) -> LaunchClaims:
        link, context = data.pop("resource_link"), data.pop("context")
        locale = (data.pop("presentation") or {}).get("locale")
        known = isinstance(locale, str) and len(locale) <= 30 and _LOCALE.fullmatch(locale)
        memberships, grades = data.pop("memberships"), data.pop("grades")
        linking = data.pop("deep_linking")
        if linking and not _on_host_of(data["issuer"], linking["return_url"]):
            raise ValidationError("the answer would go to another host than the issuer's")
        return LaunchClaims(
            **{**data, "roles": tuple(data["roles"])},
            services=Services(
                _service(memberships, "context_memberships_url", data["issuer"]),
                _service(grades, "lineitems", data["issuer"]),
                _service(grades, "lineitem", data["issuer"]),
            ),
            deep_linking=DeepLinkingSettings(**linking) if linking else None,
            resource_link_id=link["id"] if link else "",
            context_id=context["id"] if context else None,
            locale=locale if known else None,
        )


def _on_host_of(issuer: str, url: str) -> bool:
    return addresses.is_safe(url) and addresses.same_host(url, issuer)


def _service(claim: Any, name: str, issuer: str) -> str | None:
    """The address of a service, where it can be used: a launch without one is a launch all the same."""
    url = claim.get(name) if isinstance(claim, dict) else None
    return url if isinstance(url, str) and _on_host_of(issuer, url) else None


_schema = _ClaimsSchema()
