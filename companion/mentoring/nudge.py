"""When somebody is reminded, and of what: rarely, by day, with a reason, and not for ever; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from companion.models.care import NudgeKind

WEEK = timedelta(days=7)
"""At most one nudge in this time, all reasons and channels together (PRODUCT default)."""
MOST_UNANSWERED = 3
"""After so many without a sign of life there are none, and the coordinator sees it (PRODUCT default)."""
QUIET = (20, 8)
"""Hours of the person's clock between which nothing is sent."""
WEEKEND = (5, 6)
"""Saturday and Sunday: a nudge waits for Monday."""


WIDGET: dict[NudgeKind, str] = {
    NudgeKind.ASK: "ask",
    NudgeKind.PROPOSAL: "mentoring",
    NudgeKind.FIRST_CONTACT: "check-in",
    NudgeKind.COMMITMENT: "mentoring",
    NudgeKind.CLOSE: "mentoring",
    NudgeKind.FEEDBACK: "feedback",
    NudgeKind.CHECK_IN: "check-in",
    NudgeKind.PULSE: "feedback",
}
"""The widget that does the job."""
YIELDING = frozenset({NudgeKind.FEEDBACK, NudgeKind.CHECK_IN, NudgeKind.PULSE})
"""What can wait: where something else has its day within the week, the reminder of the week is kept for that."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that waits for a person.

    Attributes:
        subject_id: of what it is about: the ask, the engagement or the commitment.
        since: the day on which it begins to wait; one to come is told of then.
    """

    kind: NudgeKind
    subject_id: int
    since: date
    course_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reachable:
    """What deciding needs to know of a person.

    Attributes:
        time_zone: an IANA name; None or unknown reads as UTC.
        quiet: first and last hour of silence on their clock; equal hours mean none.
        last_at: their last nudge.
        unanswered: nudges since their last sign of life.
        stopped: they used the stop link.
        silent: low bandwidth this week, paused or not taking part.
    """

    time_zone: str | None = None
    quiet: tuple[int, int] = QUIET
    last_at: datetime | None = None
    unanswered: int = 0
    stopped: bool = False
    silent: bool = False


def decide(causes: Iterable[Cause], person: Reachable, now: datetime) -> Cause | None:
    """The one cause to tell now, or None: nothing waits, it is too soon, it is night there, or it is not wanted."""
    if not may_be_told(person, now):
        return None
    today = local_day(person.time_zone, now)
    ripe: list[Cause] = []
    to_come: list[Cause] = []
    for cause in causes:
        (ripe if cause.since <= today else to_come).append(cause)
    order = list(NudgeKind)
    first = min(ripe, key=lambda c: (order.index(c.kind), c.since, c.subject_id), default=None)
    if first is not None and first.kind in YIELDING and any(c.since < today + WEEK for c in to_come):
        return None
    return first


def may_be_told(person: Reachable, now: datetime) -> bool:
    """Whether a nudge may go out to somebody at this moment."""
    if person.stopped or person.silent or gave_up(person):
        return False
    if person.last_at is not None and now - person.last_at < WEEK:
        return False
    return not is_quiet(person, now)


def gave_up(person: Reachable) -> bool:
    """Whether no more nudges are sent because they stayed unanswered."""
    return person.unanswered >= MOST_UNANSWERED


def is_quiet(person: Reachable, now: datetime) -> bool:
    """Whether it is night or weekend on the person's clock."""
    local = now.astimezone(_zone(person.time_zone))
    first, last = person.quiet
    if local.weekday() in WEEKEND:
        return True
    return first <= local.hour < last if first <= last else local.hour >= first or local.hour < last


def local_day(time_zone: str | None, now: datetime) -> date:
    """The date on the person's calendar."""
    return now.astimezone(_zone(time_zone)).date()


def next_chance(person: Reachable, now: datetime) -> datetime | None:
    """The first full hour at which a nudge may go out; None where none will, or not within two weeks."""
    if person.stopped or person.silent or gave_up(person):
        return None
    hour = datetime.combine(now.date(), time(now.hour), UTC if now.tzinfo is None else now.tzinfo)
    hours = (hour + timedelta(hours=step) for step in range(14 * 24))
    return next((moment for moment in hours if moment >= now and may_be_told(person, moment)), None)


@lru_cache(maxsize=1000)
def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
