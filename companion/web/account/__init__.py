"""Administrators' sign-in and sign-out."""

from companion.web.account import door, own, ways  # noqa: F401 - registers their routes
from companion.web.account.users import load
from companion.web.account.views import blueprint

__all__ = ["blueprint", "load"]
