"""What people exchange beside their check-ins: the states of asks and lessons."""

from enum import StrEnum


class AskState(StrEnum):
    """Where an ask stands."""

    OPEN = "open"
    MORE_WANTED = "more_wanted"
    """Somebody asked would answer, but needs to know more."""
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    """Everybody asked passed it on, and nobody else has room just now."""
    RESOLVED = "resolved"
    EXPIRED = "expired"
