"""What the widgets send."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError, fields, validate

from companion.mentoring.check_in import NOTE_LIMIT, clean_note
from companion.models.engagement import Contact, Fit, Mood, TrustItem
from companion.web.forms import FormSchema

RELOAD = _("Reload the page.")
ONE_OF_FIVE = _("Choose one of the five.")


def _one_of(kind: type[StrEnum], sentence: Any) -> fields.Enum[Any]:
    missing: dict[str, Any] = {"required": sentence, "unknown": sentence}
    return fields.Enum(kind, by_value=True, required=True, error_messages=missing)


def short_enough(note: str) -> None:
    """Raise ValidationError where the note is longer than mentoring allows."""
    over = len(clean_note(note) or "") - NOTE_LIMIT
    if over > 0:
        sentence = ngettext(
            "Your note is %(num)d character too long; %(limit)d are possible.",
            "Your note is %(num)d characters too long; %(limit)d are possible.",
            over,
            limit=NOTE_LIMIT,
        )
        raise ValidationError(sentence)


class EngagementForm(FormSchema):
    """What every form about an engagement carries."""

    engagement = fields.Integer(
        required=True,
        validate=validate.Range(1, 2**63 - 1, error=RELOAD),
        error_messages={"invalid": RELOAD, "required": RELOAD},
    )
    form_key = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{22,64}$", error=RELOAD),
        error_messages={"required": RELOAD},
    )


class CheckInForm(EngagementForm):
    """A check-in."""

    mood = _one_of(Mood, _("Choose how it is going."))
    contact = _one_of(Contact, _("Say whether you were in touch."))
    note = fields.String(load_default="", validate=short_enough)


class FeedbackForm(EngagementForm):
    """Fit of the match and one trust item."""

    fit = _one_of(Fit, _("Choose one of the three."))
    trust_item = _one_of(TrustItem, RELOAD)
    trust_score = fields.Integer(
        required=True,
        validate=validate.Range(1, 5, error=ONE_OF_FIVE),
        error_messages={"required": ONE_OF_FIVE, "invalid": ONE_OF_FIVE},
    )
