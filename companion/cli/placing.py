"""Placing widgets into course pages."""

import click

from companion.cli.base import Installation, main, on_a_terminal, pass_installation, programmes
from companion.models.placement import PlacementAction, Way
from companion.services.placement_plan import Preview, Wish
from companion.services.placement_words import said, summed
from companion.terminal import TerminalProgress


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
    ids = [programme_id for programme_id, _ in programmes(installation.services, programme)]
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
