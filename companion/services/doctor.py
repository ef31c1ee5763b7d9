"""Everything that must be in place, looked at in one go."""

from datetime import timedelta
from typing import Final

from companion.errors import NotReadyError
from companion.lti.errors import LtiError
from companion.mail.smtp import MailAwayError
from companion.models.jobs import OutboxState
from companion.services.findings import Finding, Level
from companion.services.registry import Services
from companion.store import UnreadableError, schema
from companion.store.lti import PlatformView

CLOCKS_APART: Final = timedelta(seconds=5)
"""A server tells its time by the second, and its answer takes a while; an id_token of Moodle is good for sixty."""


def examine(services: Services) -> list[Finding]:
    """What works, what is missing and how to mend it, in the order of setting up."""
    if not schema.is_current(services.db):
        return [
            Finding(Level.MISSING, "The database has another schema.", "Run: python -m companion upgrade")
        ]
    found = [Finding(Level.OK, "The database has the schema of this version.")]
    return [
        *found,
        *_keys(services),
        *_staff(services),
        *_worker(services),
        *_moodle(services),
        *_lti(services),
        *_mail(services),
        *_outbox(services),
    ]


def _keys(services: Services) -> list[Finding]:
    """Whether what is kept encrypted can still be read; the token of Moodle is tried where Moodle is asked."""
    lost = []
    try:
        services.lti.keys.current()
    except UnreadableError:
        advice = "Restore CAIRN_ENCRYPTION_KEY. If it is lost, make new keys: python -m companion keys rotate"
        lost.append(Finding(Level.MISSING, "The key that Cairn signs with cannot be read.", advice))
    except NotReadyError:
        pass  # none was made yet
    if not services.mentoring.texts_readable():
        advice = "Restore CAIRN_TEXT_KEY. What was written with the lost key stays unreadable for ever."
        lost.append(Finding(Level.MISSING, "What people wrote cannot be read.", advice))
    return lost or [Finding(Level.OK, "What is kept encrypted can be read.")]


def _worker(services: Services) -> list[Finding]:
    if services.jobs.alive():
        found = [Finding(Level.OK, "A worker does the work in the background.")]
    else:
        what = (
            "No worker did anything in the last five minutes: nothing is sent to Moodle, and nothing is read."
        )
        found = [Finding(Level.WARNING, what, "Run, and keep running: python -m companion worker")]
    return found + [
        Finding(
            Level.WARNING,
            f"The job “{row.job}” failed the last time ({row.error}), {row.failures} of {row.runs} times in all.",
            "Look into the log of the worker at that moment.",
        )
        for row in services.jobs.records()
        if row.error
    ]


def _mail(services: Services) -> list[Finding]:
    if services.mail is None:
        what = "No mail server is set: what Moodle refuses reaches nobody, and no invitation can be sent."
        return [Finding(Level.WARNING, what, "Set CAIRN_MAIL_HOST and CAIRN_MAIL_FROM (docs/operations.md).")]
    try:
        services.mail.check()
    except MailAwayError as problem:
        advice = "Look at the CAIRN_MAIL_ settings (docs/operations.md)."
        return [Finding(Level.MISSING, str(problem), advice)]
    return [
        Finding(Level.OK, f"The mail server {services.mail.host} takes letters from {services.mail.sender}.")
    ]


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
        found = [Finding(Level.OK, f"Widgets can be opened from {names}.")]
        return found + [finding for one in enabled for finding in _platform(services, one)]
    return [
        Finding(
            Level.WARNING,
            "No LTI platform is registered: no widget can be opened.",
            "Run: python -m companion platform add --help",
        )
    ]


def _platform(services: Services, platform: PlatformView) -> list[Finding]:
    try:
        apart = services.clock_apart(platform.jwks_url)
    except LtiError:
        what = f"The public keys of {platform.issuer} cannot be read: launches from there will fail."
        advice = f"See that {platform.jwks_url} can be opened from the machine that runs Cairn."
        return [Finding(Level.WARNING, what, advice)]
    if apart is not None and abs(apart) > CLOCKS_APART:
        what = (
            f"The clocks of Cairn and {platform.issuer} are {abs(apart).total_seconds():.0f} seconds apart: "
            "launches, which are good for a minute, may fail."
        )
        return [Finding(Level.WARNING, what, "Let both machines keep their time by NTP.")]
    return []


def _outbox(services: Services) -> list[Finding]:
    counts = services.outbox.counts()
    failed = counts.get(OutboxState.FAILED, 0)
    if failed:
        advice = "The admin lists them under Outbox, each with its reason, to be tried again or dropped."
        return [Finding(Level.WARNING, f"{failed} groups, dates, messages or letters were given up.", advice)]
    return []
