"""The half of the client that changes Moodle. Nothing is tried twice: after SiteError or MalformedReply, look first."""

from collections.abc import Sequence

from lms_client.calling import Caller
from lms_client.errors import FunctionUnavailable, LmsError, MalformedReply, MissingCapability, SiteError
from lms_client.functions import Function
from lms_client.loading import load_all, load_one
from lms_client.reading import named
from lms_client.records import BlockPlacement, Group, NewGroup, NewMessage, SentMessage
from lms_client.replies import MessageResultSchema
from lms_client.schemas import BlockPlacementSchema, GroupSchema

HTML_FORMAT = 1  # Moodle's FORMAT_HTML
MEMBERS_ONLY = 1  # Moodle's GROUPS_VISIBILITY_MEMBERS

_OF_ALL = (SiteError, FunctionUnavailable, MissingCapability, MalformedReply)
"""What is no refusal of one message."""


class Writing(Caller):
    """Changes to a Moodle site. Each may raise any LmsError. Asked to do nothing, they send nothing."""

    def create_groups(self, groups: Sequence[NewGroup]) -> list[Group]:
        """Create these groups, all or none, and return them in the same order.

        Raises InvalidParameter if a course has a group of such a name or ID number already.
        """
        if not groups:
            return []
        params = [
            {
                "courseid": group.course_id,
                "name": group.name,
                "description": group.description,
                "idnumber": group.idnumber or None,
                **({"visibility": MEMBERS_ONLY} if group.members_only else {}),
            }
            for group in groups
        ]
        body = self._call(Function.CREATE_GROUPS, {"groups": params})
        created = load_all(Function.CREATE_GROUPS, GroupSchema, body)
        if len(created) != len(groups):
            raise MalformedReply(
                Function.CREATE_GROUPS, "the whole of it, which has another number of groups than asked"
            )
        return created

    def add_group_members(self, members: Sequence[tuple[int, int]]) -> None:
        """Add people to groups, given pairs of group and user id.

        Raises InvalidParameter, and adds nobody, if somebody is not enrolled in the course.
        """
        self._change_members(Function.ADD_GROUP_MEMBERS, members)

    def remove_group_members(self, members: Sequence[tuple[int, int]]) -> None:
        """Take people out of groups, given pairs of group and user id."""
        self._change_members(Function.REMOVE_GROUP_MEMBERS, members)

    def delete_groups(self, ids: Sequence[int]) -> None:
        """Delete these groups, not the people in them."""
        if ids:
            self._call(Function.DELETE_GROUPS, {"groupids": ids})

    def send_messages(self, messages: Sequence[NewMessage]) -> list[SentMessage]:
        """Send these messages as the token's user, each in a request of its own, and say what became of them, in order.

        (Given a sent and a refused message together, Moodle 4.5 sends the one and then answers with an error.)
        What would fail for all raises if it meets the first message. If it meets a later one, the list ends before
        that message: it may have been sent, those after it were not.
        """
        results: list[SentMessage] = []
        for message in messages:
            try:
                results.append(self._send(message))
            except _OF_ALL:
                if not results:
                    raise
                break
        return results

    def import_course(self, template_course_id: int, course_id: int) -> None:
        """Copy the activities of a template course into another, which keeps what it has.

        Called twice it copies twice.
        """
        options = named({"activities": 1, "blocks": 0, "filters": 0})
        course = {"importfrom": template_course_id, "importto": course_id, "deletecontent": 0}
        self._call(Function.IMPORT_COURSE, {**course, "options": options})

    def delete_modules(self, cmids: Sequence[int]) -> None:
        """Delete activities, given the ids of their course modules."""
        if cmids:
            self._call(Function.DELETE_MODULES, {"cmids": cmids})

    def move_modules(
        self,
        course_id: int,
        cmids: Sequence[int],
        *,
        before: int | None = None,
        section_id: int | None = None,
    ) -> None:
        """Move activities before another one, or to the end of a section; they keep their order among each other.

        Args:
            cmids: course modules to move.
            before: the course module that they come to stand before.
            section_id: the id (not the number) of the section to whose end they go.

        Raises ValueError unless exactly one of the two places is given.
        """
        if (before is None) == (section_id is None):
            raise ValueError("Say where to: before an activity or into a section, one of the two.")
        if cmids:
            place = {"targetcmid": before} if section_id is None else {"targetsectionid": section_id}
            params = {"action": "cm_move", "courseid": course_id, "ids": cmids, **place}
            self._call(Function.UPDATE_COURSE, params)

    def place_block(self, course_id: int, widget: str) -> BlockPlacement:
        """Make a widget stand in a course by the block of moodle/block_cairn; twice changes nothing."""
        return self._block(course_id, widget, "place")

    def remove_block(self, course_id: int, widget: str) -> BlockPlacement:
        """Take a widget's block out of a course, with the hidden activity behind it; twice changes nothing."""
        return self._block(course_id, widget, "remove")

    def find_block(self, course_id: int, widget: str) -> BlockPlacement:
        """Where a widget stands in a course by the block; changes nothing."""
        return self._block(course_id, widget, "find")

    def _block(self, course_id: int, widget: str, action: str) -> BlockPlacement:
        params = {"courseid": course_id, "widget": widget, "action": action}
        return load_one(Function.PLACE_BLOCK, BlockPlacementSchema, self._call(Function.PLACE_BLOCK, params))

    def _change_members(self, function: Function, members: Sequence[tuple[int, int]]) -> None:
        if members:
            pairs = [{"groupid": group_id, "userid": user_id} for group_id, user_id in members]
            self._call(function, {"members": pairs})

    def _send(self, message: NewMessage) -> SentMessage:
        params = {
            "touserid": message.user_id,
            "text": message.text,
            "textformat": HTML_FORMAT,
            "clientmsgid": message.key,
        }
        try:
            body = self._call(Function.SEND_MESSAGES, {"messages": [params]})
            results = load_all(Function.SEND_MESSAGES, MessageResultSchema, body)
        except _OF_ALL:
            raise
        except LmsError as error:
            return SentMessage(message.key, None, str(error))
        if len(results) != 1:
            raise MalformedReply(
                Function.SEND_MESSAGES, "the whole of it, which does not say whether the message was sent"
            )
        result = results[0]
        if result.message_id < 1:
            return SentMessage(message.key, None, result.refusal or "Moodle refused it without saying why.")
        return SentMessage(message.key, result.message_id, None)
