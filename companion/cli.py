"""The commands: each does one thing, shows progress, and ends with one clear sentence when it fails."""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from secrets import token_urlsafe
from typing import Any

import click
from cryptography.fernet import Fernet
from dotenv import load_dotenv

from companion import logs
from companion.errors import CompanionError, InputError
from companion.jobs.queue import HueyQueue
from companion.jobs.worker import Worker
from companion.lti.errors import LtiError
from companion.models.jobs import SyncKind
from companion.models.matching import RunState
from companion.models.placement import PlacementAction, Way
from companion.services.doctor import examine
from companion.services.findings import Finding, Level
from companion.services.placement_plan import Preview, Wish
from companion.services.placement_words import said, summed
from companion.services.registry import Services, build_services
from companion.services.sync_words import told
from companion.store import audit, schema
from companion.terminal import TerminalProgress
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
@click.argument("address")
@click.option("--token", help="Web-service token. Without it CAIRN_MOODLE_TOKEN is read, or it is asked for.")
@click.option("--without-token", is_flag=True, help="Read people from the rosters of its LTI platform alone.")
@pass_installation
def connect(installation: Installation, address: str, token: str | None, without_token: bool) -> None:
    """Connect the Moodle at ADDRESS: try what its token may do, name all that is missing, keep it encrypted.

    Without a token Cairn knows no dates and writes nothing into Moodle; the platform must be enabled first.
    """
    if without_token:
        _tell(installation.services.sites.connect_without_token(address))
        return
    given = token or os.environ.get("CAIRN_MOODLE_TOKEN") or click.prompt("Token", hide_input=True)
    report = installation.services.sites.connect(address, given)
    _tell(report.findings)
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


@main.command()
@click.option("--programme", type=int, help="Its number; all of them where left out.")
@pass_installation
def match(installation: Installation, programme: int | None) -> None:
    """Propose pairs. Nobody is told before an administrator approves."""
    for programme_id, name in _programmes(installation.services, programme):
        with TerminalProgress() as progress:
            run_id = installation.services.matching.propose(programme_id, progress.matching)
        view = installation.services.matching.view(run_id)
        click.echo(
            f"{name}: {len(view.pairs)} pairs proposed, {len(view.unmatched)} learners without one (run {run_id})."
        )
        for text, number in _reasons(tuple(row.text for row, _ in view.unmatched)):
            click.echo(f"  {number} x {text}")
        click.echo(f"  Look at it: {installation.settings.base_url}/admin/runs/{run_id}")


@main.command()
@click.argument("run", type=int, required=False)
@pass_installation
def approve(installation: Installation, run: int | None) -> None:
    """Approve proposal RUN, or each programme's newest; tells the people through Moodle."""
    services = installation.services
    runs = [run] if run is not None else _proposed(services)
    if not runs:
        raise click.ClickException("There is no proposal to approve. Run: python -m companion match")
    for run_id in runs:
        outcome = services.matching.approve(run_id, by="command line")
        click.echo(f"Run {run_id}: {outcome.formed} engagements begin, {len(outcome.refused)} pairs refused.")
        for sentence in outcome.refused:
            click.secho(f"  ! {sentence}", fg="yellow")
    done = services.outbox.work()
    click.echo(f"{done} groups and messages sent to Moodle. The worker goes on with what is left.")


