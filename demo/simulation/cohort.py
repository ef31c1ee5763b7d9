"""Programmes over weeks, lived through launches and forms: people do what their part is, the jobs run as in service."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from flask import Flask

from companion.models.engagement import EngagementState
from companion.services.asks import AskPage
from companion.services.mentoring import Viewer
from companion.services.registry import Services
from companion.store import people
from companion.sync.progress import Progress
from demo.simulation import words
from demo.simulation.characters import SCHEDULES, Character
from demo.simulation.deeds import DEEDS, Visit, accept, advise
from demo.simulation.meeting import Meeting, meeting_of
from demo.simulation.visitor import Visitor
from sandbox import Sandbox, create_sandbox_app

EVENING = timedelta(hours=9)
"""After the jobs of a day, reminders are decided on once more: so it is day for everybody at one time or the other."""
ADVISING_DAY = 2
"""After the last of an engagement: whoever learned in it looks at its last page."""
ANSWERING_DAY = 3
"""Of an engagement: those whom it asked look at the question."""


class Cohort:
    """Lives through days: what is due by the clock, then what people do."""

    def __init__(
        self,
        services: Services,
        app: Flask,
        sandbox: Sandbox,
        programme_ids: Sequence[int],
        *,
        cast: Callable[[Meeting], Character],
        left: Callable[[Meeting], bool],
        move: Callable[[timedelta], object],
    ) -> None:
        """Args:
        cast: what an engagement is like; the same each time it is asked.
        left: whether the learners leave a proposal unanswered.
        move: moves the clock of both sites on.
        """
        self._services, self._app, self._sandbox = services, app, sandbox
        self._lms = create_sandbox_app(sandbox)
        self._programme_ids, self._move = programme_ids, move
        self._cast, self._left = cast, left
        self._visitors: dict[int, Visitor] = {}

    def run(self, days: int, progress: Progress) -> None:
        """Live through so many days."""
        progress.phase("days", days)
        for _ in range(days):
            self.day()
            progress.advance()

    def day(self) -> None:
        """Live through a day, and stand at the same hour of the next."""
        self.morning()
        self.evening()

    def morning(self) -> None:
        """What is due by the clock, then what people do."""
        self._jobs()
        for meeting in self.meetings():
            self._live(meeting)

    def evening(self) -> None:
        """What was not taken back takes effect, reminders once more, then the night."""
        self._move(EVENING)
        self._services.outbox.work()
        self._services.nudges.run()
        self._move(timedelta(days=1) - EVENING)

    def meetings(self) -> list[Meeting]:
        """The engagements that did not end early and meet in a course, the oldest first."""
        modules = {
            placed.course_id: placed.lms_module_id
            for placed, _ in self._services.placements.standing(list(self._programme_ids))
            if placed.widget == "check-in"
        }
        lines = (
            line for each in self._programme_ids for line in self._services.engagements.of_programme(each)
        )
        found = (meeting_of(line, modules) for line in lines)
        return sorted(
            (meeting for meeting in found if meeting and meeting.state in SCENES),
            key=lambda m: m.engagement_id,
        )

    def visitor(self, person_id: int) -> Visitor:
        """Somebody with a browser of their own."""
        if person_id not in self._visitors:
            with self._services.db.read() as session:
                person = people.get(session, person_id)
            if person is None:
                raise LookupError(f"no person {person_id}")
            username = self._sandbox.world.people[person.lms_id].username
            self._visitors[person_id] = Visitor(self._app, self._lms, username)
        return self._visitors[person_id]

    def _jobs(self) -> None:
        self._services.ask_passing.tick()
        self._services.upkeep.run()
        self._services.choosing.next_best()
        self._services.nudges.run()
        self._services.outbox.work()

    def _live(self, meeting: Meeting) -> None:
        today = self._services.clock().date()
        day = (today - meeting.starts_on).days
        if meeting.state is EngagementState.CLOSED:
            if (today - meeting.ends_on).days == ADVISING_DAY and self._cast(meeting) is Character.STEADY:
                advise(self._visit(meeting, meeting.learner_id))
            return
        if meeting.state is EngagementState.PROPOSED:
            if day == 1:
                self._answer_proposal(meeting)
            return
        character = self._cast(meeting)
        due = [step for step in SCHEDULES[character] if step.day == day]
        for person_id in meeting.of(None):
            deeds = [step.deed for step in due if person_id in meeting.of(step.side)]
            if deeds:
                visit = self._visit(meeting, person_id)
                for deed in deeds:
                    DEEDS[deed](visit)
        if day == ANSWERING_DAY:
            self._answer(meeting, character)

    def _answer_proposal(self, meeting: Meeting) -> None:
        left = self._left(meeting)
        for person_id in meeting.advisers if left else meeting.of(None):
            accept(self._visit(meeting, person_id))

    def _visit(self, meeting: Meeting, person_id: int) -> Visit:
        visitor = self.visitor(person_id)
        visitor.open(meeting.module)
        today = self._services.clock().date()
        turn = meeting.engagement_id + person_id + (today - meeting.starts_on).days // 7
        return Visit(visitor, meeting, person_id, today, turn)

    def _answer(self, meeting: Meeting, character: Character) -> None:
        """What those do who were asked, and then who asked."""
        if character not in ANSWERS:
            return
        page = self._asked(meeting)
        deed, question = ANSWERS[character], (page.mine[0].text or "") if page.mine else ""
        for place, person_id in enumerate(_asked_people(page, most=MOST.get(deed, 3))):
            visit = self._visit(meeting, person_id)
            said = words.MORE if deed == "/more" else words.ANSWERS[question]
            visit.visitor.send(visit.page("ask"), deed, text=said[place % len(said)])
        if character is Character.STEADY and page.mine:
            visit = self._visit(meeting, meeting.learner_id)
            thanked = next(_asked_people(page, most=1), None)
            if thanked is not None:
                visit.visitor.send(
                    visit.page("ask"), "/resolve", words=visit.one_of(words.HELPED), thanked=str(thanked)
                )

    def _asked(self, meeting: Meeting) -> AskPage:
        return self._services.asks.page(Viewer(meeting.learner_id, meeting.course_id, teacher=False))


SCENES = (
    EngagementState.PROPOSED,
    EngagementState.ACTIVE,
    EngagementState.PAUSED,
    EngagementState.CLOSED,
)
"""States in which people do something."""
ANSWERS = {
    Character.STEADY: "/answer",
    Character.CURIOUS: "/more",
    Character.PASSED_ON: "/pass",
}
"""What those do with a question whom it is put to; the others leave it."""
MOST = {"/answer": 2, "/more": 1}
"""How many of them do so; all pass it on."""


def _asked_people(page: AskPage, *, most: int) -> Iterator[int]:
    asked = page.mine[0].asked if page.mine else ()
    return (one.person_id for one in asked[:most])
