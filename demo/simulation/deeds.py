"""What somebody does on a visit: each a form of a page, found there and sent as a browser would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from demo.simulation import words
from demo.simulation.meeting import Meeting
from demo.simulation.visitor import Visitor


@dataclass(frozen=True)
class Visit:
    """Somebody who opened a widget of an engagement.

    Attributes:
        turn: a number by which what is said differs.
    """

    visitor: Visitor
    meeting: Meeting
    person_id: int
    today: date
    turn: int

    def page(self, name: str) -> str:
        """A page of the widget, about this engagement."""
        return self.visitor.show(f"{name}?engagement={self.meeting.engagement_id}")

    def send(self, page: str, action: str, **values: str) -> bool:
        """Fill in a form of a page of this engagement."""
        return self.visitor.send(page, action, engagement=str(self.meeting.engagement_id), **values)

    def one_of(self, choice: tuple[str, ...]) -> str:
        """The one whose turn it is."""
        return choice[self.turn % len(choice)]


def accept(visit: Visit) -> None:
    """Agree to a proposal."""
    visit.send(visit.page("mentoring"), "/mentoring/accept")


def advise(visit: Visit) -> None:
    """Say yes to advising whoever comes next, where the last page of one's own engagement asks."""
    visit.send(visit.page("mentoring"), "/mentoring/advise", topics_offered=words.TOPICS, capacity="1")


def check_in(visit: Visit) -> None:
    """Accept the charter where it waits, then say how it goes."""
    page = visit.page("check-in")
    if visit.send(page, "/mentoring/charter"):
        page = visit.page("check-in")
    mood = visit.one_of(("good", "good", "mixed", "good", "hard", "mixed", "good"))
    contact = visit.one_of(("call", "message", "in_person", "call"))
    visit.send(page, "/check-in", mood=mood, contact=contact, note=visit.one_of(words.NOTES))


def card(visit: Visit) -> None:
    """Say how one likes to work."""
    visit.send(visit.page("mentoring"), "/mentoring/card", **words.CARD)


def ask(visit: Visit) -> None:
    """Put a question."""
    visit.send(visit.page("ask"), "/ask", text=visit.one_of(words.QUESTIONS))


def commit(visit: Visit) -> None:
    """Set oneself something for a week from now."""
    choice = words.COMMITMENTS if visit.person_id in visit.meeting.learners else words.PROMISES
    intent, sign = choice[visit.turn % len(choice)]
    due = (visit.today + timedelta(days=7)).isoformat()
    visit.send(visit.page("mentoring"), "/mentoring/commitment", intent=intent, sign=sign, due=due)


def settle(visit: Visit) -> None:
    """Say what became of what one set oneself."""
    outcome = visit.one_of(("kept", "kept", "kept", "dropped", "kept"))
    visit.send(visit.page("mentoring"), "/mentoring/settle", outcome=outcome)


def give(visit: Visit) -> None:
    """Thank the other side, and leave a lesson for those who come next."""
    thanked = (
        visit.meeting.adviser_id if visit.person_id in visit.meeting.learners else visit.meeting.learner_id
    )
    visit.send(visit.page("given"), "/given/thanks", to=str(thanked), text=visit.one_of(words.THANKS))
    _lesson(visit, "went_wrong", visit.one_of(words.WENT_WRONG))


def lesson(visit: Visit) -> None:
    """Leave what went well."""
    _lesson(visit, "went_right", visit.one_of(words.WENT_RIGHT))


def _lesson(visit: Visit, kind: str, text: str) -> None:
    visit.send(visit.page("given"), "/given/lesson", kind=kind, audience="next_cohort", text=text)


def feedback(visit: Visit) -> None:
    """Say that it fits, and one item of trust, which grows with the weeks."""
    weeks = (visit.today - visit.meeting.starts_on).days // 7
    _feedback(visit, "good", min(5, 3 + (visit.turn + weeks) % 3))


def unsure(visit: Visit) -> None:
    """Say that one is unsure."""
    _feedback(visit, "unsure", 3)


def not_good(visit: Visit) -> None:
    """Say that it does not fit."""
    _feedback(visit, "not_good", 2)


def _feedback(visit: Visit, fit: str, score: int) -> None:
    visit.send(visit.page("feedback"), "/feedback", fit=fit, trust_score=str(score))


def request(visit: Visit) -> None:
    """Ask for feedback."""
    visit.send(visit.page("mentoring"), "/mentoring/request", about=words.ABOUT)


def reply(visit: Visit) -> None:
    """Answer who asked for feedback."""
    visit.send(visit.page("mentoring"), "/mentoring/reply", helps=words.HELPS, wish=words.WISH)


def pause(visit: Visit) -> None:
    """Let it rest."""
    visit.send(visit.page("mentoring"), "/mentoring/pause")


def resume(visit: Visit) -> None:
    """Go on."""
    visit.send(visit.page("mentoring"), "/mentoring/resume")


def extend(visit: Visit) -> None:
    """Wish for two weeks more."""
    visit.send(visit.page("mentoring"), "/mentoring/extend", weeks="2")


def concern(visit: Visit) -> None:
    """Tell the coordinator what it is about, and no more."""
    visit.send(visit.page("mentoring/concern"), "/mentoring/concern", share="topic", topic="silence")


def leave(visit: Visit) -> None:
    """Leave without fault, and wish for somebody else."""
    visit.send(visit.page("mentoring/concern"), "/mentoring/leave", rematch="true")


def opt_out(visit: Visit) -> None:
    """Take part in none of it any longer."""
    visit.visitor.send(visit.page("data"), "/data/leave")


DEEDS: Mapping[str, Callable[[Visit], None]] = {
    deed.__name__: deed
    for deed in (
        accept,
        check_in,
        card,
        ask,
        commit,
        settle,
        give,
        lesson,
        feedback,
        unsure,
        not_good,
        request,
        reply,
        pause,
        resume,
        extend,
        concern,
        leave,
        opt_out,
    )
}
"""By the name that stands in a schedule."""
