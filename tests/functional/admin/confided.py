"""What people confide, stored for tests: a concern with its words, a lesson for the next cohort."""

from itertools import count

from companion.models.concern import ConcernTopic, Share
from companion.models.exchange import LessonAudience, LessonKind
from companion.models.staff import StaffRole
from tests.begun import Begun
from tests.functional.admin.visitor import ADDRESS

WORDS = "Quetzal umbrella sentence"
LESSON = "Walnut harbour lesson"
_keys = count(1)


def name_to_hear(begun: Begun) -> None:
    """Name the owner of the tests a coordinator of the programme who hears its concerns."""
    account = next(line.account for line in begun.services.staff.all() if line.account.email == ADDRESS)
    begun.services.staff.change(account.id, StaffRole.OWNER, {begun.programme_id: True})


def raise_concern(begun: Begun, share: Share = Share.WORDS) -> int:
    """Let a learner raise a concern, long enough ago that it stands; gives its id."""
    meeting = begun.meeting
    begun.services.concerns.raise_concern(
        meeting.seen_by(meeting.learner),
        meeting.id,
        share=share,
        topic=ConcernTopic.CONDUCT,
        text=WORDS,
        form_key=f"concern-{next(_keys)}",
    )
    begun.clock.move(minutes=11)
    return max(line.row.id for line in begun.services.concerns.inbox([begun.programme_id])[0])


def offer_lesson(begun: Begun) -> int:
    """Let an adviser offer a lesson to the next cohort; gives its id."""
    meeting = begun.meeting
    begun.services.lessons.write(
        meeting.seen_by(meeting.adviser),
        meeting.id,
        kind=LessonKind.WENT_RIGHT,
        audience=LessonAudience.NEXT_COHORT,
        text=LESSON,
        section=None,
        form_key=f"lesson-{next(_keys)}",
    )
    return max(lesson.id for lesson in begun.services.offered_lessons.waiting([begun.programme_id])[0])
