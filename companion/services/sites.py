"""Connecting a Moodle, and saying what works and what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from companion.errors import LmsError, NotReadyError
from companion.lti.guard import AddressGuard, ForbiddenAddressError
from companion.models.lms import Site
from companion.placement import widgets
from companion.services.connection import Connection
from companion.services.findings import Finding, Level
from companion.services.probe import probe
from companion.services.reading_route import roster_findings, route_findings
from companion.services.roster_reading import no_platform
from companion.services.without_token import WithoutToken, without_token
from companion.store import Cipher, Database, Session, lms, lti, mirror, staging
from companion.sync.courses import TEMPLATE_SHORT_NAME, course_rows
from companion.sync.rosters import Rosters
from lms_client import (
    Cohort,
    Course,
    FunctionUnavailable,
    MissingCapability,
    MoodleClient,
    NotFound,
)
from lms_client import LmsError as ClientError
from lms_client import Site as SiteInfo


@dataclass(frozen=True, slots=True)
class ConnectReport:
    """What connecting found."""

    name: str
    base_url: str
    release: str
    courses: int
    findings: tuple[Finding, ...]


class SiteService:
    """Connects to a Moodle and looks after the connection."""

    def __init__(
        self,
        db: Database,
        *,
        connection: Connection,
        rosters: Callable[[str], Rosters],
        secrets: Cipher,
        clock: Callable[[], datetime],
    ) -> None:
        """Args: rosters: those of a site, by its address."""
        self._db = db
        self._connection = connection
        self._rosters = rosters
        self._secrets = secrets
        self._clock = clock

    def connect(self, base_url: str, token: str, *, guarded: bool = False) -> ConnectReport:
        """Check an address and a token, and keep them (the token encrypted) where reading works.

        Args:
            guarded: the address came over the network, and may not lead to what no site stands at.

        Raises:
            LmsError: the address or token is wrong, or the token cannot read; names all that is missing.
        """
        try:
            client = self._connection.new_client(base_url, token)
            if guarded:
                _guard(base_url)
            info = client.site_info()
            findings = probe(client, info)
            lacking = [f"{f.what} {f.advice}" for f in findings if f.level is Level.MISSING]
            if lacking:
                raise LmsError("The token cannot read what Cairn needs.\n" + "\n".join(lacking))
            courses, cohorts = client.courses(), _cohorts(client)
        except (ClientError, ValueError) as problem:
            # ValueError: the address or the token has no usable form.
            raise LmsError(str(problem)) from problem
        self._keep(info, token, courses, cohorts)
        return ConnectReport(info.name, info.url, info.release, len(course_rows(courses)), tuple(findings))

    def without_token(self, base_url: str) -> WithoutToken:
        """What `connect_without_token` would change; raises NotReadyError as it does."""
        issuer = base_url.rstrip("/")
        rostered = frozenset(self._rosters(issuer).courses())
        with self._db.read() as session:
            return without_token(session, issuer, rostered)

    def connect_without_token(self, base_url: str) -> list[Finding]:
        """Keep a site whose people are read from the rosters of its LTI platform; gives what that means.

        Raises NotReadyError where no enabled platform has this address.
        """
        issuer = base_url.rstrip("/")
        with self._db.begin() as session:
            if not any(platform.enabled for platform in lti.platforms(session, issuer=issuer)):
                raise NotReadyError(no_platform(issuer))
            known = lms.site_by_url(session, issuer)
            name = known.name if known else urlsplit(issuer).hostname or issuer
            values = {"name": name, "release": "", "functions": []}
            self._keep_site(session, issuer, None, values)
        return self.examine()

    def examine(self) -> list[Finding]:
        """Look at the connected site again; one that cannot be reached is a finding, not an error.

        Raises NotReadyError where no site is connected.
        """
        site = self.current()
        if site.token_encrypted is None:
            return roster_findings(self._rosters(site.base_url))
        try:
            client = self._connection.client()
            info = client.site_info()
            return probe(client, info) + route_findings(client, info) + self._template(client)
        except NotReadyError as problem:
            return [Finding(Level.MISSING, "The connected Moodle cannot be asked.", str(problem))]
        except ClientError as problem:
            return [Finding(Level.MISSING, "The Moodle site does not answer as it should.", str(problem))]

    def note_checked(self) -> None:
        """Keep that everything was found in place; raises NotReadyError where no site is connected.

        The template course, which may have been made since the site was connected, is looked for once more.
        """
        site = self.current()
        template = site.template_course_id
        if template is None and site.token_encrypted is not None:
            template = _template_of(self._connection.client().courses())
        with self._db.begin() as session:
            row = lms.site_by_id(session, site.id)
            row.checked_at, row.template_course_id = self._clock(), template

    def current(self) -> Site:
        """The connected site; raises NotReadyError where there is none."""
        return self._connection.site()

    def courses(self) -> list[tuple[int, str, str]]:
        """Our id, the short and the full name of each course of the site but the template."""
        site = self.current()
        with self._db.read() as session:
            found = lms.courses(session, site.id)
        return [(c.id, c.short_name, c.full_name) for c in found if c.lms_id != site.template_course_id]

    def cohorts(self) -> list[tuple[int, str]]:
        """Our id and the name of each LMS cohort."""
        site_id = self.current().id
        with self._db.read() as session:
            return [(cohort.id, cohort.name) for cohort in lms.cohorts(session, site_id)]

    def _template(self, client: MoodleClient) -> list[Finding]:
        """Whether the activities that widgets are imported from can be seen."""
        course_id = self._connection.site().template_course_id
        if course_id is None:
            advice = f"Make it with the short name {TEMPLATE_SHORT_NAME} (docs/moodle-setup.md), and connect again."
            return [
                Finding(Level.WARNING, "The template course is not known: no widget can be placed.", advice)
            ]
        try:
            found = widgets.template_widgets(client, course_id)
        except (NotReadyError, NotFound, FunctionUnavailable, MissingCapability) as problem:
            return [
                Finding(
                    Level.WARNING,
                    "The template course cannot be used: no widget can be placed.",
                    str(problem),
                )
            ]
        return [Finding(Level.OK, f"The template course holds {', '.join(sorted(found))}.")]

    def _keep(self, info: SiteInfo, token: str, courses: list[Course], cohorts: list[Cohort]) -> None:
        template = _template_of(courses)
        values = {"name": info.name, "release": info.release, "functions": sorted(info.functions)}
        with self._db.begin() as session:
            site = self._keep_site(session, info.url, self._secrets.encrypt(token), values)
            if site.template_course_id not in {course.id for course in courses}:
                site.template_course_id = template or site.template_course_id
            mirror.keep_courses(session, site.id, course_rows(courses))
            mirror.name_cohorts(session, site.id, ((cohort.id, cohort.name) for cohort in cohorts))

    def _keep_site(
        self, session: Session, base_url: str, token: bytes | None, values: Mapping[str, object]
    ) -> Site:
        """Keep how a site is reached from now on; what was being read on another way is given up."""
        values = {**values, "token_encrypted": token, "connected_at": self._clock(), "checked_at": None}
        site = lms.site_by_url(session, base_url)
        if site is None:
            return lms.add(session, Site(base_url=base_url, **values))
        if (site.token_encrypted is None) is not (token is None):
            staging.drop(session, site.id)
        for name, value in values.items():
            setattr(site, name, value)
        return site


def _template_of(courses: Sequence[Course]) -> int | None:
    return next((each.id for each in courses if each.short_name == TEMPLATE_SHORT_NAME), None)


def _guard(base_url: str) -> None:
    """Refuse what serves the machine itself, such as the metadata of a cloud; a private network may hold a Moodle."""
    parts = urlsplit(base_url)
    try:
        AddressGuard(private=True).resolve(parts.hostname or "", parts.port or 443)
    except ForbiddenAddressError:
        raise LmsError(f"{parts.hostname} leads to an address at which no Moodle can be.") from None
    except OSError:
        raise LmsError(
            f"Nothing is known of a machine named {parts.hostname}. Look at the address again."
        ) from None


def _cohorts(client: MoodleClient) -> list[Cohort]:
    try:
        return client.cohorts()
    except (FunctionUnavailable, MissingCapability):
        return []
