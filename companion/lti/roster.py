"""Names and Role Provisioning: the roster of a course, whole or not at all."""

from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from companion.lti import addresses
from companion.lti.connector import Connector, ServiceError
from companion.lti.dynamic import MEMBERSHIPS_SCOPE

MEMBERSHIPS: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES: Final = 200
"""A platform that pages on is stopped here; Moodle sends everybody in one page unless asked otherwise."""
_TEACHES: Final = ("Instructor", "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor")


@dataclass(frozen=True)
class RosterMember:
    """Somebody on a roster: by the platform's id alone, because nothing here needs a name."""

    subject: str = field(repr=False)
    teaches: bool


def read(connector: Connector, url: str) -> list[RosterMember]:
    """Everybody active on the roster at `url`, each once.

    Raises ServiceError: also where a page is missing or leads to another site, so that a part is never taken for
    the whole.
    """
    found: dict[str, RosterMember] = {}
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        if following in seen or len(seen) == MOST_PAGES:
            raise ServiceError("The learning platform's roster does not end. None of it was used.")
        if not addresses.same_origin(following, url):
            raise ServiceError("The learning platform's roster goes on at another site. None of it was used.")
        seen.add(following)
        page = connector.get(following, [MEMBERSHIPS_SCOPE], accept=MEMBERSHIPS)
        found |= {member.subject: member for member in _members(page.body)}
        following = page.next_url
    return list(found.values())


def _members(body: Any) -> list[RosterMember]:
    try:
        rows = _container.load(body)["members"]
    except ValidationError:
        raise ServiceError("The learning platform's roster could not be read.") from None
    return [
        RosterMember(row["user_id"], any(role in _TEACHES for role in row["roles"]))
        for row in rows
        if row["status"] == "Active"
    ]


class _Part(Schema):
    class Meta:
        unknown = EXCLUDE


class _MemberSchema(_Part):
    user_id = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    status = fields.String(load_default="Active")


class _ContainerSchema(_Part):
    members = fields.List(fields.Nested(_MemberSchema), required=True)


_container = _ContainerSchema()
