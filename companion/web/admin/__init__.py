"""The administrators' pages."""

from companion.web.admin import (  # noqa: F401 - registers their routes
    home,
    placement,
    platforms,
    programmes,
    runs,
    sync,
)
from companion.web.admin.blueprint import blueprint

__all__ = ["blueprint"]
