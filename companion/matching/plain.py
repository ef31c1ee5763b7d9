"""A request and a shard's result as plain data, fit for JSON, and back: for work that another machine does later."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import date
from typing import Any

from companion.matching.open_circles import OpenCircle
from companion.matching.profiles import Profile
from companion.matching.proposal import Certificate
from companion.matching.request import MatchRequest, Weights
from companion.matching.shards import ShardResult

Reader = Callable[[Any], Any]


def _pairs(value: Any) -> tuple[tuple[int, int], ...]:
    return tuple((int(one), int(other)) for one, other in value)


def _numbered(value: Any) -> dict[int, Any]:
    return {int(key): each for key, each in value.items()}


def _dates(value: Any) -> dict[int, date]:
    return {int(key): date.fromisoformat(each) for key, each in value.items()}


PROFILE: Mapping[str, Reader] = {
    "languages": frozenset,
    "working_hours": tuple,
    "finished": _dates,
    "enrolled": frozenset,
    "interests": frozenset,
    "topics_wanted": frozenset,
    "topics_offered": frozenset,
    "cohorts": frozenset,
    "wished": frozenset,
    "blocked": frozenset,
}
"""How fields of a profile are read that JSON does not hold as they are."""
REQUEST: Mapping[str, Reader] = {
    "learners": lambda value: [_profile(each) for each in value],
    "advisers": lambda value: [_profile(each) for each in value],
    "on": date.fromisoformat,
    "course_names": _numbered,
    "programme_courses": frozenset,
    "window_days": tuple,
    "weights": Weights.from_dict,
    "running": _numbered,
    "forbidden": lambda value: frozenset(_pairs(value)),
    "pinned": _pairs,
    "open_circles": lambda value: tuple(_circle(each) for each in value),
}


def request_to_plain(request: MatchRequest) -> dict[str, Any]:
    """Return a request as dicts, lists, text and numbers; what stands at its default is left out of people."""
    plain = {each.name: _plain(getattr(request, each.name)) for each in fields(request)}
    plain["weights"] = request.weights.as_dict()
    return plain


def request_from_plain(plain: Mapping[str, Any]) -> MatchRequest:
    """Return the request again; equal to the one it came from.

    Raises:
        MatchInputError: where the data do not make a request.
    """
    return MatchRequest(**{name: REQUEST.get(name, _same)(value) for name, value in plain.items()})


def people_to_plain(learners: Sequence[Profile], advisers: Sequence[Profile]) -> dict[str, Any]:
    """Return both sides as dicts; what stands at its default is left out."""
    return {"learners": _plain(list(learners)), "advisers": _plain(list(advisers))}


def people_from_plain(plain: Mapping[str, Any]) -> tuple[list[Profile], list[Profile]]:
    """Return learners and advisers again."""
    return REQUEST["learners"](plain["learners"]), REQUEST["advisers"](plain["advisers"])


def result_to_plain(result: ShardResult) -> dict[str, Any]:
    """Return a shard's result as dicts, lists, text and numbers."""
    return {**asdict(result), "prices": {str(who): price for who, price in result.prices.items()}}


def result_from_plain(plain: Mapping[str, Any]) -> ShardResult:
    """Return the result again; equal to the one it came from."""
    read = {
        "pairs": _pairs(plain["pairs"]),
        "prices": _numbered(plain["prices"]),
        "certificate": Certificate(**plain["certificate"]),
    }
    return ShardResult(**{**plain, **read})


def _same(value: Any) -> Any:
    return value


def _profile(plain: Mapping[str, Any]) -> Profile:
    return Profile(**{name: PROFILE.get(name, _same)(value) for name, value in plain.items()})


def _circle(plain: Mapping[str, Any]) -> OpenCircle:
    people = {
        "adviser": _profile(plain["adviser"]),
        "learners": tuple(map(_profile, plain["learners"])),
    }
    return OpenCircle(**{**plain, **people})


def _defaults() -> dict[str, Any]:
    return {
        each.name: each.default_factory() if each.default_factory is not MISSING else each.default
        for each in fields(Profile)
    }


DEFAULTS = _defaults()


def _of_profile(person: Profile) -> dict[str, Any]:
    values = {each.name: getattr(person, each.name) for each in fields(person)}
    return {name: _plain(value) for name, value in values.items() if value != DEFAULTS[name]}


def _plain(value: Any) -> Any:
    match value:
        case Profile():
            return _of_profile(value)
        case OpenCircle():
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case frozenset():
            return sorted(_plain(each) for each in value)
        case tuple() | list():
            return [_plain(each) for each in value]
    return value
