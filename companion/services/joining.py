"""Circles that run and have room: who can join them, and joining."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from companion.matching import OpenCircle, Profile
from companion.matching.open_circles import HARD_LIMIT
from companion.models.engagement import Engagement, EngagementMember, Side
from companion.models.programme import Programme
from companion.services.meeting_places import note_engagements
from companion.services.messages import MESSAGE
from companion.store import Session, engagements, outbox

SHORTEST = timedelta(weeks=1)
"""A circle that ends sooner takes nobody more: a relationship needs a week or two (D2)."""
FULL = f"The circle has no room left: {HARD_LIMIT} people are the most."
OVER = "The circle ends too soon, or no longer runs."
NO_ADVISER = "The circle has no adviser at the moment."
NOT_WITH_ALL = "One of the circle and the learner are not to be paired."


def open_circles(
    session: Session, programme: Programme, by_id: Mapping[int, Profile], today: date
) -> tuple[OpenCircle, ...]:
    """The circles of a programme that run for a week at least, have an adviser, and room.

    Args:
        by_id: a profile of everybody in the programme.
    """
    rows = engagements.circles_running(session, programme.id, today + SHORTEST)
    members = engagements.members(session, [row.id for row in rows])
    found = []
    for row in rows:
        people = members[row.id]
        advisers = [one.person_id for one in people if one.side is Side.ADVISER and one.person_id in by_id]
        room = HARD_LIMIT - len(people)
        if advisers and room > 0:
            others = (one.person_id for one in people if one.person_id != advisers[0])
            learners = tuple(by_id[who] for who in others if who in by_id)
            found.append(
                OpenCircle(circle_id=row.id, adviser=by_id[advisers[0]], learners=learners, room=room)
            )
    return tuple(found)


def refusal(
    session: Session,
    circle: Engagement,
    learner_id: int,
    parted: frozenset[tuple[int, int]],
    today: date,
    before: int,
) -> str | None:
    """Why somebody can no longer join a circle, in a sentence; None where they can.

    Args:
        before: how many join it with them and were counted before.
    """
    if circle not in engagements.circles_running(session, circle.programme_id, today + SHORTEST):
        return OVER
    people = engagements.members(session, [circle.id])[circle.id]
    if not any(one.side is Side.ADVISER and one.present for one in people):
        return NO_ADVISER
    if len(people) + before >= HARD_LIMIT:
        return FULL
    if any((learner_id, one.person_id) in parted for one in people):
        return NOT_WITH_ALL
    return None


def join(session: Session, circle: Engagement, learner_ids: Sequence[int], now: datetime) -> None:
    """Put learners into a circle. They accept its charter first; they and everybody in it are told.

    Nobody in it is moved, and nothing that was written before is shown to who joins.
    """
    before = [one.person_id for one in engagements.members(session, [circle.id])[circle.id]]
    engagements.join(
        session,
        [
            EngagementMember(engagement_id=circle.id, person_id=who, side=Side.LEARNER, joined_at=now)
            for who in learner_ids
        ],
    )
    about: dict[str, Any] = {"engagement_id": circle.id}
    messages = {f"begin-{circle.id}-{who}": {**about, "person_id": who} for who in learner_ids}
    messages |= {
        f"joined-{circle.id}-{who}-{min(learner_ids)}": {
            **about,
            "person_id": who,
            "joined": list(learner_ids),
        }
        for who in before
    }
    outbox.add(session, MESSAGE, messages, now)
    note_engagements(session, [circle.id], now)
