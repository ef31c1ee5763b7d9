"""What a request is served with: the services, and who is looking."""

from typing import cast

from flask import Flask, current_app, g

from companion.services.look import Shown
from companion.services.mentoring import Viewer
from companion.services.registry import Services
from companion.store.lti import LaunchView


def services() -> Services:
    """The services of the running application."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """The services of an application."""
    return cast("Services", app.extensions["cairn"])


def look() -> Shown:
    """The look of the installation, read once for each request."""
    if "look" not in g:
        g.look = services().look.current()
    return cast("Shown", g.look)


def launch() -> LaunchView:
    """The verified launch this request belongs to; only where the permission LAUNCHED was checked."""
    return cast("LaunchView", g.launch)


def viewer() -> Viewer:
    """Who looks at the widget, by the launch."""
    seen = launch()
    scored = seen.id if seen.scores else None
    return Viewer(seen.person_id, seen.course_id, seen.teacher, scored, g.get("together"))


def set_context(app: Flask) -> None:
    """Serve each request over one connection to the database, as far as it asks by single statements."""
    db = services_of(app).db
    app.before_request(db.hold)

    @app.teardown_request
    def release(_problem: BaseException | None) -> None:
        db.release()
