"""The widgets inside the course page."""

from companion.web.widgets import choice  # noqa: F401 - registers its routes
from companion.web.widgets.views import blueprint

__all__ = ["blueprint"]
