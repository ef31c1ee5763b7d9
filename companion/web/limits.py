"""Rate limits by address, on what can be called without a session."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Counted in each process by itself: with several processes behind one address the limit is that much higher.
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")

SIGN_IN = "20 per minute"
REGISTER = "10 per minute"
LAUNCH = "1200 per minute"
"""A whole company may sit behind one address, and each course page launches two widgets at once."""


def set_limits(app: Flask) -> None:
    """Apply the limits that the routes name."""
    limiter.init_app(app)
