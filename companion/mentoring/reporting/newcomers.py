"""When learners who came after the others are put into reporting groups of their own; pure."""

from datetime import date, timedelta

ENOUGH = 4
"""So many times the threshold make groups that can be told apart by department or place, and not a mixed one alone."""
PATIENCE = timedelta(weeks=4)
"""After so long a mixed group is better than no report at all; an engagement of the usual length is then at its end."""


def ready(number: int, waiting_since: date, today: date, least: int, *, first: bool) -> bool:
    """Whether newcomers are to be grouped now.

    Args:
        number: how many there are.
        waiting_since: the day the first of them came.
        least: people a group has at least.
        first: there is no group yet; the first cohort begins on one day, and its reports need not wait.
    """
    patient = first or today - waiting_since >= PATIENCE
    return number >= ENOUGH * least or (number >= least and patient)
