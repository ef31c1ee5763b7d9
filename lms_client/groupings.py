"""Groupings: sets of groups of a course."""

from collections.abc import Sequence

from lms_client.calling import Caller
from lms_client.errors import MalformedReply
from lms_client.functions import Function
from lms_client.loading import load_all
from lms_client.records import Grouping
from lms_client.replies import GroupingGroupsSchema
from lms_client.schemas import GroupingSchema


class Groupings(Caller):
    """Groupings of a Moodle site. Each method may raise any LmsError; asked to do nothing, it sends nothing."""

    def course_groupings(self, course_id: int) -> list[Grouping]:
        """The groupings of a course."""
        body = self._call(Function.GROUPINGS, {"courseid": course_id})
        return load_all(Function.GROUPINGS, GroupingSchema, body)

    def grouping_groups(self, grouping_id: int) -> tuple[int, ...]:
        """The ids of the groups in a grouping."""
        params = {"groupingids": [grouping_id], "returngroups": 1}
        found = load_all(
            Function.GROUPING_GROUPS, GroupingGroupsSchema, self._call(Function.GROUPING_GROUPS, params)
        )
        return tuple(group for each in found for group in each.group_ids)

    def create_grouping(self, course_id: int, name: str, idnumber: str) -> Grouping:
        """Create a grouping. Raises InvalidParameter if the course has one of that name already."""
        params = {"courseid": course_id, "name": name, "description": "", "idnumber": idnumber}
        body = self._call(Function.CREATE_GROUPINGS, {"groupings": [params]})
        created = load_all(Function.CREATE_GROUPINGS, GroupingSchema, body)
        if len(created) != 1:
            raise MalformedReply(Function.CREATE_GROUPINGS, "the whole of it, which is not one grouping")
        return created[0]

    def delete_groupings(self, ids: Sequence[int]) -> None:
        """Delete these groupings, not the groups in them."""
        if ids:
            self._call(Function.DELETE_GROUPINGS, {"groupingids": ids})

    def assign_grouping(self, grouping_id: int, group_ids: Sequence[int]) -> None:
        """Put groups into a grouping; one that is in it stays."""
        if group_ids:
            self._call(Function.ASSIGN_GROUPING, {"assignments": _pairs(grouping_id, group_ids)})

    def unassign_grouping(self, grouping_id: int, group_ids: Sequence[int]) -> None:
        """Take groups out of a grouping."""
        if group_ids:
            self._call(Function.UNASSIGN_GROUPING, {"unassignments": _pairs(grouping_id, group_ids)})


def _pairs(grouping_id: int, group_ids: Sequence[int]) -> list[dict[str, int]]:
    return [{"groupingid": grouping_id, "groupid": group_id} for group_id in group_ids]
