"""Group events. Moodle creates one for a group that does not exist as well, and deletes a group's events with it."""

from typing import Any

from sandbox.errors import invalid_parameter, invalid_record
from sandbox.records import Event
from sandbox.site import Site
from sandbox.webservice.params import FLAG, INT, TEXT, Many, Struct, Value
from sandbox.webservice.registry import function

_NUMBERS = Many(INT, default=())


@function(
    "core_calendar_create_calendar_events",
    writes=True,
    events=Many(
        Struct(
            {
                "name": TEXT,
                "description": Value(str, default=""),
                "format": Value(int, default=1),
                "courseid": Value(int, default=0),
                "groupid": Value(int, default=0),
                "repeats": Value(int, default=0),
                "eventtype": Value(str, default="user"),
                "timestart": Value(int, default=0),
                "timeduration": Value(int, default=0),
                "visible": Value(int, default=1),
                "sequence": Value(int, default=1),
            }
        )
    ),
)
def create_calendar_events(site: Site, events: list[dict[str, Any]]) -> dict[str, Any]:
    made = [_make(site, given) for given in events]
    return {"events": [_event(event) | {"uuid": ""} for event in made], "warnings": []}


@function(
    "core_calendar_get_calendar_events",
    events=Struct(
        dict.fromkeys(("eventids", "courseids", "groupids", "categoryids"), _NUMBERS), default=None
    ),
    options=Struct(
        {
            "userevents": Value(bool, default=True),
            "siteevents": Value(bool, default=True),
            "timestart": Value(int, default=0),
            "timeend": Value(int, default=0),
            "ignorehidden": Value(bool, default=True),
        },
        default=None,
    ),
)
def get_calendar_events(site: Site, events: dict[str, Any] | None, options: dict[str, Any] | None) -> Any:
    """Only what Cairn asks for: the events of groups, at all times."""
    wanted = set(events["groupids"]) if events else set()
    if options is None or options["userevents"] or options["siteevents"] or options["timestart"]:
        raise invalid_parameter()
    found = [event for event in site.world.events.values() if event.group in wanted]
    listed = {"categoryid": None, "repeatid": None, "modulename": None, "instance": None}
    return {"events": [_event(event) | listed for event in found], "warnings": []}


@function(
    "core_calendar_delete_calendar_events",
    writes=True,
    events=Many(Struct({"eventid": INT, "repeat": FLAG})),
)
def delete_calendar_events(site: Site, events: list[dict[str, Any]]) -> None:
    if any(given["eventid"] not in site.world.events for given in events):
        raise invalid_record("event")
    for given in events:
        site.world.events.pop(given["eventid"], None)


def _make(site: Site, given: dict[str, Any]) -> Event:
    event = Event(
        id=site.world.next_id("events"),
        name=given["name"],
        description=given["description"],
        course=given["courseid"],
        group=given["groupid"],
        user=site.world.service_user,
        kind=given["eventtype"],
        timestart=given["timestart"],
        timemodified=site.epoch(),
    )
    site.world.events[event.id] = event
    return event


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "name": event.name,
        "description": event.description,
        "format": 1,
        "courseid": event.course,
        "groupid": event.group,
        "userid": event.user,
        "modulename": "",
        "instance": 0,
        "eventtype": event.kind,
        "timestart": event.timestart,
        "timeduration": 0,
        "visible": 1,
        "sequence": 1,
        "timemodified": event.timemodified,
        "subscriptionid": None,
    }
