"""The deeds that keep groups in Moodle equal to the engagements."""

from collections.abc import Sequence

from companion.models.engagement import RUNNING, Engagement
from companion.models.jobs import OutboxEntry
from companion.models.lms import Course
from companion.placement.groups import ensure_group
from companion.services.outbox import UnneededError
from companion.store import Database, engagements, lms
from companion.store.engagements import Member
from lms_client import MoodleClient


class MeetingPlaceDeeds:
    """Makes the places in Moodle where the people of an engagement meet."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def group(self, client: MoodleClient, entry: OutboxEntry) -> None:
        """Make the group of an engagement and bring its members up to date."""
        engagement, members, course = self._running(entry)
        if course is None:
            raise UnneededError(
                "The two share no course, so that no group can be made. They meet all the same."
            )
        present = [member.lms_id for member in members if member.present]
        group = ensure_group(client, course.lms_id, engagement.id, present)
        with self._db.begin() as session:
            kept = engagements.get(session, engagement.id)
            if kept is not None:
                kept.lms_group_id = group

    def _running(self, entry: OutboxEntry) -> tuple[Engagement, Sequence[Member], Course | None]:
        engagement_id = int(entry.payload["engagement_id"])
        with self._db.read() as session:
            engagement = engagements.get(session, engagement_id)
            members = engagements.members(session, [engagement_id])[engagement_id]
            course_id = engagement.course_id if engagement else None
            course = lms.course(session, course_id) if course_id is not None else None
        if engagement is None or engagement.state not in RUNNING:
            raise UnneededError("The engagement ended before this could be done.")
        return engagement, members, course
