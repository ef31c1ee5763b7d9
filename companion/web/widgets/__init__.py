"""The widgets inside the course page."""

from companion.web.widgets import asks, calendar, choice, door, mentoring, undo  # noqa: F401 - registers its routes
from companion.web.widgets.views import blueprint

__all__ = ["blueprint"]
