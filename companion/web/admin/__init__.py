"""The administrators' pages."""

from companion.web.admin import (  # noqa: F401 - registers their routes
    attention,
    audit,
    components,
    concerns,
    conduct,
    connection,
    home,
    lessons,
    outbox,
    people,
    persons,
    placement,
    platforms,
    programmes,
    prompts,
    reports,
    retention,
    review,
    runs,
    settings,
    setup,
    sync,
    what_if,
)
from companion.web.admin.blueprint import blueprint

__all__ = ["blueprint"]
