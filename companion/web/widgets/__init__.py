"""The widgets inside the course page."""

from companion.web.widgets.views import blueprint

__all__ = ["blueprint"]
