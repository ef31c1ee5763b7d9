"""The one table of the baseline of benchmarks.widgets."""

from datetime import UTC, datetime

import sqlalchemy as sa

note = sa.Table(
    "bench_note",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("engagement_id", sa.Integer, nullable=False, index=True),
    sa.Column("mood", sa.String(30), nullable=False),
    sa.Column("contact", sa.String(30), nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("created_at", sa.DateTime, nullable=False),
)


def fill(url: str, engagements: int) -> None:
    """Make it, with as many rows as Cairn has check-ins."""
    engine = sa.create_engine(url)
    row = {
        "mood": "good",
        "contact": "call",
        "text": "x" * 60,
        "created_at": datetime.now(UTC).replace(tzinfo=None),
    }
    with engine.begin() as connection:
        note.create(connection)
        connection.execute(
            sa.insert(note), [{"engagement_id": i % engagements + 1, **row} for i in range(3 * engagements)]
        )
    engine.dispose()
