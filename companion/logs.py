"""Logs: one line a request and one an event. No token, claim or person's text ever comes near them."""

import logging
import re
import sys
import time
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask, Response, g, request


def set_up(*, as_json: bool, quiet: bool = False) -> None:
    """Log to standard error: JSON for a collector, or text for a terminal; only warnings where quiet."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            redact,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")


_SECRET_NAMES = re.compile(
    r"token|password|secret|claim|cookie|authori[sz]ation|return_url|e_?mail|^(text|note|body|subject|name|full_name)$",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JWT
    r"|gAAAAA[\w=-]{20,}"  # a Fernet token
    r"|\b[0-9a-f]{32}\b"  # a web-service token of Moodle
    r"|sesskey=\w+"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # an e-mail address
)
HIDDEN = "[hidden]"


def redact(_logger: object, _method: str, event: Any) -> Any:
    """A last net below the rule that nothing of the kind is logged: hides what looks like a secret or a person."""
    return {
        name: HIDDEN if _names_a_secret(name) else _without_secrets(value) for name, value in event.items()
    }


@lru_cache(maxsize=256)
def _names_a_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRET_VALUES.sub(HIDDEN, value)
    if isinstance(value, dict):
        return redact(None, "", value)
    if isinstance(value, list | tuple):
        return [_without_secrets(each) for each in value]
    return value


def log_requests(app: Flask) -> None:
    """Log each request by its route: never the address, which may name a launch, nor what was sent."""
    log = structlog.get_logger()

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def line(response: Response) -> Response:
        if request.endpoint not in (None, "static", "health.live", "health.ready", "metrics.metrics"):
            log.info(
                "request",
                method=request.method,
                endpoint=request.endpoint,
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
            )
        return response
