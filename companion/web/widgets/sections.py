"""Sections of "my mentoring": each a template and what fills it, added by the module it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from companion.services.home import HomeView

Fill = Callable[[HomeView], Any]


@dataclass(frozen=True, slots=True)
class Section:
    """Attributes:
    template: shown with the variable `section` set to what `fill` gives.
    fill: from the page; None leaves the section out.
    place: sections stand in the order of their places.
    """

    template: str
    fill: Fill
    place: int


_SECTIONS: list[Section] = []


def section(template: str, place: int) -> Callable[[Fill], Fill]:
    """Add a section to the page."""

    def add(fill: Fill) -> Fill:
        _SECTIONS.append(Section(template, fill, place))
        return fill

    return add


def filled(view: HomeView) -> list[tuple[str, Any]]:
    """Each section that has something to show: its template and what fills it."""
    found = ((one.template, one.fill(view)) for one in sorted(_SECTIONS, key=lambda one: one.place))
    return [(template, content) for template, content in found if content is not None]
