"""Setting an installation up, running it, and asking how it is."""

import json
from secrets import token_urlsafe

import click
from cryptography.fernet import Fernet

from companion.cli.base import Installation, main, pass_installation, tell
from companion.jobs.queue import HueyQueue
from companion.jobs.worker import Worker
from companion.services.doctor import examine
from companion.services.findings import Level
from companion.store import schema


@main.command()
def secrets() -> None:
    """Print new secrets, one a line, for the environment or a file named .env."""
    click.echo(f"CAIRN_SECRET_KEY={token_urlsafe(48)}")
    click.echo(f"CAIRN_ENCRYPTION_KEY={Fernet.generate_key().decode()}")
    click.echo(f"CAIRN_TEXT_KEY={Fernet.generate_key().decode()}")


@main.command()
@pass_installation
def upgrade(installation: Installation) -> None:
    """Bring the database to the schema of this version."""
    schema.upgrade(installation.services.db)
    click.echo("The database has the schema of this version.")


@main.command()
@click.option("--threads", default=2, show_default=True, help="Jobs done at the same time.")
@pass_installation
def worker(installation: Installation, threads: int) -> None:
    """Do the background work until stopped: the outbox, the nightly sync, what the admin asks for."""
    queue = installation.services.queue
    assert isinstance(queue, HueyQueue)  # noqa: S101 - the commands never put another one in
    click.echo("The worker runs. Stop it with Ctrl-C.")
    Worker(queue, threads=threads).run()


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
@pass_installation
def doctor(installation: Installation, as_json: bool) -> None:
    """Say what works, what is missing, and how to mend it. Ends with an error where something is missing."""
    findings = examine(installation.services)
    if as_json:
        click.echo(json.dumps([{"level": f.level, "what": f.what, "advice": f.advice} for f in findings]))
    else:
        tell(findings)
    missing = sum(finding.level is Level.MISSING for finding in findings)
    if missing:
        raise click.ClickException(f"{missing} {'thing is' if missing == 1 else 'things are'} missing.")
