"""One sync in a process of its own: `python -m benchmarks.sync_run ORDER` (JSON); prints what it took as JSON."""

import json
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from companion.models.jobs import SyncKind
from companion.models.people import Enrolment
from companion.services.programmes import ProgrammeRules
from companion.services.registry import Services, build_services
from companion.store import schema
from config import Settings
from lms_client import Function, MoodleClient
from lms_client.params import Params, flatten
from lms_client.transport import RequestsTransport


@dataclass
class Log:
    """What was sent, as form fields, what the answers took together in seconds, and the rows in them."""

    forms: list[dict[str, str]] = field(default_factory=list)
    waited: float = 0.0
    rows: int = 0


class Logged(RequestsTransport):
    """Keeps what it sends; hides from the client the functions that `without` names."""

    log: Log
    without: tuple[str, ...] = ()

    def call(self, function: str, params: Params) -> object:
        began = time.perf_counter()
        answer: Any = super().call(function, params)
        self.log.waited += time.perf_counter() - began
        self.log.forms.append({"wsfunction": str(function), **flatten(params)})
        self.log.rows += _rows(answer)
        if function == Function.SITE_INFO and "functions" in answer:
            offered = [row for row in answer["functions"] if row["name"] not in self.without]
            answer = {**answer, "functions": offered}
        return answer


def main() -> None:
    """Do what the order says."""
    order = json.loads(sys.argv[1])
    Logged.without = tuple(order.get("without", ()))
    Logged.log = Log()
    with tempfile.TemporaryDirectory() as folder:
        services = _services(order["database"], Path(folder))
        if order["follow"] is not None:
            _follow(services, order)
        Logged.log = Log()
        wall, cpu = time.perf_counter(), time.process_time()
        report = services.sync.run(kind=SyncKind(order["kind"]))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        with services.db.read() as session:
            enrolments = session.scalar(sa.select(sa.func.count()).select_from(Enrolment))
        services.db.dispose()
    if "forms" in order:
        Path(order["forms"]).write_text(json.dumps(Logged.log.forms), encoding="utf-8")
    told = {
        "wall": wall,
        "cpu": cpu,
        "waited": Logged.log.waited,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "requests": len(Logged.log.forms),
        "rows": Logged.log.rows,
        "by_function": Counter(form["wsfunction"] for form in Logged.log.forms),
        "kind": report.kind,
        "route": report.route,
        "people": report.people,
        "changes": report.changes,
        "enrolments": enrolments,
        "problems": report.problems,
    }
    print(json.dumps(told))


def _services(database: str, folder: Path) -> Services:
    # The same keys for the processes of one benchmark: the second sync reads the token that the first kept.
    settings = Settings(
        base_url="http://127.0.0.1:8080",
        secret_key="b" * 48,
        encryption_key="YmVuY2htYXJrLWtleS1vZi1ub3RoaW5nLXNlY3JldCE=",
        text_key="dGV4dC1rZXktb2YtYmVuY2htYXJrcy1vbmx5LTMyLSE=",
        database_url=database,
        data_dir=folder,
    )
    services = build_services(settings, new_client=lambda url, token: MoodleClient(Logged(url, token)))
    schema.upgrade(services.db)
    return services


def _follow(services: Services, order: dict[str, Any]) -> None:
    """Connect, and follow so many courses: all of them for 0."""
    services.sites.connect(order["url"], order["token"])
    courses = [course for course, _, _ in services.sites.courses()]
    chosen = tuple(courses[: order["follow"] or None])
    services.programmes.create(ProgrammeRules(name=f"The first {len(chosen)}", course_ids=chosen))


def _rows(answer: Any) -> int:
    """How many people, rows or answers of a batch came."""
    if isinstance(answer, dict):
        found = answer.get("responses") or (answer.get("data") or {}).get("rows") or answer.get("rows") or ()
        return len(found)
    return len(answer) if isinstance(answer, list) else 1


if __name__ == "__main__":
    main()
