"""The administrators' pages."""

from companion.web.admin import home, platforms, programmes, runs, sync  # noqa: F401 - registers their routes
from companion.web.admin.blueprint import blueprint

__all__ = ["blueprint"]
