"""How people are described to callers."""

from datetime import UTC, datetime
from typing import Any

from sandbox.records import Person
from sandbox.site import Site


def details(site: Site, person: Person) -> dict[str, Any]:
    """What both user functions tell of a person. As in Moodle, empty parts are left out, but for a few."""
    shown = {
        "id": person.id,
        "username": person.username,
        "firstname": person.firstname,
        "lastname": person.lastname,
        "fullname": person.fullname,
        "email": person.email,
        "department": person.department,
        "institution": person.institution or None,
        "idnumber": person.idnumber or None,
        "interests": ", ".join(person.interests) or None,
        "firstaccess": person.firstaccess,
        "lastaccess": person.lastaccess,
        "city": person.city or None,
        "country": person.country or None,
        "profileimageurlsmall": site.url("/theme/image.php/boost/core/1/u/f2"),
        "profileimageurl": site.url("/theme/image.php/boost/core/1/u/f1"),
    }
    return {name: value for name, value in shown.items() if value is not None}


def custom_fields(person: Person, *, display: bool) -> list[dict[str, str]]:
    """The custom profile fields that hold something; `display` adds them as a reader would see them."""
    fields = (
        ("text", person.city, "Location", "location"),
        ("text", person.jobrole, "Job role", "jobrole"),
        ("datetime", str(person.hired or ""), "Hire date", "hiredate"),
        ("text", person.manager, "Manager", "manager"),
        ("text", ", ".join(person.languages), "Languages", "languages"),
    )
    rows = []
    for kind, value, name, shortname in fields:
        row = {"type": kind, "value": value, "name": name, "shortname": shortname}
        if display:
            row["displayvalue"] = _day(person.hired) if kind == "datetime" and person.hired else value
        if value:
            rows.append(row)
    return rows


def _day(epoch: int) -> str:
    moment = datetime.fromtimestamp(epoch, UTC)
    return f"{moment.day} {moment:%B %Y}"
