"""Widgets standing in the course pages of the LMS."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, primary_key, references


class Placement(Base):
    """A widget in a course page, as last seen there."""

    __tablename__ = "placement"
    __table_args__ = (sa.UniqueConstraint("course_id", "widget"),)

    id: Mapped[int] = primary_key()
    course_id: Mapped[int] = references("course.id")
    widget: Mapped[str] = mapped_column(sa.String(30))
    lms_module_id: Mapped[int] = mapped_column(BigId)
    """The LMS's id of the course module; its page opens the widget in the full window."""
    lms_activity_id: Mapped[int] = mapped_column(BigId)
    """The LMS's id of the LTI activity; the resource link id of its launches."""
    placed_at: Mapped[datetime]
