"""What a programme decides about its matching beside the weights: fields, switches, coverage, pairs or circles."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from companion.matching import MatchInputError, Sizes

DEAREST = 10_000
MOST_LOAD_PENALTY = 100


class Forms(StrEnum):
    """What the matching forms."""

    PAIRS = "pairs"
    CIRCLES = "circles"


class Coverage(StrEnum):
    """What comes first."""

    STRICT = "strict"
    """As many learners as possible, whatever it costs in points."""
    PRICE = "price"
    """Leaving a learner out costs so many points: a pair that is worth less is not formed."""


class Consent(StrEnum):
    """When an engagement begins."""

    AT_ONCE = "at_once"
    """With the approval."""
    PROPOSED = "proposed"
    """Once both accept the proposal, within three working days."""
    CHOSEN = "chosen"
    """Learners see the best three and choose, or leave it to the programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRules:
    """The rules of a programme's matching, apart from weights, window, capacity and shared hours.

    Fields of a person are named by the short names of Moodle's custom profile fields; an empty name means that of the
    standard profile (department), or none.
    """

    language_field: str = "languages"
    role_field: str = "jobrole"
    location_field: str = "location"
    manager_field: str = "manager"
    department_field: str = ""
    topics_field: str = ""
    """Topics, separated by commas, that somebody knows of: offered and wanted where they said nothing themselves."""
    capacity_field: str = ""
    """A number of learners that caps what the person takes."""
    common_language: bool = True
    course_in_common: bool = False
    coverage: Coverage = Coverage.STRICT
    unmatched_price: int = 100
    """For the coverage `price`."""
    load_penalty: int = 2
    """An adviser's i-th further learner costs i times so many points; 0 spreads nothing."""
    forms: Forms = Forms.PAIRS
    circle_least: int = 4
    circle_most: int = 6
    consent: Consent = Consent.AT_ONCE

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what is stored; names left out keep their default."""
        kinds: Mapping[str, type[StrEnum]] = {"coverage": Coverage, "forms": Forms, "consent": Consent}
        known = {each.name for each in fields(cls)}
        read: dict[str, Any] = {
            name: kinds[name](value) if name in kinds else value
            for name, value in stored.items()
            if name in known
        }
        return cls(**read)

    def as_dict(self) -> dict[str, Any]:
        """The rules by name, fit for JSON."""
        return {
            name: value.value if isinstance(value, StrEnum) else value for name, value in asdict(self).items()
        }

    @property
    def profile_fields(self) -> frozenset[str]:
        """The custom profile fields that have to be read from the LMS."""
        names = (
            self.language_field,
            self.role_field,
            self.location_field,
            self.manager_field,
            self.department_field,
            self.topics_field,
            self.capacity_field,
        )
        return frozenset(name for name in names if name)

    @property
    def price(self) -> int | None:
        """The price of leaving a learner out; None where coverage comes first."""
        return self.unmatched_price if self.coverage is Coverage.PRICE else None

    @property
    def sizes(self) -> Sizes:
        """Sizes of circles; raises MatchInputError where there can be none."""
        return Sizes(self.circle_least, self.circle_most)

    def wrong(self) -> dict[str, str]:
        """A sentence for every field that cannot be used."""
        wrong: dict[str, str] = {}
        if not 0 <= self.unmatched_price <= DEAREST:
            wrong["unmatched_price"] = f"Choose between 0 and {DEAREST} points."
        if not 0 <= self.load_penalty <= MOST_LOAD_PENALTY:
            wrong["load_penalty"] = f"Choose between 0 and {MOST_LOAD_PENALTY} points."
        try:
            self.sizes  # noqa: B018 - asked for its check
        except MatchInputError as problem:
            wrong["circle_most"] = str(problem)
        if self.forms is Forms.CIRCLES and self.consent is Consent.CHOSEN:
            wrong["consent"] = (
                "A circle is not chosen by one of its learners: let it begin at once or be proposed."
            )
        return wrong
