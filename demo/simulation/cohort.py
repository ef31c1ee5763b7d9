"""A cohort over weeks: some meet every week, some fall silent, ask, pass on, go on together or leave."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from companion.models.engagement import EngagementState, Side
from companion.services.mentoring import Viewer
from companion.services.registry import Services
from companion.store import people
from companion.sync.progress import Progress
from demo.simulation.visitor import Visitor
from sandbox import Sandbox

NOTES = (
    "We talked through my first week; the glossary helped.",
    "I shadowed a call and took notes we went over.",
    "The second list made sense once we drew it.",
    "I did it alone for the first time. It held.",
)
QUESTION = "The price list here has other figures than the shop. Which ones hold?"
ANSWER = "The shop. The list is last year's; tell whoever keeps it."


@dataclass(frozen=True)
class Pair:
    """Two people and the activity of the check-in in the course they meet in."""

    engagement_id: int
    course_id: int
    module: int
    learner_id: int
    adviser_id: int


class Cohort:
    """Lives through weeks, day by day: the jobs run as they do in service, and people do what their part is."""

    def __init__(
        self,
        services: Services,
        app: Flask,
        sandbox: Sandbox,
        lms_url: str,
        programme_id: int,
        *,
        move: Callable[[timedelta], object],
    ) -> None:
        """Args: move: moves the clock of both sites on."""
        self._services, self._app, self._sandbox = services, app, sandbox
        self._lms_url, self._programme_id, self._move = lms_url, programme_id, move
        self.pairs = list(self._pairs())

    def run(self, weeks: int, progress: Progress) -> None:
        """Live through so many weeks, from the day the engagements begin."""
        progress.phase("weeks", weeks * 7)
        for day in range(weeks * 7):
            self._jobs()
            for number, pair in enumerate(self.pairs):
                self._live(day, number, pair)
            self._move(timedelta(days=1))
            progress.advance()
        self._jobs()

    def visitor(self, person_id: int) -> Visitor:
        """Somebody with a browser of their own."""
        with self._services.db.read() as session:
            person = people.get(session, person_id)
        if person is None:
            raise LookupError(f"no person {person_id}")
        username = self._sandbox.world.people[person.lms_id].username
        return Visitor(self._app, self._lms_url, username)

    def _jobs(self) -> None:
        self._services.asks.tick()
        self._services.nudges.run()
        self._services.upkeep.run()
        self._services.outbox.work()

    def _live(self, day: int, number: int, pair: Pair) -> None:
        """What happens to a pair on a day. Pair 1 never says a word, and whoever is not named here does neither."""
        if number in (0, 2) and day % 7 == 1 and day < 28:
            for person_id in (pair.learner_id, pair.adviser_id):
                self._check_in(pair, person_id, NOTES[day // 7])
        if day == 2 and number in (0, 2, 3, 4):
            self._ask(pair)
        if day == 3:
            self._answer(pair, number)
        if number == 0 and day == 4:
            self._give(pair)
        if number == 5 and day == 9:
            visitor = self.visitor(pair.learner_id)
            visitor.open(pair.module)
            visitor.send(visitor.show("data"), "/data/leave")

    def _check_in(self, pair: Pair, person_id: int, note: str) -> None:
        visitor = self.visitor(person_id)
        page = visitor.open(pair.module)
        if visitor.send(page, "/mentoring/charter") is not None:
            page = visitor.show("check-in")
        visitor.send(page, "/check-in", mood="good", contact="call", note=note)

    def _ask(self, pair: Pair) -> None:
        visitor = self.visitor(pair.learner_id)
        visitor.open(pair.module)
        visitor.send(visitor.show("ask"), "/ask", text=QUESTION)

    def _answer(self, pair: Pair, number: int) -> None:
        """The pair 0's question is answered and resolved, 2's needs more, 4's is passed on by all, 3's is left."""
        page = self._services.asks.page(self._seen(pair))
        if not page.mine or number not in (0, 2, 4):
            return
        for one in page.mine[0].asked:
            visitor = self.visitor(one.person_id)
            visitor.open(pair.module)
            shown = visitor.show("ask")
            if number == 4:
                visitor.send(shown, "/pass")
            elif number == 2:
                visitor.send(shown, "/more", text="In which country?")
                break
            else:
                visitor.send(shown, "/answer", text=ANSWER)
        if number == 0:
            visitor = self.visitor(pair.learner_id)
            visitor.open(pair.module)
            thanked = str(page.mine[0].asked[0].person_id)
            visitor.send(visitor.show("ask"), "/resolve", words="It saved my first offer", thanked=thanked)

    def _give(self, pair: Pair) -> None:
        visitor = self.visitor(pair.learner_id)
        visitor.open(pair.module)
        visitor.send(
            visitor.show("given"),
            "/given/lesson",
            kind="went_wrong",
            audience="next_cohort",
            text="I waited a week before I asked. I would ask on the first day.",
        )
        visitor.send(
            visitor.show("given"), "/given/thanks", to=str(pair.adviser_id), text="For the first hello"
        )

    def _seen(self, pair: Pair) -> Viewer:
        return Viewer(pair.learner_id, pair.course_id, teacher=False)

    def _pairs(self) -> Iterator[Pair]:
        """The running pairs who share a course: first those who have no other engagement."""
        standing = self._services.placements.standing([self._programme_id])
        modules = {p.course_id: p.lms_module_id for p, _ in standing if p.widget == "check-in"}
        lines = self._services.engagements.of_programme(self._programme_id)
        taken = [member.person_id for line in lines for member in line.members]
        several = {
            one.engagement.id for one in lines if any(taken.count(m.person_id) > 1 for m in one.members)
        }
        for line in sorted(lines, key=lambda one: (one.engagement.id in several, one.engagement.id)):
            by_side = {member.side: member for member in line.members}
            course_id = line.engagement.course_id
            if line.engagement.state is EngagementState.ACTIVE and course_id in modules:
                yield Pair(
                    line.engagement.id,
                    course_id,
                    modules[course_id],
                    by_side[Side.LEARNER].person_id,
                    by_side[Side.ADVISER].person_id,
                )
