"""The charter: how people in an engagement deal with each other, accepted before they begin; pure."""

OURS = (
    "What we tell each other stays between us.",
    "We ask before we advise, and listen to the end.",
    "Not knowing is fine, and so is saying so.",
    "We answer within two working days, if only to say when we can.",
    "We do what we said, or say in time that it will be later.",
    "When something is not right we say it early, to each other or to the coordinator.",
)
"""The norms of a programme that has none of its own; they count as version 0 (D11)."""

MOST_NORMS = 10
"""Sentences of a charter: more are not remembered."""
NORM_LIMIT = 200
"""Characters of one sentence."""


def must_accept(accepted: int | None, current: int) -> bool:
    """Whether somebody who accepted this version last has to accept the current one."""
    return accepted is None or accepted < current


def clean_norms(text: str) -> list[str]:
    """The norms somebody typed, one a line, without blanks at the ends and empty lines."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]
