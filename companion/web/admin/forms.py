"""What the admin's forms send."""

from collections.abc import Iterable, Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from marshmallow import fields, pre_load, validate

from companion.errors import InputError
from companion.matching import Weights
from companion.models.programme import NewHireRule, Programme
from companion.services.matching_rules import MatchingRules
from companion.services.programmes import ProgrammeRules
from companion.web.admin.matching_form import MatchingFields, matching_rules, weights_of
from companion.web.forms import Form, FormSchema


def _number(what: str) -> fields.Integer:
    sentence = f"Give {what} as a whole number."
    return fields.Integer(required=True, error_messages={"required": sentence, "invalid": sentence})


def _text(most: int, error: str, **options: Any) -> fields.String:
    """One line of text. PostgreSQL takes no NUL, and no name needs a control character."""
    line = validate.Regexp(r"[^\x00-\x1f\x7f]*\Z", error="Leave out line breaks and control characters.")
    return fields.String(validate=[validate.Length(0, most, error=error), line], **options)


class ProgrammeForm(MatchingFields):
    """The rules of a programme; which of them can hold together is a rule of the service, not of the form."""

    several = frozenset({"course_ids"})

    name = _text(200, "A name has at most 200 characters.", required=True)
    course_ids = fields.List(
        fields.Integer(error_messages={"invalid": "Choose from the courses of the list."}), load_default=list
    )
    new_hire_rule = fields.Enum(
        NewHireRule,
        by_value=True,
        required=True,
        error_messages={"required": "Choose one of the three.", "unknown": "Choose one of the three."},
    )
    new_hire_field = _text(100, "A short name has at most 100 characters.", load_default=None)
    new_hire_cohort_id = fields.Integer(
        load_default=None, error_messages={"invalid": "Choose from the cohorts of the list."}
    )
    new_hire_days = _number("the days for which somebody counts as new")
    weeks = _number("the length")
    capacity = _number("the learners an adviser takes")
    min_shared_hours = _number("the hours to share")

    @pre_load
    def leave_out_blanks(self, sent: Mapping[str, Any], **_options: Any) -> dict[str, Any]:
        """An empty field of a rule that is not chosen says nothing."""
        return {name: value for name, value in sent.items() if value or not name.startswith("new_hire_")}


class PlatformForm(FormSchema):
    """A registration; what may be accepted is a rule of the service."""

    issuer = fields.String(required=True)
    client_id = fields.String(required=True)
    deployment_id = fields.String(required=True)
    auth_url = fields.String(required=True)
    token_url = fields.String(required=True)
    jwks_url = fields.String(required=True)

    @pre_load
    def strip(self, sent: Mapping[str, str], **_options: Any) -> dict[str, str]:
        """What was copied from another page brings spaces along."""
        return {name: value.strip() for name, value in sent.items()}


def programme_rules(form: Form) -> ProgrammeRules:
    """The rules a form asks for; raises InputError where it cannot be read."""
    if form.errors:
        raise InputError("Some of the rules cannot be used.", form.errors)
    sent = dict(form.data)
    weights, matching = weights_of(sent), matching_rules(sent)
    own = {each.name for each in dataclass_fields(ProgrammeRules)}
    sent = {name: value for name, value in sent.items() if name in own}
    rule = sent["new_hire_rule"]
    # The sync reads the field of every programme from the LMS: none is kept that no rule asks for.
    if rule is not NewHireRule.PROFILE_DATE:
        sent["new_hire_field"] = None
    if rule is not NewHireRule.COHORT:
        sent["new_hire_cohort_id"] = None
    sent["course_ids"] = tuple(sent["course_ids"])
    return ProgrammeRules(**sent, weights=weights, matching=matching)


def programme_values(rules: ProgrammeRules | Programme, course_ids: Iterable[int]) -> dict[str, Any]:
    """What the form shows for these rules."""
    names = [name for name in ProgrammeForm().fields if not name.startswith("weight_")]
    weights = Weights().as_dict() | dict(rules.weights or {})
    stored = rules.matching
    matching = stored if isinstance(stored, MatchingRules) else MatchingRules.from_dict(stored)
    return {
        **{name: getattr(rules, name, None) for name in names},
        **{f"weight_{name}": value for name, value in weights.items()},
        **matching.as_dict(),
        "new_hire_rule": rules.new_hire_rule.value,
        "course_ids": list(course_ids),
    }


class SyncForm(FormSchema):
    """What is to be read: a job's name."""

    what = fields.String(load_default="refresh", validate=validate.OneOf(["refresh", "sync", "remove"]))
