"""Who advises whom: as many learners as possible, then the most points, with a reason for every pair. Pure."""

from companion.matching.assignment import propose
from companion.matching.errors import MatchInputError
from companion.matching.profiles import Profile
from companion.matching.proposal import Barrier, Explanation, Pair, Proposal, Reason, Unmatched
from companion.matching.reasons import explain
from companion.matching.request import MatchRequest, Weights

__all__ = [
    "Barrier",
    "Explanation",
    "MatchInputError",
    "MatchRequest",
    "Pair",
    "Profile",
    "Proposal",
    "Reason",
    "Unmatched",
    "Weights",
    "explain",
    "propose",
]
