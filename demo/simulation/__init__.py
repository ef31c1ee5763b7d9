"""Weeks of a programme as people live them: everything through launches and forms, with the time passed in."""

from demo.simulation.cohort import Cohort, Pair
from demo.simulation.visitor import Visitor

__all__ = ["Cohort", "Pair", "Visitor"]
