"""What the commands share: the installation they work on, and how they speak and end."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click
from dotenv import load_dotenv

from companion import logs
from companion.errors import CompanionError, InputError
from companion.lti.errors import LtiError
from companion.services.findings import Finding, Level
from companion.services.registry import Services, build_services
from companion.store import audit, schema
from config import Settings, SettingsError


@dataclass
class Installation:
    """What the commands work on; read from the environment when first needed."""

    @cached_property
    def settings(self) -> Settings:
        """The settings; a missing one ends the command."""
        return Settings.from_env()

    @cached_property
    def services(self) -> Services:
        """The services, on a database of this version's schema."""
        services = build_services(self.settings)
        click.get_current_context().find_root().call_on_close(services.db.dispose)
        schema.upgrade(services.db)
        services.lti.ensure_key()
        _act(services)
        return services


def _act(services: Services) -> None:
    """Whoever runs the command acts until it ends; what they change is noted in the audit log."""
    context = click.get_current_context()
    action = context.command_path.removeprefix(context.find_root().command_path).strip()
    token = audit.begin_deed(audit.Deed(audit.COMMAND_LINE, services.clock, action))
    context.find_root().call_on_close(lambda: audit.end_deed(token))


pass_installation = click.make_pass_decorator(Installation, ensure=True)


class Commands(click.Group):
    """A group whose commands end with one sentence, not a trace, when the cause lies outside the program."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (CompanionError, LtiError, SettingsError) as problem:
            for name, sentence in (problem.fields if isinstance(problem, InputError) else {}).items():
                click.echo(f"  {name}: {sentence}", err=True)
            raise click.ClickException(str(problem)) from problem


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Cairn: mentoring between recent learners and new hires, beside Moodle.

    The usual order: secrets, admin create, connect, (make a programme in the admin), sync, match, approve,
    platform add, place; and worker, which does the rest in the background.
    """
    load_dotenv()
    logs.set_up(as_json=os.environ.get("CAIRN_LOG", "text") == "json", quiet=True)


_SIGNS = {Level.OK: ("ok", "green"), Level.WARNING: ("!", "yellow"), Level.MISSING: ("missing", "red")}


def tell(findings: Iterable[Finding]) -> None:
    """Print findings with their advice."""
    for finding in findings:
        sign, colour = _SIGNS[finding.level]
        click.secho(f"{sign:>8}  ", fg=colour, nl=False)
        click.echo(finding.what)
        if finding.advice:
            click.echo(f"          {finding.advice}")


def on_a_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty()


def programmes(services: Services, only: int | None) -> list[tuple[int, str]]:
    """Number and name of one programme, or of all; where there is none, the command ends."""
    if only is not None:
        return [(only, services.programmes.view(only).programme.name)]
    found = [(row.id, row.name) for row in services.programmes.listed()]
    if not found:
        raise click.ClickException("There is no programme yet. Make one in the admin, under Programmes.")
    return found
