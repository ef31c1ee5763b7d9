"""The admin's heaviest pages in a large installation: how long home and reports take, against their bare SQL.

    python -m benchmarks.admin [--json] [--requests N] [--database sqlite|postgresql ...]

By default there are 100,000 people, 50,000 engagements and 1,000,000 check-ins in 10 programmes. The hourly watch and
the weekly write-up have run, as they have in service; how long they took is told as well. Each page is asked for by a
signed-in owner, one request after the other, under gunicorn; `value` is the 95th percentile in ms and must be below 300
on PostgreSQL and 600 on SQLite. The baseline is the 95th percentile of the statements of that page alone, sent over one
connection of the driver and read to the end; the ratio is of the two. PostgreSQL is taken from CAIRN_TEST_POSTGRES_URL,
where a database is made and dropped.
"""

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from bs4 import BeautifulSoup
from cryptography.fernet import Fernet

from benchmarks import report
from benchmarks.admin_fill import Size, fill
from benchmarks.line import Line
from benchmarks.report import Row
from benchmarks.servers import free_port, kinds, serve, temporary_database
from companion.app import create_app
from companion.services.registry import Services, build_services
from companion.store import Cipher, schema
from config import Settings

ISSUER = "https://moodle.example.org"
EMAIL, PASSWORD = "owner@example.org", secrets.token_urlsafe(16)
MOST_MS = {"postgresql": 300, "sqlite": 600}
PAGES = {"home": "/admin/", "reports": "/admin/reports", "report": "/admin/programmes/1/report"}


@dataclass(frozen=True)
class Installation:
    """A filled database, and what an application over it is started with."""

    environment: dict[str, str]
    port: int

    @property
    def settings(self) -> Settings:
        """The same, as the application reads it."""
        return Settings.from_env(self.environment)


def main() -> int:
    """Measure and report; gives the exit code: 1 where a page takes longer than it may."""
    parser = report.parser("admin", __doc__)
    parser.add_argument("--requests", type=int, default=60, help="of each page")
    parser.add_argument("--people", type=int, default=Size.people)
    parser.add_argument("--engagements", type=int, default=Size.engagements)
    parser.add_argument("--check-ins", type=int, default=Size.check_ins)
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    good = True
    for kind in kinds(given.database):
        for row in _measure(kind, given):
            report.show(row, as_json=given.json)
            good &= "_page_" not in row.name or row.value < MOST_MS[kind]
    return 0 if good else 1


def _measure(kind: str, given: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, temporary_database(kind, Path(folder)) as url:
        made = _environment(url, folder)
        services = build_services(made.settings)
        schema.upgrade(services.db)
        texts = Cipher(made.settings.text_key)
        size = Size(given.people, given.engagements, given.check_ins)
        yield Row(f"admin_fill_{kind}", _seconds(lambda: fill(services.db, ISSUER, texts, size)), "s")
        services.lti.ensure_key()
        services.staff.create(EMAIL, "Olive Owner", PASSWORD)
        yield Row(f"admin_watch_{kind}", _seconds(services.watch.run), "s")
        yield Row(f"admin_write_up_{kind}", _seconds(services.reporting.run), "s")
        bare = {name: _bare(services, made.settings, path, given.requests) for name, path in PAGES.items()}
        services.db.dispose()
        with serve("wsgi:app", made.environment, made.port) as server:
            line = Line(server.port)
            cookies = _sign_in(line)
            for name, path in PAGES.items():
                page = _p95([_asked(line, path, cookies) for _ in range(given.requests + 5)][5:])
                statements, alone = bare[name]
                yield Row(f"admin_page_{name}_{kind}", page, "ms", alone, page / alone)
                yield Row(f"admin_statements_{name}_{kind}", statements, "each")


def _environment(url: str, folder: str) -> Installation:
    port = free_port()
    environment = {
        "CAIRN_BASE_URL": f"http://127.0.0.1:{port}",
        "CAIRN_SECRET_KEY": secrets.token_urlsafe(48),
        "CAIRN_ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "CAIRN_TEXT_KEY": Fernet.generate_key().decode(),
        "DATABASE_URL": url,
        "CAIRN_DATA_DIR": folder,
    }
    return Installation(environment, port)


def _sign_in(line: Line) -> str:
    page = line.get("/account/sign-in")
    token = BeautifulSoup(page.body, "html.parser").select_one("input[name=csrf_token]")
    assert token is not None
    form = {"csrf_token": str(token["value"]), "email": EMAIL, "password": PASSWORD}
    answer = line.post("/account/sign-in", urlencode(form), page.cookies)
    assert answer.status == 303, answer.body
    return answer.cookies


def _asked(line: Line, path: str, cookies: str) -> float:
    began = time.perf_counter()
    answer = line.get(path, cookies)
    assert answer.status == 200, (path, answer.status)
    return (time.perf_counter() - began) * 1000


def _bare(services: Services, settings: Settings, path: str, times: int) -> tuple[int, float]:
    """How many statements a page sends, and the 95th percentile of them alone, in ms."""
    sent = _statements(services, settings, path)
    connection = services.db.engine.raw_connection()
    cursor = connection.cursor()

    def all_of_them() -> None:
        for text, values in sent:
            cursor.execute(text, values)
            if cursor.description:
                cursor.fetchall()

    took = [_seconds(all_of_them) * 1000 for _ in range(times + 5)][5:]
    connection.rollback()
    connection.close()
    return len(sent), _p95(took)


def _statements(services: Services, settings: Settings, path: str) -> list[tuple[str, Any]]:
    """What the page asks the database, as the driver is told it."""
    client = create_app(settings, services).test_client()
    token = BeautifulSoup(client.get("/account/sign-in").text, "html.parser").select_one(
        "input[name=csrf_token]"
    )
    assert token is not None
    form = {"csrf_token": str(token["value"]), "email": EMAIL, "password": PASSWORD}
    assert client.post("/account/sign-in", data=form).status_code == 303
    client.get(path)
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_: Any) -> None:
        if not text.startswith("BEGIN"):
            sent.append((text, values))

    for engine in services.db.engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    answer = client.get(path)
    for engine in services.db.engines:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, (path, answer.status_code)
    return sent


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
