"""The audit log: who did what when. Rows are only ever added; the database itself refuses anything else."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, BigId


class AuditEntry(Base):
    """Something somebody did, chained to the entry before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """Counts from 1 without a gap."""
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(BigId)
    """Of the account, which may be gone by now; empty for the command line and for Cairn itself."""
    actor: Mapped[str] = mapped_column(sa.String(300), index=True)
    """E-mail address of the account as it was then, or what acted in its place."""
    action: Mapped[str] = mapped_column(sa.String(60), index=True)
    subject_kind: Mapped[str | None] = mapped_column(sa.String(30))
    subject_id: Mapped[str | None] = mapped_column(sa.String(64))
    details: Mapped[dict[str, Any]]
    """Numbers, states and names of settings; never a text that a person wrote."""
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the previous hash and the canonical JSON of the other columns."""
