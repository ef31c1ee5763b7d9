"""Everything that must be in place, looked at in one go."""

from companion.errors import NotReadyError
from companion.models.jobs import OutboxState
from companion.services.findings import Finding, Level
from companion.services.registry import Services
from companion.store import schema


def examine(services: Services) -> list[Finding]:
    """What works, what is missing and how to mend it, in the order of setting up."""
    if not schema.is_current(services.db):
        return [
            Finding(Level.MISSING, "The database has another schema.", "Run: python -m companion upgrade")
        ]
    found = [Finding(Level.OK, "The database has the schema of this version.")]
    return [*found, *_staff(services), *_moodle(services), *_lti(services), *_outbox(services)]


def _staff(services: Services) -> list[Finding]:
    if services.staff.any():
        return [Finding(Level.OK, "There is an administrator's account.")]
    return [
        Finding(Level.MISSING, "Nobody can sign in to the admin.", "Run: python -m companion admin create")
    ]


def _moodle(services: Services) -> list[Finding]:
    try:
        site = services.sites.current()
    except NotReadyError as problem:
        return [Finding(Level.MISSING, "No Moodle is connected.", str(problem))]
    found = services.sites.examine()
    if not any(finding.level is Level.MISSING for finding in found):
        found.insert(0, Finding(Level.OK, f"{site.name} answers, and its people can be read."))
    return found


def _lti(services: Services) -> list[Finding]:
    enabled = [platform for platform in services.lti.platforms() if platform.enabled]
    if enabled:
        names = ", ".join(platform.issuer for platform in enabled)
        return [Finding(Level.OK, f"Widgets can be opened from {names}.")]
    return [
        Finding(
            Level.WARNING,
            "No LTI platform is registered: no widget can be opened.",
            "Run: python -m companion platform add --help",
        )
    ]


def _outbox(services: Services) -> list[Finding]:
    counts = services.outbox.counts()
    failed = counts.get(OutboxState.FAILED, 0)
    if failed:
        advice = "The admin lists them under Home, each with its reason."
        return [Finding(Level.WARNING, f"{failed} groups or messages could not be sent to Moodle.", advice)]
    return []
