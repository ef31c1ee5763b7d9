"""LTI platforms, and the keys that Cairn signs with."""

import click

from companion.cli.base import Installation, main, pass_installation


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
