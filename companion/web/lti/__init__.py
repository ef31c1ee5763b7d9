"""LTI over HTTP: login, launch and our key set."""

from companion.web.lti.views import blueprint

__all__ = ["blueprint"]
