"""What goes wrong when a matching is asked for badly."""


class MatchInputError(ValueError):
    """The request cannot be matched as it stands; the message says what to change, and names people by id only."""


class MatchStoppedError(RuntimeError):
    """The caller no longer wanted the matching."""
