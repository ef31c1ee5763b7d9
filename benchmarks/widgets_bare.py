"""The baseline of benchmarks.widgets: one indexed query for the page, one insert for the form."""

import os
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from benchmarks.widgets_table import note

engine = sa.create_engine(os.environ["BENCH_DATABASE"])
shown = (
    sa.select(note)
    .where(note.c.engagement_id == sa.bindparam("engagement"))
    .order_by(note.c.created_at.desc())
    .limit(30)
)
app = Flask(__name__, template_folder=os.environ["BENCH_PAGES"])


@sa.event.listens_for(engine, "connect")
def prepare(connection: Any, _record: Any) -> None:
    """As Cairn has its embedded database."""
    if engine.dialect.name == "sqlite":
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")


@app.get("/w/<int:engagement>/check-in")
def page(engagement: int) -> str:
    """One indexed query, and the bytes of Cairn's page."""
    with engine.connect() as connection:
        rows = connection.execute(shown, {"engagement": engagement}).all()
    return render_template(
        "page.html",
        rows=rows,
        launch_id=f"{engagement:0>43}",
        token=token_urlsafe(68),
        form_key=token_urlsafe(24),
    )


@app.post("/w/<int:engagement>/check-in")
def send(engagement: int) -> Response:
    """One insert."""
    sent = request.form
    with engine.begin() as connection:
        connection.execute(
            sa.insert(note),
            {
                "engagement_id": engagement,
                "mood": sent["mood"],
                "contact": sent["contact"],
                "text": sent["note"],
                "created_at": datetime.now(UTC).replace(tzinfo=None),
            },
        )
    return redirect(request.path, 303)


@app.get("/health/live")
def live() -> str:
    """Here."""
    return "live"
