"""Administrators' accounts, and the log of what they change."""

import sys

import click

from companion.cli.base import Installation, main, pass_installation


@main.group()
def admin() -> None:
    """Administrators' accounts."""


@admin.command("create")
@click.option("--email", prompt=True)
@click.option("--name", default="", help="Shown beside what the person decides.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_installation
def admin_create(installation: Installation, email: str, name: str, password_stdin: bool) -> None:
    """Make an account for the admin."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    installation.services.staff.create(email, name, password)
    click.echo(f"{email} can sign in: {installation.settings.base_url}/account/sign-in")


@main.group("audit")
def audit_log() -> None:
    """The audit log."""


@audit_log.command("verify")
@click.option("--head", help="A hash that an earlier check printed: it must still be in the log.")
@pass_installation
def audit_verify(installation: Installation, head: str | None) -> None:
    """Check that no entry of the audit log was changed, added or taken away; prints the hash of the last one."""
    verdict = installation.services.audit.verify(head)
    if verdict.broken is not None:
        raise click.ClickException(
            f"Entry {verdict.broken} is not as it was written, or is missing. "
            f"The {verdict.entries} before it are sound."
        )
    if head and not verdict.seen:
        raise click.ClickException(
            f"The log is sound in itself, but no entry has the hash {head}: entries were cut off or written anew."
        )
    click.echo(f"All {verdict.entries} entries are as they were written. Head: {verdict.head}")
