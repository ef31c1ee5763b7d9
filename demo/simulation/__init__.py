"""Weeks of a programme as people live them: everything through launches and forms, with the time passed in."""

from demo.simulation.characters import Character
from demo.simulation.cohort import Cohort
from demo.simulation.meeting import Meeting
from demo.simulation.visitor import Visitor

__all__ = ["Character", "Cohort", "Meeting", "Visitor"]
