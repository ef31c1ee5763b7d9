"""Administrators' sign-in and sign-out."""

from companion.web.account import door  # noqa: F401 - registers its routes
from companion.web.account.users import loader
from companion.web.account.views import blueprint

__all__ = ["blueprint", "loader"]
