"""The rosters of the connected site, as a sync reads them where the site gave no token."""

from html import unescape

from companion.errors import LmsError, NotReadyError
from companion.lti import roster
from companion.lti.connector import Connector
from companion.lti.roster import RosterMember
from companion.services.lti_connectors import LtiConnectors
from companion.store import Database, lti, lti_contexts
from companion.store.mirror import CourseRow
from companion.sync.rosters import Roster, Rostered


class PlatformRosters:
    """The rosters that the LTI platform of one site offers; every method but `courses` may wait for it."""

    def __init__(self, db: Database, connectors: LtiConnectors, issuer: str) -> None:
        """Args: issuer: of the platform, which is the address of the site."""
        self._db = db
        self._connectors = connectors
        self._issuer = issuer

    def courses(self) -> list[int]:
        """The courses whose roster can be asked for, by the LMS's ids; raises NotReadyError where no platform is."""
        with self._db.read() as session:
            enabled = any(each.enabled for each in lti.platforms(session, issuer=self._issuer))
            found = lti_contexts.rostered(session, self._issuer)
        if not enabled:
            raise NotReadyError(no_platform(self._issuer))
        return sorted(int(context) for context in found if context.isdecimal())

    def names(self, course: int) -> CourseRow:
        """A course by its names; raises LmsError."""
        return _named(course, roster.names(*self._at(course)))

    def whole(self, course: int) -> Roster:
        """A course and everybody active in it; raises LmsError, also where only a part could be read."""
        told = roster.read(*self._at(course))
        return Roster(_named(course, told), [_rostered(each) for each in told.members])

    def _at(self, course: int) -> tuple[Connector, str]:
        with self._db.read() as session:
            found = lti_contexts.rostered(session, self._issuer).get(str(course))
        if found is None:
            raise LmsError("The learning platform offers no roster of this course any more.")
        platform_id, url = found
        return self._connectors.to(platform_id), url


def no_platform(issuer: str) -> str:
    """That the site is no LTI platform of ours, and how it becomes one."""
    return (
        f"No enabled LTI platform has the address {issuer}. Register Cairn as a tool there first, and enable it: "
        "Platforms in the admin, or python -m companion platform --help"
    )


def _named(course: int, told: roster.Roster) -> CourseRow:
    short = unescape(told.label) or f"Course {course}"
    return CourseRow(course, short, unescape(told.title) or short, visible=True)


def _rostered(member: RosterMember) -> Rostered:
    if not member.subject.isdecimal():
        raise LmsError("The learning platform's people have no numbers as Moodle's have.")
    name, email, number = (
        unescape(each) if each else None for each in (member.name, member.email, member.number)
    )
    return Rostered(int(member.subject), member.teaches, name, email, number)
