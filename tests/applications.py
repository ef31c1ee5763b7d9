"""The application, built once: its templates and translations take longer to read than most tests take."""

from typing import Any

from flask import Flask

from companion.app import create_app
from companion.services.registry import Services
from companion.web.limits import set_limits
from config import Settings

_SEEN = ("base_url", "secret_key", "metrics_token", "trusted_proxies", "templates_dir", "static_dir")
"""The settings that the web application itself looks at; the others are the services'."""


_BUILT: dict[tuple[object, ...], tuple[Flask, dict[str, Any]]] = {}
"""Each with the configuration it began with."""


def application(settings: Settings, services: Services) -> Flask:
    """The application over these services; whoever changes more of it than its configuration builds one of their own.

    There is one for each way of setting it: what it was used for before is forgotten, and the services are put in.
    """
    key = tuple(getattr(settings, name) for name in _SEEN)
    if key not in _BUILT:
        built = create_app(settings, services)
        built.testing = False  # errors become pages, as they do for people
        _BUILT[key] = built, dict(built.config)
    app, config = _BUILT[key]
    app.config.clear()
    app.config.update(config)
    app.extensions["cairn"] = services
    set_limits(app)
    return app
