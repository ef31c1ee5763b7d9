"""Events in the calendars of groups. (An event of type `user` would land on the token's own user.)"""

from collections.abc import Sequence

from lms_client.calling import Caller
from lms_client.errors import MalformedReply, MissingCapability
from lms_client.functions import Function
from lms_client.loading import load_all, member
from lms_client.records import GroupEvent, NewEvent
from lms_client.schemas import GroupEventSchema

HTML_FORMAT = 1  # Moodle's FORMAT_HTML


class Calendar(Caller):
    """Group events of a Moodle site. Each method may raise any LmsError; asked to do nothing, it sends nothing."""

    def group_events(self, group_ids: Sequence[int]) -> list[GroupEvent]:
        """The events of these groups, past ones too, whoever made them."""
        if not group_ids:
            return []
        options = {"userevents": 0, "siteevents": 0, "timestart": 0, "timeend": 0}
        body = self._call(Function.EVENTS, {"events": {"groupids": group_ids}, "options": options})
        found = load_all(Function.EVENTS, GroupEventSchema, member(Function.EVENTS, body, "events"))
        wanted = set(group_ids)
        return [event for event in found if event.group_id in wanted]

    def create_events(self, events: Sequence[NewEvent]) -> list[GroupEvent]:
        """Create these events, of no length, and return them in the same order.

        Moodle does not look whether the group exists: an event of one that does not is seen by nobody.
        """
        if not events:
            return []
        params = [
            {
                "name": event.name,
                "description": event.description,
                "format": HTML_FORMAT,
                "courseid": event.course_id,
                "groupid": event.group_id,
                "eventtype": "group",
                "timestart": int(event.starts_at.timestamp()),
                "timeduration": 0,
            }
            for event in events
        ]
        body = self._call(Function.CREATE_EVENTS, {"events": params})
        if member(Function.CREATE_EVENTS, body, "warnings"):
            raise MissingCapability(
                Function.CREATE_EVENTS
            )  # told by a warning for each event, under HTTP 200
        made = load_all(
            Function.CREATE_EVENTS, GroupEventSchema, member(Function.CREATE_EVENTS, body, "events")
        )
        if len(made) != len(events):
            raise MalformedReply(
                Function.CREATE_EVENTS, "the whole of it, which has another number of events than asked"
            )
        return made

    def delete_events(self, ids: Sequence[int]) -> None:
        """Delete these events, all or none. Raises NotFound if one of them is not there."""
        if ids:
            events = [{"eventid": event_id, "repeat": 0} for event_id in ids]
            self._call(Function.DELETE_EVENTS, {"events": events})
