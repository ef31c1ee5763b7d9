"""What the database is asked: a list that fills while requests are served."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from companion.store import Database

COMMIT = "COMMIT"


@contextmanager
def asked(db: Database) -> Iterator[list[str]]:
    """Every statement sent while the block runs, in order; COMMIT where a transaction of several was kept."""
    sent: list[str] = []

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not text.startswith("BEGIN"):  # PostgreSQL's driver sends its own, unseen
            sent.append(" ".join(text.split()))

    def commit(_connection: Any) -> None:
        sent.append(COMMIT)

    heard = [(each, "before_cursor_execute", statement) for each in db.engines] + [
        (db.engine, "commit", commit)
    ]
    for each in heard:
        sa.event.listen(*each)
    try:
        yield sent
    finally:
        for each in heard:
            sa.event.remove(*each)
