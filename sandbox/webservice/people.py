"""core_user_get_users_by_field: the only bulk source of time zone, language and suspension."""

from typing import Any

from sandbox.errors import invalid_parameter
from sandbox.records import Person
from sandbox.site import Site
from sandbox.webservice.details import custom_fields, details
from sandbox.webservice.params import TEXT, Many
from sandbox.webservice.registry import function

_FIELDS = {"id", "idnumber", "username", "email"}


@function("core_user_get_users_by_field", field=TEXT, values=Many(TEXT))
def get_users_by_field(site: Site, field: str, values: list[str]) -> list[dict[str, Any]]:
    if field not in _FIELDS:
        raise invalid_parameter()
    wanted = set(values)
    if field == "id":
        numbers = {int(value) for value in wanted if value.isdigit()}
        people = [site.world.people[number] for number in numbers & site.world.people.keys()]
    else:
        people = [person for person in site.world.people.values() if str(getattr(person, field)) in wanted]
    return [_profile(site, person) for person in sorted(people, key=lambda person: person.id)]


def _profile(site: Site, person: Person) -> dict[str, Any]:
    return details(site, person) | {
        "auth": person.auth,
        "suspended": person.suspended,
        "confirmed": True,
        "lang": person.lang,
        "theme": "",
        "timezone": person.timezone,
        "mailformat": 1,
        "trackforums": 0,
        "customfields": custom_fields(person, display=True),
    }
