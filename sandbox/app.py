"""The sandbox as a Flask application: wiring and response headers."""

from datetime import timedelta

from flask import Flask, Response, g, request

from sandbox.lti.registration import tool_origins
from sandbox.lti.routes import lti_blueprint
from sandbox.pages.routes import pages_blueprint, register_error_pages
from sandbox.sandbox import Sandbox
from sandbox.site import SITE_NAME
from sandbox.webservice.endpoint import webservice_blueprint


def create_sandbox_app(sandbox: Sandbox) -> Flask:
    """The whole LMS: web services, LTI platform and course pages."""
    app = Flask(__name__, static_folder="static", static_url_path="/theme")
    app.config.update(
        SECRET_KEY=sandbox.world.cookie_key,
        SESSION_COOKIE_NAME="MoodleSession",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
    )
    app.jinja_env.globals["site_name"] = SITE_NAME
    app.register_blueprint(webservice_blueprint(sandbox))
    app.register_blueprint(lti_blueprint(sandbox))
    app.register_blueprint(pages_blueprint(sandbox))
    register_error_pages(app)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _policy(sandbox)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _policy(sandbox: Sandbox) -> str:
    """Pages show themselves, the registered tools and one that registers itself in frames, and hand launches on."""
    with sandbox.lock:
        also = [g.also_framed] if "also_framed" in g else []
        tools = " ".join(["'self'", *tool_origins(sandbox.world), *also])
    return (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        f"frame-src {tools}; form-action {tools}; frame-ancestors 'self'"
    )
