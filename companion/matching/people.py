"""Finding people of a request."""

from collections.abc import Sequence

from companion.matching.errors import MatchInputError
from companion.matching.profiles import Profile


def find(people: Sequence[Profile], person_id: int, side: str) -> Profile:
    """Return the person with this id.

    Raises:
        MatchInputError: where there is none on this side.
    """
    for person in people:
        if person.person_id == person_id:
            return person
    raise MatchInputError(f"Person {person_id} is not among the {side} of this matching.")
