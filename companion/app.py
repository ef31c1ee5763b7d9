"""create_app: the wiring of the web application, and nothing else."""

from flask import Flask
from flask_login import LoginManager, current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from companion.logs import log_requests
from companion.services.registry import Services
from companion.web import account, admin, health, lti, metrics, open_doors, widgets
from companion.web.brand import set_brand
from companion.web.context import set_context
from companion.web.errors import set_error_pages
from companion.web.form_token import FormTokens
from companion.web.headers import set_headers
from companion.web.languages import set_languages
from companion.web.limits import set_limits
from companion.web.matched import set_matched
from companion.web.navigation import set_navigation
from companion.web.permissions import protect
from companion.web.rendering import set_rendering
from companion.web.sessions import TwoJars
from companion.web.words import set_words
from config import ROOT, Settings

LARGEST_REQUEST = 256 * 1024
"""Bytes; an id_token is at most 64 kB, every form far below."""


def create_app(settings: Settings, services: Services) -> Flask:
    """Build the application around the services."""
    app = Flask("cairn", template_folder=settings.templates_dir, static_folder=settings.static_dir)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        METRICS_TOKEN=settings.metrics_token,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        PREFERRED_URL_SCHEME=settings.base_url.split(":")[0],
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which we tell browsers not to send
    )
    set_rendering(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions["cairn"] = services
    set_context(app)
    app.session_interface = TwoJars(app)
    set_languages(app, ROOT / "translations")
    _sign_ins(app)
    set_headers(app)
    set_limits(app)
    protect(app)
    tokens = FormTokens(app)
    set_error_pages(app)
    set_words(app)
    set_matched(app)
    set_navigation(app)
    set_brand(app)
    log_requests(app)
    for part in (account, admin, health, lti, metrics, open_doors, widgets):
        app.register_blueprint(part.blueprint)
    tokens.exempt(open_doors.blueprint)  # posted to by mail programs; the address itself is the permission
    tokens.exempt(lti.blueprint)  # posted to by the platform; protected by state and nonce
    return app


def _sign_ins(app: Flask) -> None:
    manager = LoginManager()
    # Its own way would look for an account behind every page of a widget, and for a cookie that we never set.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.jinja_env.globals["current_user"] = current_user
    manager.session_protection = None  # it compares addresses, which change under people who travel
    manager.user_loader(account.load)
