"""An installation on which the main job was done once, put back as it was for each test."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from companion.models.engagement import Engagement, EngagementState, Side
from companion.services.mentoring import Viewer
from companion.services.registry import Services
from companion.store.engagements import Member
from sandbox.world import World
from tests.clock import Clock
from tests.sites import Lms, begin, serve_lms


@dataclass(frozen=True)
class Meeting:
    """A running engagement whose two people meet in a course."""

    engagement: Engagement
    learner: Member
    adviser: Member

    @property
    def id(self) -> int:
        return self.engagement.id

    def seen_by(self, member: Member) -> Viewer:
        """The one or the other, looking from the course page they meet in."""
        return Viewer(member.person_id, self.engagement.course_id, teacher=False)


@dataclass(frozen=True)
class Begun:
    """Services over running engagements, and the LMS they were read from.

    Attributes:
        programme_id: the one programme, over ONB-SALES, ONB-ENG, ONB-CARE and WELCOME.
    """

    services: Services
    lms: Lms
    programme_id: int
    clock: Clock

    @property
    def meetings(self) -> list[Meeting]:
        """The running engagements of people who share a course, in the order of their numbers."""
        lines = self.services.engagements.of_programme(self.programme_id)
        found = [
            Meeting(line.engagement, *sorted(line.members, key=lambda member: member.side is Side.ADVISER))
            for line in lines
            if line.engagement.course_id and line.engagement.state is EngagementState.ACTIVE
        ]
        return sorted(found, key=lambda meeting: meeting.id)

    @property
    def meeting(self) -> Meeting:
        """The first of them."""
        return self.meetings[0]


@dataclass(frozen=True)
class Kept:
    """What the main job left behind: a database to copy, and the world of its LMS."""

    database: str
    world: str
    programme_id: int


class BorrowedClock(Clock):
    """The clock of an LMS that outlives the tests: it shows what the clock of the test at hand shows."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.lent: Clock = Clock(now)

    def __call__(self) -> datetime:
        return self.lent()


class Stage:
    """A served sandbox shared by many tests: each finds it as it was kept, whatever the one before did."""

    def __init__(self, lms: Lms, clock: BorrowedClock) -> None:
        self.lms = lms
        self._clock = clock
        self._fresh = self._world()

    def fresh(self, clock: Clock) -> Lms:
        """The LMS as it was seeded; its time is that of the test's clock from now on."""
        self._clock.lent = clock
        self._put_back(self._fresh)
        return self.lms

    def begin(self, services: Services, database: str, clock: Clock) -> Kept:
        """Do the main job from the start, for these services on this database."""
        self.fresh(clock)
        programme_id = begin(services, self.lms)
        return Kept(database, self._world(), programme_id)

    def set_for(self, services: Services, kept: Kept, clock: Clock) -> Begun:
        """Put the LMS back to what was kept; its time is that of the test's clock from now on."""
        self._clock.lent = clock
        self._put_back(kept.world)
        return Begun(services, self.lms, kept.programme_id, clock)

    def _world(self) -> str:
        return json.dumps(self.lms.sandbox.world.to_json())

    def _put_back(self, world: str) -> None:
        sandbox = self.lms.sandbox
        sandbox.behave()
        sandbox.calls.clear()
        with sandbox.lock:
            for name, value in vars(World.from_json(json.loads(world))).items():
                setattr(sandbox.world, name, value)


@contextmanager
def staged(now: datetime) -> Iterator[Stage]:
    """A stage, served until the end of the block."""
    clock = BorrowedClock(now)
    with serve_lms(clock) as lms:
        yield Stage(lms, clock)
