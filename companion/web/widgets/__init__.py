"""The widgets inside the course page."""

from companion.web.widgets import asks, calendar, choice, door, mentoring, own, undo  # noqa: F401 - registers its routes
from companion.web.widgets.views import blueprint

__all__ = ["blueprint"]
