"""Looking at many courses at once: their activities, or a plan that says why one could not be looked at."""

from collections.abc import Iterator, Sequence

from companion.placement.placer import CoursePlan, Target
from lms_client import LtiActivity, MissingCapability, MoodleClient, NotFound

CHUNK = 50
"""Courses in one request."""

Look = tuple[Target, Sequence[LtiActivity] | CoursePlan]


def look(client: MoodleClient, targets: Sequence[Target]) -> Iterator[Look]:
    """The external-tool activities of each course, in order; a CoursePlan without steps for one that is not seen."""
    for start in range(0, len(targets), CHUNK):
        part = targets[start : start + CHUNK]
        try:
            found = client.lti_activities([target.course_id for target in part])
        except (MissingCapability, NotFound):
            # One that cannot be read spoils the answer for all.
            yield from ((target, _alone(client, target)) for target in part)
        else:
            yield from ((t, [a for a in found if a.course_id == t.course_id]) for t in part)


def unseen(client: MoodleClient, course_id: int, refusal: Exception) -> CoursePlan:
    """The plan for a course that could not be looked at, for whichever reason."""
    if client.courses(ids=[course_id]):
        return CoursePlan(course_id, problem=str(refusal))
    return CoursePlan(course_id, problem="It is no longer in Moodle, or hidden from the token.", gone=True)


def _alone(client: MoodleClient, target: Target) -> Sequence[LtiActivity] | CoursePlan:
    try:
        return client.lti_activities([target.course_id])
    except (MissingCapability, NotFound) as refusal:
        return unseen(client, target.course_id, refusal)
