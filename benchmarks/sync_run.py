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

from companion.models.jobs import SyncKind
from companion.services.programmes import ProgrammeRules
from companion.services.registry import Services, build_services
from companion.store import schema
from config import Settings
from lms_client import Function, MoodleClient
from lms_client.params import Params, flatten
from lms_client.transport import RequestsTransport


@dataclass
class Log:
    """What was sent, as form fields, and what the answers took together in seconds."""

    forms: list[dict[str, str]] = field(default_factory=list)
    waited: float = 0.0


class Logged(RequestsTransport):
    """Keeps what it sends; hides from the client the functions that `without` names."""

    log: Log
    without: tuple[str, ...] = ()

    def call(self, function: str, params: Params) -> object:
        began = time.perf_counter()
        answer: Any = super().call(function, params)
        self.log.waited += time.perf_counter() - began
        self.log.forms.append({"wsfunction": str(function), **flatten(params)})
        if function == Function.SITE_INFO:
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
        if order.get("prepare"):
            _prepare(services, order["url"], order["token"])
        Logged.log = Log()
        wall, cpu = time.perf_counter(), time.process_time()
        report = services.sync.run(kind=SyncKind(order["kind"]))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        services.db.dispose()
    if "forms" in order:
        Path(order["forms"]).write_text(json.dumps(Logged.log.forms), encoding="utf-8")
    told = {
        "wall": wall,
        "cpu": cpu,
        "waited": Logged.log.waited,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "requests": len(Logged.log.forms),
        "by_function": Counter(form["wsfunction"] for form in Logged.log.forms),
        "kind": report.kind,
        "route": report.route,
        "people": report.people,
        "changes": report.changes,
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


def _prepare(services: Services, url: str, token: str) -> None:
    """Connect and follow every course."""
    services.sites.connect(url, token)
    courses = tuple(course for course, _, _ in services.sites.courses())
    services.programmes.create(ProgrammeRules(name="Everybody", course_ids=courses))


if __name__ == "__main__":
    main()
