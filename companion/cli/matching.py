"""Proposing pairs and approving them."""

import click

from companion.cli.base import Installation, main, pass_installation, programmes
from companion.models.matching import RunState
from companion.services.registry import Services
from companion.terminal import TerminalProgress


@main.command()
@click.option("--programme", type=int, help="Its number; all of them where left out.")
@pass_installation
def match(installation: Installation, programme: int | None) -> None:
    """Propose pairs. Nobody is told before an administrator approves."""
    for programme_id, name in programmes(installation.services, programme):
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


def _proposed(services: Services) -> list[int]:
    found = (services.matching.latest(p, RunState.PROPOSED) for p, _ in programmes(services, None))
    return [run.id for run in found if run is not None]


def _reasons(texts: tuple[str, ...]) -> list[tuple[str, int]]:
    return sorted(((text, texts.count(text)) for text in set(texts)), key=lambda pair: (-pair[1], pair[0]))
