"""What the widgets send."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from companion.mentoring.check_in import NOTE_LIMIT, clean_note
from companion.mentoring.commitment import INTENT_LIMIT, Outcome
from companion.mentoring.concern import CONCERN_LIMIT
from companion.mentoring.feedback import ABOUT_LIMIT, WORDS_LIMIT
from companion.mentoring.wording import clean_text
from companion.mentoring.work_style import STYLE_LIMIT
from companion.models.concern import ConcernTopic, Share
from companion.models.engagement import Contact, Fit, Mood, TrustItem
from companion.web.forms import FormSchema

RELOAD = _("Reload the page.")
ONE_OF_THREE = _("Choose one of the three.")
SAY_WHAT = _("Write in one sentence what you mean to do.")
A_DAY = _("Choose a day to come, within twelve weeks.")
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


def number() -> fields.Integer:
    """The number of something, as a page of ours sends it back."""
    return fields.Integer(
        required=True,
        validate=validate.Range(1, 2**63 - 1, error=RELOAD),
        error_messages={"invalid": RELOAD, "required": RELOAD},
    )


def _line(limit: int) -> fields.String:
    return fields.String(load_default="", validate=at_most(limit))


def at_most(limit: int) -> Callable[[str], None]:
    """A validator that raises ValidationError where a text is longer than so many characters."""

    def check(text: str) -> None:
        over = len(clean_text(text) or "") - limit
        if over > 0:
            sentence = ngettext(
                "This is %(num)d character too long; %(limit)d are possible.",
                "This is %(num)d characters too long; %(limit)d are possible.",
                over,
                limit=limit,
            )
            raise ValidationError(sentence)

    return check


class AboutForm(FormSchema):
    """What names an engagement and needs no key: doing it twice does no harm."""

    engagement = number()


class EngagementForm(FormSchema):
    """What every form about an engagement carries."""

    engagement = number()
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

    fit = fields.Enum(Fit, by_value=True, load_default=None, error_messages={"unknown": ONE_OF_THREE})
    trust_item = fields.Enum(TrustItem, by_value=True, load_default=None, error_messages={"unknown": RELOAD})
    trust_score = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 5, error=ONE_OF_FIVE),
        error_messages={"invalid": ONE_OF_FIVE},
    )
    asks = fields.String(load_default="")
    """What is due: "fit", "trust" or both."""

    @validates_schema(skip_on_field_errors=True)
    def answered(self, data: dict[str, Any], **_more: Any) -> None:
        """Raise ValidationError where what is due stays without an answer, or nothing was answered."""
        asked = data["asks"].split()
        fit, score = data["fit"], data["trust_score"]
        if fit is None and ("fit" in asked or score is None):
            raise ValidationError(str(ONE_OF_THREE), "fit")
        if score is None and "trust" in asked:
            raise ValidationError(str(ONE_OF_FIVE), "trust_score")
        if score is not None and data["trust_item"] is None:
            raise ValidationError(str(RELOAD), "trust_item")


class CharterForm(AboutForm):
    """The version of the charter that was read."""

    version = fields.Integer(
        required=True, validate=validate.Range(0, 100_000, error=RELOAD), error_messages={"required": RELOAD}
    )


class StyleForm(FormSchema):
    """How somebody likes to work."""

    reach = _line(STYLE_LIMIT)
    away = _line(STYLE_LIMIT)
    likes = _line(STYLE_LIMIT)


class WeekForm(FormSchema):
    """Whether this week is full."""

    full = fields.Boolean(load_default=False)


class CommitmentForm(EngagementForm):
    """An intent, a day and a sign."""

    intent = fields.String(
        required=True,
        validate=[validate.Length(1, error=SAY_WHAT), at_most(INTENT_LIMIT)],
        error_messages={"required": SAY_WHAT},
    )
    sign = _line(INTENT_LIMIT)
    due = fields.Date(required=True, error_messages={"required": A_DAY, "invalid": A_DAY})


class SettleForm(AboutForm):
    """What became of a commitment."""

    commitment = number()
    outcome = _one_of(Outcome, _("Choose one of the three."))
    new_day = fields.String(load_default="")

    @validates_schema(skip_on_field_errors=True)
    def dated(self, data: dict[str, Any], **_more: Any) -> None:
        """Raise ValidationError where it is renegotiated without a day."""
        try:
            data["day"] = date.fromisoformat(data["new_day"]) if data["new_day"] else None
        except ValueError:
            raise ValidationError(str(A_DAY), "new_day") from None
        if data["outcome"] is Outcome.RENEGOTIATED and data["day"] is None:
            raise ValidationError(str(A_DAY), "new_day")


class ThankForm(EngagementForm):
    """Thanks for a commitment that somebody else kept."""

    commitment = number()


class RequestForm(EngagementForm):
    """What somebody asks feedback on."""

    about = _line(ABOUT_LIMIT)


class ReplyForm(EngagementForm):
    """Feedback in words."""

    request = number()
    helps = _line(WORDS_LIMIT)
    wish = _line(WORDS_LIMIT)


class ExtendForm(AboutForm):
    """How much longer."""

    weeks = fields.Integer(required=True, error_messages={"required": RELOAD, "invalid": RELOAD})


class ConcernForm(EngagementForm):
    """A concern, and what of it is shared."""

    share = _one_of(Share, _("Choose what your coordinator is told."))
    topic = fields.Enum(ConcernTopic, by_value=True, load_default=None, error_messages={"unknown": RELOAD})
    words = _line(CONCERN_LIMIT)

    @validates_schema(skip_on_field_errors=True)
    def shared(self, data: dict[str, Any], **_more: Any) -> None:
        """Raise ValidationError where what is to be shared is not there."""
        if data["share"] is not Share.FACT and data["topic"] is None:
            raise ValidationError(gettext("Choose what it is about."), "topic")
        if data["share"] is Share.WORDS and not clean_text(data["words"]):
            raise ValidationError(gettext("Write what you would like your coordinator to know."), "words")


class AdviseForm(AboutForm):
    """Yes to advising those who come next."""

    topics_offered = fields.String(load_default="")
    capacity = fields.Integer(required=True, error_messages={"required": RELOAD, "invalid": RELOAD})


class LeaveForm(EngagementForm):
    """A no-fault exit."""

    rematch = fields.Boolean(load_default=False)
