"""Telling the people of an engagement that it moved on: names and an occasion, never what anybody wrote."""

from collections.abc import Iterable
from datetime import datetime

from companion.mentoring.messages import Occasion, said
from companion.models.engagement import Engagement
from companion.services.messages import Messenger
from companion.store import Session, lms, people, programmes


def tell(
    session: Session,
    messenger: Messenger,
    row: Engagement,
    occasion: Occasion,
    to: Iterable[int],
    about: str,
    now: datetime,
) -> None:
    """Queue a message to each of the people, each occasion at most once a day.

    Args:
        about: names of those it is about, for a sentence.
    """
    programme = programmes.get(session, row.programme_id)
    course = lms.course(session, row.course_id) if row.course_id else None
    site = lms.site(session)
    link = f"{site.base_url}/course/view.php?id={course.lms_id}" if site and course else None
    for person_id in to:
        person = people.get(session, person_id)
        if person is None or programme is None:
            continue
        subject, text = said(occasion, person=person.full_name, names=about, programme=programme.name)
        key = f"{occasion}-{row.id}-{person_id}-{now:%Y%m%d}"
        messenger.queue_message(
            session, person_id, key, subject, text, link=link, link_text="Open your course page"
        )
