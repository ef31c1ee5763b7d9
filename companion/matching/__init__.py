"""Who advises whom: as many learners as possible, then the most points, with a reason for every pair. Pure."""

from companion.matching.assignment import propose
from companion.matching.choices import top
from companion.matching.circles import Budget, Circle, CircleProposal, Sizes, propose_circles
from companion.matching.comparison import Change, Comparison, Outcome, compare
from companion.matching.errors import MatchInputError, MatchStoppedError
from companion.matching.fairness import GroupLine, fairness
from companion.matching.joining import Joining, join
from companion.matching.open_circles import OpenCircle
from companion.matching.options import Options, Progress
from companion.matching.profiles import Profile
from companion.matching.proposal import Barrier, Certificate, Explanation, Pair, Proposal, Reason, Unmatched
from companion.matching.reasons import explain
from companion.matching.request import MatchRequest, Weights
from companion.matching.shard_proof import certificate_of, propose_in_shards
from companion.matching.shards import Shard, Sharded, ShardResult, match_in_shards, match_shard, plan
from companion.matching.telling import ENGLISH, Listener, Tongue, kept, stored, tell
from companion.matching.why_not import WhyNot, why_not

__all__ = [
    "ENGLISH",
    "Barrier",
    "Budget",
    "Certificate",
    "Change",
    "Circle",
    "CircleProposal",
    "Comparison",
    "Explanation",
    "GroupLine",
    "Joining",
    "Listener",
    "MatchInputError",
    "MatchRequest",
    "MatchStoppedError",
    "OpenCircle",
    "Options",
    "Outcome",
    "Pair",
    "Profile",
    "Progress",
    "Proposal",
    "Reason",
    "Shard",
    "ShardResult",
    "Sharded",
    "Sizes",
    "Tongue",
    "Unmatched",
    "Weights",
    "WhyNot",
    "certificate_of",
    "compare",
    "explain",
    "fairness",
    "join",
    "kept",
    "match_in_shards",
    "match_shard",
    "plan",
    "propose",
    "propose_circles",
    "propose_in_shards",
    "stored",
    "tell",
    "top",
    "why_not",
]
