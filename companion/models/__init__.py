"""SQLAlchemy models, one module per aggregate; importing this package loads the whole schema."""

from companion.models import (
    care,
    charter,
    commitment,
    concern,
    engagement,
    exchange,
    feedback,
    jobs,
    lms,
    lti,
    matching,
    people,
    placement,
    programme,
    reporting,
    staff,
    watch,
)
from companion.models.base import Base

__all__ = [
    "Base",
    "care",
    "charter",
    "commitment",
    "concern",
    "engagement",
    "exchange",
    "feedback",
    "jobs",
    "lms",
    "lti",
    "matching",
    "people",
    "placement",
    "programme",
    "reporting",
    "staff",
    "watch",
]
