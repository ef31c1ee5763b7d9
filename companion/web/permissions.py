"""Every route carries exactly one permission; what carries none is refused."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.web.context import services

View = TypeVar("View", bound=Callable[..., Any])


class Permission(Enum):
    """Who may call a route."""

    PUBLIC = "anybody"
    LAUNCHED = "somebody with a verified launch"
    ADMINISTRATOR = "an administrator who signed in"


def requires(permission: Permission) -> Callable[[View], View]:
    """Name the permission of a view; goes directly below the route."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """The permission a view was marked with."""
    return getattr(view, "permission", None)


class NoCookieError(Exception):
    """The browser did not send the cookie of the launch back."""


def enforce() -> ResponseReturnValue | None:
    """Check the permission before the view runs."""
    if request.endpoint is None:
        return None
    permission = permission_of(current_app.view_functions[request.endpoint])
    if permission is Permission.PUBLIC:
        return None
    if permission is Permission.LAUNCHED:
        _launched()
        return None
    if permission is Permission.ADMINISTRATOR:
        return None if current_user.is_authenticated else redirect(url_for("account.sign_in", then=_here()))
    return abort(403)


def _launched() -> None:
    launch_id = (request.view_args or {}).get("launch_id", "")
    launch = services().lti.launch(launch_id)
    if launch is None:
        abort(401)
    g.launch = launch
    if session.get("launch") != launch_id:
        raise NoCookieError


def _here() -> str | None:
    """Where to go after signing in; a form that was sent cannot be sent again for somebody."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def protect(app: Flask) -> None:
    """Check every request of the application."""
    app.before_request(enforce)
    requires(Permission.PUBLIC)(app.view_functions["static"])
