"""What tests of the review need of a proposal: ids of its people, and changes that its rules allow."""

from itertools import combinations

from companion.models.matching import Instruction, ProposedPair
from companion.models.people import Person
from companion.store import pair_instructions
from tests.begun import Begun


def open_pairs(begun: Begun, run_id: int) -> list[tuple[ProposedPair, Person, Person]]:
    """The pairs of a proposal that can still be changed."""
    return [row for row in begun.services.matching.view(run_id).pairs if row[0].decided_at is None]


def pair_ids(begun: Begun, run_id: int) -> dict[str, int]:
    """The ids of a pair of a proposal and of its people."""
    pair, learner, adviser = open_pairs(begun, run_id)[0]
    return {"pair_id": pair.id, "learner_id": learner.id, "adviser_id": adviser.id}


def instruction_id(begun: Begun, run_id: int) -> int:
    """The id of a pin, which is made."""
    of = pair_ids(begun, run_id)
    review = begun.services.review_changes
    review.instruct(run_id, of["learner_id"], of["adviser_id"], Instruction.PIN, by="the test")
    programme_id = begun.services.matching.standing(run_id).programme.id
    with begun.services.db.read() as session:
        return pair_instructions.of_programme(session, programme_id)[0][0].id


def free_seat(begun: Begun, run_id: int) -> tuple[int, int]:
    """A learner of a proposal, and another adviser who has a seat left and may have them."""
    for pair, learner, _ in open_pairs(begun, run_id):
        for other in begun.services.review.pair(run_id, pair.id).others.alternatives:
            if other.learners < other.seats:
                return learner.id, other.adviser.id
    raise LookupError("no adviser of this proposal has a seat left")


def exchange(begun: Begun, run_id: int) -> tuple[int, int]:
    """Two pairs of a proposal whose learners may exchange their advisers."""
    review = begun.services.review
    for (pair, one, mine), (other, two, theirs) in combinations(
        begun.services.matching.view(run_id).pairs, 2
    ):
        if mine.id != theirs.id and all(
            review.why_not(run_id, who, whom).answer.pair.allowed
            for who, whom in ((one.id, theirs.id), (two.id, mine.id))
        ):
            return pair.id, other.id
    raise LookupError("no two pairs of this proposal can be exchanged")
