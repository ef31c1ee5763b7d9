"""Names and Roles: the roster of a course for a registered tool, in pages."""

from typing import Any

from sandbox.lti.claims import memberships_url
from sandbox.records import Enrolment, ToolType
from sandbox.site import Site

CONTENT_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_ROLES = {"editingteacher": "Instructor", "student": "Learner"}


def memberships(
    site: Site, tool: ToolType, course: int, *, limit: int, start: int, role: str
) -> tuple[dict[str, Any], str | None]:
    """A page of active members from `start`, and the address of the next; limit 0 means everybody.

    `role` is "Learner", "Instructor" or "" for both. Raises KeyError for an unknown course.
    """
    record = site.world.courses[course]
    address = memberships_url(site, tool, record)
    rows = [row for row in site.world.enrolments_in(course) if row.active and role in ("", _ROLES[row.role])]
    page = rows[start : start + limit] if limit else rows[start:]
    further = limit > 0 and start + limit < len(rows)
    body = {
        "id": address,
        "context": {"id": str(course), "label": record.shortname, "title": record.fullname},
        "members": [_member(site, row) for row in page],
    }
    return body, f"{address}?limit={limit}&from={start + limit}" if further else None


def _member(site: Site, enrolment: Enrolment) -> dict[str, Any]:
    person = site.world.people[enrolment.person]
    return {
        "status": "Active",
        "roles": [_ROLES[enrolment.role]],
        "user_id": str(person.id),
        "lis_person_sourcedid": person.idnumber,
        "name": person.fullname,
        "given_name": person.firstname,
        "family_name": person.lastname,
        "email": person.email,
        "ext_user_username": person.username,
    }
