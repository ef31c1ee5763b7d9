"""Thanks tied to one concrete thing, and what somebody gave and received, for themselves alone; pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

THANKS_LIMIT = 140
"""Characters: one concrete thing fits, an essay does not."""


class Gift(StrEnum):
    """What counts as giving: time and experience, never the number of messages."""

    ANSWER = "answer"
    THANKS = "thanks"
    CREDIT = "credit"
    LESSON = "lesson"
    COMMITMENT = "commitment"


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that one person gave another.

    Attributes:
        to_id: None where it was for everybody who comes next.
    """

    kind: Gift
    by_id: int
    to_id: int | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What one person gave and received, by kind. There is none of two people, and no order of people by it."""

    given: Counter[Gift]
    received: Counter[Gift]

    @property
    def leaning(self) -> "Leaning":
        """Which way it leans, for a gentle word to the person themselves."""
        gave, got = self.given.total(), self.received.total()
        if gave == got == 0:
            return Leaning.NOTHING_YET
        if got > 2 * gave:
            return Leaning.RECEIVED_MORE
        if gave > 2 * got:
            return Leaning.GAVE_MORE
        return Leaning.EVEN


class Leaning(StrEnum):
    """How giving and asking stand to each other; more than twice as much is a leaning."""

    NOTHING_YET = "nothing_yet"
    RECEIVED_MORE = "received_more"
    GAVE_MORE = "gave_more"
    EVEN = "even"


SAID: dict[Leaning, str] = {
    Leaning.NOTHING_YET: "Nothing here yet. A question is a fine beginning: asking is also giving trust.",
    Leaning.RECEIVED_MORE: "You were helped a good deal. A thank-you, or an answer to somebody else, passes it on.",
    Leaning.GAVE_MORE: "You gave a good deal. It is fair to ask for something too; people like to be of use.",
    Leaning.EVEN: "You give and you ask, both. That is how this works.",
}
"""Only ever said to the person whose balance it is."""


def balance(things: Iterable[Given], person_id: int) -> Balance:
    """What a person gave others and received from them; what somebody gave themselves counts for nothing."""
    given: Counter[Gift] = Counter()
    received: Counter[Gift] = Counter()
    for thing in things:
        if thing.by_id == thing.to_id:
            continue
        given[thing.kind] += thing.by_id == person_id
        received[thing.kind] += thing.to_id == person_id
    return Balance(+given, +received)


def may_thank(by_id: int, to_id: int, together: Collection[int], helpers: Collection[int]) -> bool:
    """Whether thanks may go from one person to another.

    Args:
        together: the people of the giver's engagements, running or ended.
        helpers: those who answered an ask of the giver.
    """
    return by_id != to_id and (to_id in together or to_id in helpers)


def may_credit(by_id: int, credited_id: int, programme: Collection[int]) -> bool:
    """Whether somebody may be named as the one an advice came from: anybody of the programme, but not oneself (D8).

    Args:
        programme: the people of the courses of the programme.
    """
    return credited_id != by_id and credited_id in programme
