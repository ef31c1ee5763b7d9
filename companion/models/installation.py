"""What an installation chooses for itself in the admin; one row."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId

ONLY = 1
"""The number of the one row."""


class Look(Base):
    """The name, the colour and the logo of an installation, and what it asks of its administrators."""

    __tablename__ = "look"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(60))
    colour: Mapped[str | None] = mapped_column(sa.String(7))
    """#rrggbb; empty for the colour of Cairn."""
    logo: Mapped[bytes | None]
    logo_type: Mapped[str | None] = mapped_column(sa.String(30))
    second_factor: Mapped[bool]
    """Whether everybody who signs in needs a second factor."""
    forget_gone_days: Mapped[int | None]
    """Days after which whoever left the LMS is forgotten; None where an administrator has to do it."""
