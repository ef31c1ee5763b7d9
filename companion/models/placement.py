"""Widgets standing in the course pages of the LMS, and what was done to make them stand there."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId, enum_column, primary_key, references


class Way(StrEnum):
    """How a widget comes into a course page."""

    TEMPLATE = "template"
    """Cairn imports the activities of a hidden template course."""
    BLOCK = "block"
    """Cairn has its own block of moodle/block_cairn put beside the course page."""
    DEEP_LINK = "deep-link"
    """A teacher picks it by hand. Cairn sees it and never touches it."""
    SNIPPET = "snippet"
    """The LMS's administrator copies HTML into a block that stands on every page."""


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
    way: Mapped[Way] = mapped_column(enum_column(Way))
    """DEEP_LINK where it is a teacher's own, which Cairn neither moves nor removes."""
    placed_at: Mapped[datetime]


class PlacementAction(StrEnum):
    """What a run does."""

    PLACE = "place"
    REMOVE = "remove"


class PlacementState(StrEnum):
    """How a run stands."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PlacementRun(Base):
    """Placing the widgets of a programme, or taking them out, once: asked for, under way, and what came of it."""

    __tablename__ = "placement_run"
    __table_args__ = (
        # Two runs of one site never overlap: the LMS's import, done twice at once, places twice.
        sa.Index(
            "uq_placement_run_running",
            "site_id",
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        ),
    )

    id: Mapped[int] = primary_key()
    site_id: Mapped[int] = references("site.id")
    programme_id: Mapped[int] = references("programme.id")
    action: Mapped[PlacementAction] = mapped_column(enum_column(PlacementAction))
    way: Mapped[Way] = mapped_column(enum_column(Way))
    to_top: Mapped[bool]
    """Whether activities are moved to the top of the course page."""
    state: Mapped[PlacementState] = mapped_column(enum_column(PlacementState))
    asked_by: Mapped[str] = mapped_column(sa.String(300))
    asked_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    """Last sign of life; a run silent for ten minutes is taken for dead."""
    finished_at: Mapped[datetime | None]
    added: Mapped[int]
    moved: Mapped[int]
    removed: Mapped[int]
    problems: Mapped[list[str]]
    """Sentences for the administrator: courses in which not everything could be done."""
    error: Mapped[str | None] = mapped_column(sa.String(500))
    """Why the run ended before its last course."""
