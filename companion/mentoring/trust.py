"""The trust pulse: five items of our own, one at a time in turn."""

from collections.abc import Sequence

from companion.models.engagement import TrustItem

ITEMS: dict[TrustItem, str] = {
    TrustItem.RELIANCE: "I can rely on %(name)s to do what we agree on.",
    TrustItem.DISCLOSURE: "I can tell %(name)s what I do not know yet.",
    TrustItem.INTEGRITY: "%(name)s is straight with me.",
    TrustItem.BENEVOLENCE: "%(name)s wants this to go well for me.",
    TrustItem.ABILITY: "%(name)s is good at what we work on together.",
}
"""A sentence to agree with on a scale of 1 to 5, with a place for the name of the other. The items are named after the
usual models of trust: ability, benevolence and integrity (Mayer, Davis and Schoorman 1995), reliance and disclosure
(Gillespie 2003)."""

SCALE = {1: "Not at all", 2: "A little", 3: "Partly", 4: "Mostly", 5: "Fully"}


def next_item(answered: Sequence[TrustItem]) -> TrustItem:
    """The item to ask next: the one answered least often, in the fixed order of the items.

    Args:
        answered: what the person answered so far in this engagement.
    """
    return min(TrustItem, key=answered.count)
