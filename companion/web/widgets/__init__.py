"""The widgets inside the course page."""

from companion.web.widgets import (  # noqa: F401 - registers their routes
    about_me,
    advisers,
    asks,
    calendar,
    choice,
    door,
    exchange,
    mentoring,
    own,
    undo,
)
from companion.web.widgets.views import blueprint

__all__ = ["blueprint"]