@main.command()
@click.option("--programme", type=int, help="Its number; all of them where left out.")
@click.option("--template", type=int, help="Moodle's number of the template course, remembered from now on.")
@click.option(
    "--way",
    type=click.Choice([way.value for way in Way]),
    default=Way.TEMPLATE.value,
    show_default=True,
    help="How the widgets come into the course pages; the last two are done by hand and only looked at.",
)
@click.option("--to-top", is_flag=True, help="Move the activities to the top of the course page.")
@click.option("--remove", is_flag=True, help="Take out what Cairn placed instead.")
@click.option("--dry-run", is_flag=True, help="Show the plan and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask on a terminal.")
@pass_installation
def place(
    installation: Installation,
    programme: int | None,
    template: int | None,
    way: str,
    to_top: bool,
    remove: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Place the widgets into the course pages of the programmes, after showing what that changes."""
    placements = installation.services.placements
    if template is not None:
        placements.use_template(template)
    ids = [programme_id for programme_id, _ in _programmes(installation.services, programme)]
    action = PlacementAction.REMOVE if remove else PlacementAction.PLACE
    preview = placements.preview(ids, Wish(action, Way(way), to_top))
    _show(preview)
    if dry_run:
        return
    if preview.changes and on_a_terminal() and not yes:
        click.confirm("Go on?", abort=True)
    with TerminalProgress() as progress:
        if remove:
            report = placements.remove(ids, progress)
        else:
            report = placements.place(ids, progress, way=Way(way), to_top=to_top)
    for problem in report.problems:
        click.secho(f"! {problem}", fg="yellow")
    click.echo(
        f"{report.added} widgets placed, {report.moved} moved, {report.removed} removed, "
        f"{len(report.standing)} stand now."
    )


@main.group()
def platform() -> None:
    """The LTI platforms whose launches are accepted."""


@platform.command("add")
@click.option(
    "--issuer", required=True, help="Platform ID, as Moodle shows it in the tool's configuration details."
)
@click.option("--client-id", required=True)
@click.option("--deployment-id", required=True, multiple=True)
@click.option("--auth-url", required=True, help="Authentication request URL.")
@click.option("--token-url", required=True, help="Access token URL.")
@click.option("--jwks-url", required=True, help="Public keyset URL.")
@pass_installation
def platform_add(
    installation: Installation,
    issuer: str,
    client_id: str,
    deployment_id: tuple[str, ...],
    auth_url: str,
    token_url: str,
    jwks_url: str,
) -> None:
    """Register a platform, or change one that is there (the same issuer and client id)."""
    installation.services.lti.register_platform(
        issuer, client_id, deployment_id, auth_url, token_url, jwks_url
    )
    click.echo(f"Launches from {issuer} are accepted.")


@platform.command("register-link")
@pass_installation
def platform_register_link(installation: Installation) -> None:
    """Print an address to paste into Moodle's "Manage tools": good once, for an hour. Then enable the platform."""
    click.echo(installation.services.lti_registration.new_link().url)


@platform.command("list")
@pass_installation
def platform_list(installation: Installation) -> None:
    """Print the platforms, one a line: number, state, issuer, client id and deployments."""
    for one in installation.services.lti.platforms():
        state = "enabled" if one.enabled else "waiting" if one.waiting else "disabled"
        deployments = ",".join(sorted(one.deployment_ids))
        click.echo(f"{one.id}\t{state}\t{one.issuer}\t{one.client_id}\t{deployments}")


@platform.command("enable")
@click.argument("number", type=int)
@pass_installation
def platform_enable(installation: Installation, number: int) -> None:
    """Enable the platform with this NUMBER of the list."""
    installation.services.lti.set_enabled(number, True)
    click.echo("The platform can open widgets.")


@main.group()
def keys() -> None:
    """The keys that Cairn signs with."""


@keys.command("rotate")
@pass_installation
def keys_rotate(installation: Installation) -> None:
    """Sign with a new key from now on; the one before stays published for 7 days."""
    installation.services.lti.rotate_key()
    click.echo(f"Cairn signs with the key {installation.services.lti.keys.current().kid}.")


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
        _tell(findings)
    missing = sum(finding.level is Level.MISSING for finding in findings)
    if missing:
        raise click.ClickException(f"{missing} {'thing is' if missing == 1 else 'things are'} missing.")


_SIGNS = {Level.OK: ("ok", "green"), Level.WARNING: ("!", "yellow"), Level.MISSING: ("missing", "red")}


def _tell(findings: Iterable[Finding]) -> None:
    for finding in findings:
        sign, colour = _SIGNS[finding.level]
        click.secho(f"{sign:>8}  ", fg=colour, nl=False)
        click.echo(finding.what)
        if finding.advice:
            click.echo(f"          {finding.advice}")


def on_a_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty()


def _show(preview: Preview) -> None:
    for course in preview.courses:
        click.echo(course.name)
        for step in course.steps:
            click.echo(f"  {step.widget:<10} {said(step)}")
        if course.problem:
            click.secho(f"  ! {course.problem}", fg="yellow")
    for problem in preview.problems:
        click.secho(f"! {problem}", fg="yellow")
    click.echo(f"Plan: {summed(preview)}")


def _programmes(services: Services, only: int | None) -> list[tuple[int, str]]:
    if only is not None:
        return [(only, services.programmes.view(only).programme.name)]
    found = [(row.id, row.name) for row in services.programmes.listed()]
    if not found:
        raise click.ClickException("There is no programme yet. Make one in the admin, under Programmes.")
    return found


def _proposed(services: Services) -> list[int]:
    found = (services.matching.latest(p, RunState.PROPOSED) for p, _ in _programmes(services, None))
    return [run.id for run in found if run is not None]


def _reasons(texts: tuple[str, ...]) -> list[tuple[str, int]]:
    return sorted(((text, texts.count(text)) for text in set(texts)), key=lambda pair: (-pair[1], pair[0]))
