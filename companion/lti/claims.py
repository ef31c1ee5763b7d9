"""The claims of a launch: their names, their check, and what we keep of them."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from companion.lti.errors import MalformedError, UnknownWidgetError
from companion.lti.text import is_sound

CORE: Final = "https://purl.imsglobal.org/spec/lti/claim/"
INSTRUCTOR: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
WIDGETS: Final = ("check-in", "feedback")
"""What the custom parameter `widget` may name; the first where there is none."""

_LOCALE = re.compile(r"[A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, repr=False)
class LaunchClaims:
    """The checked claims of an id_token. Without a repr: they are about a person.

    Times are aware; `context_id` and `locale` are None, `resource_link_id` is "", where the platform sent none
    that we can use.
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

    @property
    def teacher(self) -> bool:
        """Whether the person teaches in this context; an administrator's role alone does not say so."""
        return INSTRUCTOR in self.roles

    @property
    def widget(self) -> str:
        """The widget asked for; raises UnknownWidgetError where it is none of ours."""
        asked = self.custom.get("widget", WIDGETS[0])
        if asked not in WIDGETS:
            raise UnknownWidgetError
        return str(asked)


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

    @post_load
    def _claims(self, data: dict[str, Any], **_options: Any) -> LaunchClaims:
        link, context = data.pop("resource_link"), data.pop("context")
        locale = (data.pop("presentation") or {}).get("locale")
        known = isinstance(locale, str) and len(locale) <= 30 and _LOCALE.fullmatch(locale)
        return LaunchClaims(
            **{**data, "roles": tuple(data["roles"])},
            resource_link_id=link["id"] if link else "",
            context_id=context["id"] if context else None,
            locale=locale if known else None,
        )


_schema = _ClaimsSchema()
