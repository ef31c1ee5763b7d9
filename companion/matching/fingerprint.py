"""A fingerprint of a request, the same in whatever order its people come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from companion.matching.open_circles import OpenCircle
from companion.matching.profiles import Profile
from companion.matching.request import MatchRequest, Weights


def input_hash(request: MatchRequest) -> str:
    """Return the SHA-256, in hexadecimal, of the request's canonical JSON."""
    text = json.dumps(_canonical_fields(request), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _canonical_fields(value: MatchRequest | Profile | Weights | OpenCircle) -> dict[str, Any]:
    canonical = {each.name: _canonical(getattr(value, each.name)) for each in fields(value)}
    for side in ("learners", "advisers"):
        if side in canonical:
            canonical[side].sort(key=lambda person: person["person_id"])
    if "pinned" in canonical:
        canonical["pinned"].sort()
        canonical["open_circles"].sort(key=lambda circle: circle["circle_id"])
    return canonical


def _canonical(value: object) -> Any:
    match value:
        case MatchRequest() | Profile() | Weights() | OpenCircle():
            return _canonical_fields(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _canonical(each) for key, each in value.items()}
        case frozenset():
            return sorted(_canonical(each) for each in value)
        case tuple() | list():
            return [_canonical(each) for each in value]
    return value
