"""Names and Role Provisioning: the roster of a course, whole or not at all."""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from companion.lti import addresses
from companion.lti.connector import Connector, ServiceError
from companion.lti.dynamic import MEMBERSHIPS_SCOPE

MEMBERSHIPS: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
PAGE: Final = 2000
"""Members on a page, some 700 kB. Unless asked so, Moodle sends everybody in one answer, however many they are."""
MOST_PAGES: Final = 200
"""A platform that pages on is stopped here."""
_TEACHES: Final = ("Instructor", "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor")


@dataclass(frozen=True)
class RosterMember:
    """Somebody on a roster.

    Attributes:
        name, email, number: None where the platform does not share them; `number` is the organisation's own.
    """

    subject: str = field(repr=False)
    teaches: bool
    name: str | None = field(repr=False, default=None)
    email: str | None = field(repr=False, default=None)
    number: str | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Roster:
    """A course by its short and its full name, "" where the platform tells none, and everybody active in it."""

    label: str
    title: str
    members: list[RosterMember] = field(repr=False)


def read(connector: Connector, url: str) -> Roster:
    """The roster at `url`, everybody on it once.

    One of several pages is read twice: whoever moved from one page to another meanwhile, because somebody else came
    or went, is met the second time. Raises ServiceError: also where a page is missing or leads to another site, so
    that a part is never taken for the whole.
    """
    found, pages = _whole(connector, url)
    if pages == 1:
        return found
    again, _ = _whole(connector, url)
    met = {member.subject: member for member in (*found.members, *again.members)}
    return Roster(again.label, again.title, list(met.values()))


def names(connector: Connector, url: str) -> Roster:
    """The names of the course of the roster at `url`, with one member of it at most. Raises ServiceError."""
    return _roster(connector.get(_limited(url, 1), [MEMBERSHIPS_SCOPE], accept=MEMBERSHIPS).body)


def _whole(connector: Connector, url: str) -> tuple[Roster, int]:
    """The roster, and on how many pages it came."""
    label, title, found = "", "", dict[str, RosterMember]()
    seen: set[str] = set()
    following: str | None = _limited(url, PAGE)
    while following is not None:
        if following in seen or len(seen) == MOST_PAGES:
            raise ServiceError("The learning platform's roster does not end. None of it was used.")
        if not addresses.same_origin(following, url):
            raise ServiceError("The learning platform's roster goes on at another site. None of it was used.")
        seen.add(following)
        page = connector.get(following, [MEMBERSHIPS_SCOPE], accept=MEMBERSHIPS)
        part = _roster(page.body)
        label, title = part.label, part.title
        found |= {member.subject: member for member in part.members}
        following = page.next_url
    return Roster(label, title, list(found.values())), len(seen)


def _limited(url: str, members: int) -> str:
    """The address that asks for so many members at a time, unless it names a number itself."""
    query = urlsplit(url).query
    return url if "limit" in parse_qs(query) else f"{url}{'&' if query else '?'}limit={members}"


def _roster(body: Any) -> Roster:
    try:
        told = _container.load(body)
    except ValidationError:
        raise ServiceError("The learning platform's roster could not be read.") from None
    context = told["context"] or {}
    return Roster(
        context.get("label") or "",
        context.get("title") or "",
        [_member(row) for row in told["members"] if row["status"] == "Active"],
    )


def _member(row: dict[str, Any]) -> RosterMember:
    teaches = any(role in _TEACHES for role in row["roles"])
    number = row["lis_person_sourcedid"] or None
    return RosterMember(row["user_id"], teaches, row["name"] or None, row["email"] or None, number)


class _Part(Schema):
    class Meta:
        unknown = EXCLUDE


class _MemberSchema(_Part):
    user_id = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    status = fields.String(load_default="Active")
    name = fields.String(load_default=None, allow_none=True)
    email = fields.String(load_default=None, allow_none=True)
    lis_person_sourcedid = fields.String(load_default=None, allow_none=True)


class _ContextSchema(_Part):
    label = fields.String(allow_none=True)
    title = fields.String(allow_none=True)


class _ContainerSchema(_Part):
    members = fields.List(fields.Nested(_MemberSchema), required=True)
    context = fields.Nested(_ContextSchema, load_default=None, allow_none=True)


_container = _ContainerSchema()
