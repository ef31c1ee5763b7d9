"""SQLAlchemy models, one module per aggregate; importing this package loads the whole schema."""

from companion.models import (
    care,
    engagement,
    exchange,
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
    "engagement",
    "exchange",
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
