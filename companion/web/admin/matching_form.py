"""The rules of the matching as a form: weights in plain words, switches, fields, coverage, pairs or circles."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from marshmallow import fields, validate

from companion.matching import Weights
from companion.services.matching_rules import Consent, Coverage, Forms, MatchingRules
from companion.web.forms import FormSchema

WEIGHTS: Final[Mapping[str, tuple[str, str]]] = {
    "topics": ("Topics offered and wanted", "The adviser can help with what the learner wants help with."),
    "work_style": ("Work style", "The two like to work in similar ways."),
    "role_and_path": (
        "Role and path",
        "Two thirds for a course of the learner's path finished recently, one third for the same role.",
    ),
    "hours": ("Overlapping working hours", "How much of the learner's day the adviser works as well."),
    "language": ("Language", "How many of the learner's languages the adviser speaks."),
    "location": ("Same location", "All or nothing."),
    "same_team": ("Same department", "A negative number keeps a department apart where possible."),
    "same_cohort": ("Same cohort", "Members of one Moodle cohort."),
    "wish": (
        "“Please”",
        "Two thirds where the learner asked for the adviser, one third the other way round.",
    ),
    "low_bandwidth": ("Little time this week", "Zero or negative: such an adviser comes after others."),
}
"""Label and explanation of each weight, by its name."""
RULE_FIELDS: Final = (
    "coverage",
    "unmatched_price",
    "load_penalty",
    "common_language",
    "course_in_common",
)
"""The rules of the matching that can be tried in a "what if" as well."""
FIELD_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "manager_field": ("Manager", "It holds the manager's ID number. Nobody is paired with their manager."),
    "department_field": ("Department", "Empty: the department of the standard profile."),
    "location_field": ("Location", ""),
    "role_field": ("Job role", ""),
    "language_field": ("Languages", "Separated by commas; they join the language of the Moodle account."),
    "topics_field": ("Topics", "Separated by commas. Empty: the interests of the standard profile."),
    "capacity_field": ("Capacity", "Learners somebody takes at most, where that differs from the programme."),
}
"""Label and hint of the profile fields that the matching reads."""


def number(what: str) -> fields.Integer:
    """A whole number, which is asked for by this name."""
    sentence = f"Give {what} as a whole number."
    return fields.Integer(required=True, error_messages={"required": sentence, "invalid": sentence})


def choice(kind: type[StrEnum]) -> Any:
    """One of the values of an enumeration."""
    sentence = "Choose one of the list."
    return fields.Enum(
        kind, by_value=True, required=True, error_messages={"required": sentence, "unknown": sentence}
    )


def field_name() -> fields.String:
    """The short name of a profile field, or nothing."""
    return fields.String(
        load_default="",
        validate=validate.Regexp(
            r"[A-Za-z0-9_]{0,100}\Z", error="A short name has letters, digits and underscores, at most 100."
        ),
    )


class TriedFields(FormSchema):
    """What can be changed and tried."""

    weight_topics = number("the weight of topics")
    weight_work_style = number("the weight of the work style")
    weight_role_and_path = number("the weight of role and path")
    weight_hours = number("the weight of working hours")
    weight_language = number("the weight of language")
    weight_location = number("the weight of the location")
    weight_same_team = number("the weight of the department")
    weight_same_cohort = number("the weight of the cohort")
    weight_wish = number("the weight of wishes")
    weight_low_bandwidth = number("the weight of little time")
    recent_from_days = number("the beginning of the window")
    recent_to_days = number("the end of the window")
    coverage = choice(Coverage)
    unmatched_price = number("the price of leaving a learner out")
    load_penalty = number("the points for spreading the load")
    common_language = fields.Boolean(load_default=False)
    course_in_common = fields.Boolean(load_default=False)


class WhatIfForm(TriedFields):
    """Rules to be tried."""


class MatchingFields(TriedFields):
    """All rules of the matching."""

    forms = choice(Forms)
    circle_least = number("the fewest people of a circle")
    circle_most = number("the most people of a circle")
    consent = choice(Consent)
    manager_field = field_name()
    department_field = field_name()
    location_field = field_name()
    role_field = field_name()
    language_field = field_name()
    topics_field = field_name()
    capacity_field = field_name()


def matching_rules(sent: Mapping[str, Any], base: MatchingRules | None = None) -> MatchingRules:
    """The rules a form asks for; what it does not say stays as in `base`."""
    known = MatchingRules().as_dict()
    return replace(base or MatchingRules(), **{name: sent[name] for name in known if name in sent})


def weights_of(sent: Mapping[str, Any]) -> dict[str, int]:
    """The weights a form asks for, by name."""
    return {name: sent[f"weight_{name}"] for name in WEIGHTS}


def ranges() -> dict[str, tuple[int, int]]:
    """The least and the most each weight may be."""
    return {name: Weights.range_of(name) for name in WEIGHTS}
