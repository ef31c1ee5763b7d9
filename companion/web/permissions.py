"""Every route carries exactly one permission; what carries none is refused."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from companion.models.staff import StaffRole
from companion.services.access import Reach
from companion.store import audit
from companion.web.context import look, services

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
View = TypeVar("View", bound=Callable[..., Any])


class Permission(Enum):
    """Who may call a route, and whether it changes something."""

    PUBLIC = "anybody"
    LAUNCHED = "somebody with a verified launch"
    OWN_ACCOUNT = "anybody who signed in, for their own account"
    LOOK = "anybody who signed in, at what is theirs: the view narrows its list to `reach()`"
    LOOK_AT_PROGRAMME = "whoever sees the programme that the ids in the address lead to"
    ACT_ON_PROGRAMME = "its coordinators, and owners"
    COORDINATE = "whoever is named a coordinator of any programme; being an owner is not enough"
    COORDINATE_PROGRAMME = "those named for the programme that the ids in the address lead to"
    HEAR_CONCERNS = "coordinators who were named to hear what is raised in confidence, in any programme"
    HEAR_CONCERN = "those named to hear the programme that the ids in the address lead to"
    LOOK_AT_INSTALLATION = "owners and auditors"
    CHANGE_INSTALLATION = "owners"


OPEN = frozenset({Permission.PUBLIC, Permission.LAUNCHED})
"""Permissions that need no account."""
OF_A_PROGRAMME = frozenset(
    {
        Permission.LOOK_AT_PROGRAMME,
        Permission.ACT_ON_PROGRAMME,
        Permission.COORDINATE_PROGRAMME,
        Permission.HEAR_CONCERN,
    }
)
"""Permissions that are about the programme which the ids in the address lead to."""


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
    view = current_app.view_functions[request.endpoint]
    permission = permission_of(view)
    if permission is None:
        return abort(403)
    if permission is Permission.PUBLIC:
        return None
    if permission is Permission.LAUNCHED:
        _launched(view)
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("account.sign_in", then=_here()))
    if permission is not Permission.OWN_ACCOUNT and look().second_factor and not current_user.second_factor:
        return redirect(url_for("account.second_factor"), 303)
    _staff(permission, current_user.reach)
    audit.begin_deed(_deed(request.method in CHANGING))
    return None


def _deed(changes: bool) -> audit.Deed:
    """Who acts, and on what: the first transaction that changes something notes it in the audit log."""
    ids = [*(request.view_args or {}).items()]
    name, number = ids[-1] if ids else ("", "")
    return audit.Deed(
        audit.Actor(current_user.email, current_user.id),
        services().clock,
        (request.endpoint or "").removeprefix("admin.") if changes else None,
        audit.Subject(name.removesuffix("_id"), number) if ids else None,
        dict(ids[:-1]),
    )


def reach() -> Reach:
    """How far whoever is signed in reaches."""
    found: Reach = current_user.reach
    return found


def may(endpoint: str) -> bool:
    """Whether the role of whoever is signed in opens a route at all; templates show no button that would be refused."""
    permission = permission_of(current_app.view_functions[endpoint])
    return permission is not None and _role_allows(permission, reach())


def may_post(address: str) -> bool:
    """Whether the role of whoever is signed in may send a form to an address of ours."""
    return _may_at(address, "POST")


def may_open(address: str) -> bool:
    """Whether it may open the page at an address of ours."""
    return _may_at(address, "GET")


def _may_at(address: str, method: str) -> bool:
    endpoint, _ = current_app.url_map.bind("").match(address.partition("?")[0].partition("#")[0], method)
    return may(endpoint)


def _role_allows(permission: Permission, mine: Reach) -> bool:
    match permission:
        case Permission.CHANGE_INSTALLATION:
            return mine.role is StaffRole.OWNER
        case Permission.LOOK_AT_INSTALLATION:
            return mine.everywhere
        case Permission.ACT_ON_PROGRAMME:
            return mine.acts
        case Permission.COORDINATE | Permission.COORDINATE_PROGRAMME:
            return bool(mine.coordinates)
        case Permission.HEAR_CONCERNS | Permission.HEAR_CONCERN:
            return bool(mine.concerns)
        case _:
            return True


def _staff(permission: Permission, mine: Reach) -> None:
    """Refuse what is not theirs: 404 where a programme may not be seen, so that an id tells nothing; else 403."""
    if permission in OF_A_PROGRAMME:
        programme_id = services().access.programme_of(request.view_args or {})
        if programme_id is None or not _theirs(permission, mine, programme_id):
            abort(404)
    if not _role_allows(permission, mine):
        abort(403)


def _theirs(permission: Permission, mine: Reach, programme_id: int) -> bool:
    if permission is Permission.HEAR_CONCERN:
        return programme_id in mine.concerns
    if permission is Permission.COORDINATE_PROGRAMME:
        return programme_id in mine.coordinates
    return mine.sees(programme_id)


def about_engagements(view: View) -> View:
    """Look for the engagements of a launch together with it, for a view that asks for nothing before them."""
    view.about_engagements = True  # type: ignore[attr-defined]
    return view


def _launched(view: Callable[..., Any]) -> None:
    launch_id = (request.view_args or {}).get("launch_id", "")
    if getattr(view, "about_engagements", False):
        arrival = services().mentoring.arrive(launch_id)
        launch, g.together = (arrival.launch, arrival.together) if arrival else (None, None)
    else:
        launch = services().lti.launch(launch_id)
    if launch is None:
        abort(401)
    g.launch = launch
    if session.get("launch") != launch_id:
        raise NoCookieError


def _here() -> str | None:
    """Where to go after signing in; a form that was sent cannot be sent again for somebody."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _rest(_problem: BaseException | None) -> None:
    audit.begin_deed(None)


def protect(app: Flask) -> None:
    """Check every request of the application."""
    app.before_request(enforce)
    app.teardown_request(_rest)
    requires(Permission.PUBLIC)(app.view_functions["static"])
    app.jinja_env.globals.update(may=may, may_post=may_post, may_open=may_open, reach=reach)
