"""Who advises whom: as many learners as possible, then the most points, with a reason for every pair. Pure."""

from companion.matching.assignment import propose
from companion.matching.errors import MatchInputError, MatchStoppedError
from companion.matching.options import Options, Progress
from companion.matching.profiles import Profile
from companion.matching.proposal import Barrier, Certificate, Explanation, Pair, Proposal, Reason, Unmatched
from companion.matching.reasons import explain
from companion.matching.request import MatchRequest, Weights

__all__ = [
    "Barrier",
    "Certificate",
    "Explanation",
    "MatchInputError",
    "MatchRequest",
    "MatchStoppedError",
    "Options",
    "Pair",
    "Profile",
    "Progress",
    "Proposal",
    "Reason",
    "Unmatched",
    "Weights",
    "explain",
    "propose",
]
