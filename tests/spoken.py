"""Something said of every kind there is, so that a test can look for it where nobody should read it."""

from collections.abc import Mapping

from companion.mentoring.ask import ASK_LIMIT
from companion.models.audience import Concept
from companion.models.concern import ConcernTopic, Share
from companion.models.engagement import Contact, Mood
from companion.models.exchange import LessonAudience, LessonKind, ThanksFor
from companion.services.mentoring import Viewer
from companion.store.texts import KINDS
from tests.begun import Begun

AUDIENCES = {
    Concept.NOTE: LessonAudience.MYSELF,
    Concept.LESSON: LessonAudience.ENGAGEMENT,
    Concept.LESSON_FOR_ALL: LessonAudience.NEXT_COHORT,
}


def words(concept: Concept) -> str:
    """What is said of a kind: nothing else reads so."""
    return f"hollow {concept.value.replace('_', '')}lantern"


def speak(begun: Begun, learner: Viewer, adviser: Viewer, engagement_id: int) -> Mapping[Concept, Viewer]:
    """Have the two of an engagement say something of every kind; gives who said each."""
    services, number = begun.services, engagement_id
    today, text = begun.clock().date(), {concept: words(concept) for concept in KINDS}

    def key(concept: Concept) -> str:
        return concept.value.ljust(32, "-")

    services.mentoring.check_in(
        learner,
        number,
        mood=Mood.HARD,
        contact=Contact.CALL,
        note=text[Concept.CHECK_IN],
        form_key=key(Concept.CHECK_IN),
    )
    services.agreements.set_style(adviser, reach=text[Concept.WORK_STYLE], away="", feedback="")
    services.commitments.make(
        learner,
        number,
        intent=text[Concept.COMMITMENT],
        sign="",
        due_on=today,
        form_key=key(Concept.COMMITMENT),
    )
    services.feedback_words.request(
        learner, number, about=text[Concept.FEEDBACK_REQUEST], form_key=key(Concept.FEEDBACK_REQUEST)
    )
    (asked,) = (one for one in services.home.home(adviser, number).shown.requests)  # type: ignore[union-attr]
    services.feedback_words.reply(
        adviser,
        number,
        asked.id,
        helps=text[Concept.FEEDBACK_REPLY],
        wish="",
        form_key=key(Concept.FEEDBACK_REPLY),
    )
    services.concerns.raise_concern(
        learner,
        number,
        share=Share.WORDS,
        topic=ConcernTopic.OTHER,
        text=text[Concept.CONCERN],
        form_key=key(Concept.CONCERN),
    )
    ask = services.asks.put(
        learner, text[Concept.ASK][:ASK_LIMIT], section=None, topics=(), form_key=key(Concept.ASK)
    )
    helper = Viewer(ask.asked[0].person_id, learner.course_id, teacher=False)
    services.asks.answer(helper, ask.id, text[Concept.ASK_WORD], form_key=key(Concept.ASK_WORD))
    services.thanks.thank(
        adviser,
        learner.person_id or 0,
        about=ThanksFor.OTHER,
        text=text[Concept.THANKS],
        form_key=key(Concept.THANKS),
    )
    for concept, audience in AUDIENCES.items():
        services.lessons.write(
            learner,
            number,
            kind=LessonKind.WENT_RIGHT,
            audience=audience,
            text=text[concept],
            section=None,
            form_key=key(concept),
        )
    services.said.keep(
        learner.person_id or 0,
        wanted=text[Concept.SAID],
        offered="",
        style={},
        capacity=None,
        paused_until=None,
    )
    theirs = dict.fromkeys((Concept.WORK_STYLE, Concept.FEEDBACK_REPLY, Concept.THANKS), adviser)
    return dict.fromkeys(KINDS, learner) | theirs | {Concept.ASK_WORD: helper}


def heard(page: str) -> set[Concept]:
    """The kinds of which what was said stands on a page."""
    return {concept for concept in KINDS if words(concept) in page.casefold()}
