"""What the widgets send."""

from enum import StrEnum
from typing import Any

from marshmallow import fields, validate

from companion.models.engagement import Contact, Fit, Mood, TrustItem
from companion.web.forms import FormSchema


def _one_of(kind: type[StrEnum], sentence: str) -> fields.Enum[Any]:
    missing: dict[str, Any] = {"required": sentence, "unknown": sentence}
    return fields.Enum(kind, by_value=True, required=True, error_messages=missing)


class EngagementForm(FormSchema):
    """What every form about an engagement carries."""

    engagement = fields.Integer(
        required=True,
        validate=validate.Range(1, 2**63 - 1, error="Reload the page."),
        error_messages={"invalid": "Reload the page.", "required": "Reload the page."},
    )
    form_key = fields.String(
        required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{22,64}$", error="Reload the page.")
    )


class CheckInForm(EngagementForm):
    """A check-in; how long a note may be is a rule of mentoring, not of the form."""

    mood = _one_of(Mood, "Choose how it is going.")
    contact = _one_of(Contact, "Say whether you were in touch.")
    note = fields.String(load_default="", validate=validate.Length(0, 2000, error="That is far too long."))


class FeedbackForm(EngagementForm):
    """Fit of the match and one trust item."""

    fit = _one_of(Fit, "Choose one of the three.")
    trust_item = _one_of(TrustItem, "Reload the page.")
    trust_score = fields.Integer(
        required=True,
        validate=validate.Range(1, 5),
        error_messages={"required": "Choose one of the five.", "invalid": "Choose one of the five."},
    )
