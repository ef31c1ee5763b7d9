"""Assignment and Grade Services: the columns of a course's gradebook that belong to a tool, and their scores."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.lti.claims import lineitem_url
from sandbox.records import LineItem, Score, ToolType
from sandbox.sandbox import Sandbox

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"


class RefusedGradeError(Exception):
    """The HTTP status and Moodle's reason."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(reason)


def items(sandbox: Sandbox, tool: ToolType, course: int) -> list[dict[str, Any]]:
    """The tool's columns: one for each of its activities, and those it made."""
    world = sandbox.world
    activities = [
        LineItem(row.instance, course, tool.id, row.name, 100, row.instance)
        for row in world.modules_in(course)
        if row.modname == "lti" and row.tool == tool.id
    ]
    made = [row for row in world.lineitems.values() if row.course == course and row.tool == tool.id]
    return [_as_json(sandbox, tool, row) for row in (*activities, *made)]


def add_item(sandbox: Sandbox, tool: ToolType, course: int, sent: Any) -> dict[str, Any]:
    """A new column. Raises RefusedGradeError."""
    if not isinstance(sent, dict) or not sent.get("label") or not _is_number(sent.get("scoreMaximum")):
        raise RefusedGradeError(400, "No label or Score Maximum")
    link = int(sent.get("resourceLinkId") or 0)
    with sandbox.change() as world:
        if link and not any(row.instance == link and row.tool == tool.id for row in world.modules_in(course)):
            raise RefusedGradeError(403, "")
        made = LineItem(
            id=world.next_id("lti"),  # one row of ids with the activities, whose columns go by their instance
            course=course,
            tool=tool.id,
            label=sent["label"],
            maximum=sent["scoreMaximum"],
            link=link,
            tag=sent.get("tag", ""),
        )
        world.lineitems[made.id] = made
    return _as_json(sandbox, tool, made)


def add_score(sandbox: Sandbox, tool: ToolType, course: int, item: int, sent: Any) -> None:
    """What the tool says of one person; refused where it is no newer than what it said before."""
    if all(
        row["id"] != lineitem_url(sandbox.site, tool, course, item) for row in items(sandbox, tool, course)
    ):
        raise RefusedGradeError(404, "Line item does not exist")
    needed: Mapping[str, Callable[[Any], bool]] = {
        "userId": lambda value: isinstance(value, str) and value.isdigit(),
        "timestamp": _is_moment,
        "gradingProgress": lambda value: isinstance(value, str),
        "activityProgress": lambda value: isinstance(value, str),
        "scoreMaximum": lambda value: value is None or _is_number(value),
    }
    if not isinstance(sent, dict) or not all(fits(sent.get(name)) for name, fits in needed.items()):
        raise RefusedGradeError(400, "Incorrect score received")
    person = int(sent["userId"])
    enrolment = sandbox.world.enrolment(course, person)
    if enrolment is None or not enrolment.active or enrolment.role != "student":
        raise RefusedGradeError(400, "Incorrect score received")
    told = datetime.fromisoformat(sent["timestamp"]).timestamp()
    with sandbox.change() as world:
        old = next((s for s in world.scores.values() if (s.lineitem, s.person) == (item, person)), None)
        if old is not None and old.told >= int(told):
            raise RefusedGradeError(409, "Refusing score with an earlier timestamp")
        key = old.id if old else world.next_id("scores")
        world.scores[key] = Score(
            id=key,
            lineitem=item,
            person=person,
            given=sent.get("scoreGiven"),
            maximum=sent.get("scoreMaximum") or 1,
            activity=sent["activityProgress"],
            grading=sent["gradingProgress"],
            told=int(told),
        )


def _as_json(sandbox: Sandbox, tool: ToolType, row: LineItem) -> dict[str, Any]:
    link = {"resourceLinkId": str(row.link), "ltiLinkId": str(row.link)} if row.link else {}
    return {
        "id": lineitem_url(sandbox.site, tool, row.course, row.id),
        "label": row.label,
        "scoreMaximum": row.maximum,
        "resourceId": "",
        "tag": row.tag,
    } | link


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
