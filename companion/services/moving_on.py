"""Telling the people of an engagement that it moved on: names and an occasion, never what anybody wrote."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from companion.mentoring.messages import Occasion, said
from companion.models.engagement import Engagement
from companion.services.messages import Messenger
from companion.store import Session, engagements, lms, people, programmes
from companion.store.engagements import Member


def tell(
    session: Session,
    messenger: Messenger,
    row: Engagement,
    occasion: Occasion,
    to: Iterable[int],
    about: Sequence[Member],
    now: datetime,
    *,
    once: str = "",
    due_at: datetime | None = None,
) -> None:
    """Queue a message to each of the people, of the same people each occasion at most once a day.

    Args:
        once: names what is told of, so that it is told once, however often in a day there is something to tell.
        due_at: when it is told, if not at once.
    """
    programme = programmes.get(session, row.programme_id)
    course = lms.course(session, row.course_id) if row.course_id else None
    site = lms.site(session)
    link = f"{site.base_url}/course/view.php?id={course.lms_id}" if site and course else None
    for person_id in to:
        person = people.get(session, person_id)
        if person is None or programme is None:
            continue
        names = [one.full_name for one in about]
        words = said(
            occasion, person.language, person=person.full_name, names=names, programme=programme.name
        )
        # In a circle, several may leave on one day.
        whom = f"-{about[0].person_id}" if len(about) == 1 else ""
        today = f"{row.id}-{person_id}-{now:%Y%m%d}{whom}"
        key = f"{occasion}-{f'{once}-{person_id}' if once else today}"
        messenger.queue_message(
            session, person_id, key, words.subject, words.text, link=link, link_text=words.link, due_at=due_at
        )


def tell_all(
    session: Session, messenger: Messenger, row: Engagement, occasion: Occasion, now: datetime
) -> None:
    """The same to everybody in an engagement, about the others."""
    members = engagements.members(session, [row.id])[row.id]
    for one in members:
        others = [other for other in members if other is not one]
        tell(session, messenger, row, occasion, [one.person_id], others, now)
