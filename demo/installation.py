"""The demo's own installation: its folder, its secrets (made at random once), the sandbox and the services."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

from cryptography.fernet import Fernet

from companion.services.registry import Services, build_services
from companion.store import schema
from config import ROOT, Settings, database_url
from demo.history import WEEKS, History
from sandbox import Sandbox

ADMIN = "admin@cairn.example"
ADMIN_NAME = "Demo administrator"
COORDINATOR, COORDINATOR_NAME = "coordinator@cairn.example", "Demo coordinator"


@dataclass(frozen=True)
class Installation:
    """Both sites of the demo. They have different host names, as in real life: the frame is a third party."""

    settings: Settings
    services: Services
    sandbox: Sandbox
    history: History
    """The clock of both."""
    admin_password: str


def open_installation(port: int, lms_port: int, *, people: int = 240, weeks: int = WEEKS) -> Installation:
    """The installation of these two ports: made on first use, found again later.

    Args: people, weeks: those of the LMS, and those lived through before today; they matter on first use alone.
    """
    folder = Path(os.environ.get("CAIRN_DATA_DIR", "") or ROOT / "var") / f"demo-{port}-{lms_port}"
    folder.mkdir(parents=True, exist_ok=True)
    kept = _secrets(folder / "secrets.json")
    settings = Settings(
        base_url=f"http://127.0.0.1:{port}",
        secret_key=kept["secret_key"],
        encryption_key=kept["encryption_key"],
        text_key=kept["text_key"],
        database_url=database_url(os.environ.get("DATABASE_URL", ""), folder),
        data_dir=folder,
        log_json=False,
    )
    history = History(folder / "history.json", lambda: datetime.now(UTC), weeks)
    services = build_services(settings, clock=history)
    schema.upgrade(services.db)
    services.lti.ensure_key()
    sandbox = Sandbox.open(
        folder / "sandbox", base_url=f"http://localhost:{lms_port}", now=history, people=people
    )
    return Installation(settings, services, sandbox, history, kept["admin_password"])


def _secrets(path: Path) -> dict[str, str]:
    if path.exists():
        found: dict[str, str] = json.loads(path.read_text())
        return found
    made = {
        "secret_key": token_urlsafe(48),
        "encryption_key": Fernet.generate_key().decode(),
        "text_key": Fernet.generate_key().decode(),
        "admin_password": token_urlsafe(12),
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file)
    return made
