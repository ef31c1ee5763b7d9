"""A client of benchmarks.widgets: opens the check-in and sends it, as somebody else each time."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex, token_urlsafe
from typing import NamedTuple
from urllib.parse import urlencode

import sqlalchemy as sa

from benchmarks.launch_site import Prepared
from benchmarks.line import Line
from companion.app import create_app
from companion.models.base import table_of
from companion.models.lti import Launch
from companion.services.registry import build_services
from companion.web import form_token
from config import Settings


class Opened(NamedTuple):
    """A launch under way: where its check-in is, and the cookie that belongs to it."""

    path: str
    cookies: str


def launches(prepared: Prepared) -> list[Opened]:
    """A verified launch for every learner, as the launch itself would have kept it."""
    settings = Settings.from_env(prepared.environment)
    services = build_services(settings)
    app = create_app(settings, services)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    rows = [
        {
            "id": token_urlsafe(32),
            "platform_id": 1,
            "subject": subject,
            "person_id": int(subject),
            "course_id": 1,
            "resource_link_id": "1",
            "widget": "check-in",
            "teacher": False,
            "lms_admin": False,
            "locale": "en",
            "created_at": now,
            "expires_at": now + timedelta(hours=8),
        }
        for subject in prepared.subjects
    ]
    with services.db.engine.begin() as connection:
        connection.execute(sa.insert(table_of(Launch)), rows)
    services.db.dispose()
    return [
        Opened(
            f"/w/{row['id']}/check-in",
            f"cairn_widget={signer.dumps({'launch': row['id'], form_token.FIELD: token_hex(20)})}",
        )
        for row in rows
    ]


class Writer:
    """Writes over one kept connection."""

    def __init__(self, port: int, people: Iterator[Opened], length: int | None = None) -> None:
        """Args: people: shared with the other clients. length: bytes of the page, where it never varies."""
        self._line = Line(port)
        self._people = people
        self._length = length

    def visit(self, number: int) -> float:
        """Open the page and send its form; gives the seconds it took."""
        opened = next(self._people)
        began = time.perf_counter()
        page = self._line.get(opened.path, opened.cookies)
        seconds = time.perf_counter() - began
        assert page.status == 200, page.body
        assert self._length in {None, len(page.body)}, "the baseline does not render the same"
        fields = dict(_HIDDEN.findall(page.body.decode()))
        form = urlencode({**fields, "mood": "good", "contact": "call", "note": "We spoke for half an hour."})

        began = time.perf_counter()
        answer = self._line.post(opened.path, form, page.cookies or opened.cookies)
        seconds += time.perf_counter() - began
        assert answer.status == 303, answer.body
        return seconds


_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
