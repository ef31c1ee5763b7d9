"""Connecting a Moodle and reading it."""

import os

import click

from companion.cli.base import Installation, main, on_a_terminal, pass_installation, tell
from companion.models.jobs import SyncKind
from companion.services.sync_words import told
from companion.terminal import TerminalProgress


@main.command()
@click.argument("address")
@click.option("--token", help="Web-service token. Without it CAIRN_MOODLE_TOKEN is read, or it is asked for.")
@click.option("--without-token", is_flag=True, help="Read people from the rosters of its LTI platform alone.")
@click.option("--yes", is_flag=True, help="Do not ask on a terminal before a token is forgotten.")
@pass_installation
def connect(
    installation: Installation, address: str, token: str | None, without_token: bool, yes: bool
) -> None:
    """Connect the Moodle at ADDRESS: try what its token may do, name all that is missing, keep it encrypted.

    Without a token Cairn knows no dates and writes nothing into Moodle; the platform must be enabled first.
    """
    if without_token:
        change = installation.services.sites.without_token(address)
        if change.forgets and on_a_terminal() and not yes:
            click.echo(
                "Without the token no date, profile or cohort is read and nothing is written any more. "
                f"{change.widgets} widgets and {change.groups} groups stay in Moodle as they are. "
                "The token is forgotten at once: Cairn can neither show it nor bring it back."
            )
            click.confirm("Go on?", abort=True)
        tell(installation.services.sites.connect_without_token(address))
        return
    given = token or os.environ.get("CAIRN_MOODLE_TOKEN") or click.prompt("Token", hide_input=True)
    report = installation.services.sites.connect(address, given)
    tell(report.findings)
    click.echo(
        f"Connected to {report.name} ({report.base_url}, Moodle {report.release}) with {report.courses} courses."
    )


@main.command()
@click.option("--full", is_flag=True, help="Read everything, not only what changed since the last time.")
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Read everything, and remove people and courses even where a fifth or more have gone.",
)
@pass_installation
def sync(installation: Installation, full: bool, allow_removals: bool) -> None:
    """Read courses and people from Moodle: what changed, or everything where that was not read for long.

    A run that fails leaves the last good state; the next one goes on where it stopped.
    """
    kind = SyncKind.FULL if full or allow_removals else SyncKind.CHANGES
    with TerminalProgress() as progress:
        report = installation.services.sync.run(progress, kind=kind, allow_removals=allow_removals)
    for problem in report.problems:
        click.secho(f"! {problem}", fg="yellow")
    for sentence in told(report):
        click.echo(sentence)
    if not report.followed:
        click.echo(
            f"No programme follows a course yet. Make one: {installation.settings.base_url}/admin/programmes"
        )
