"""What the people of a programme did, as the reports count it: never what they wrote."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from companion.mentoring.cadence import due_dates, stretch
from companion.mentoring.reporting.measures import DAYS_TO_CONTACT, HOURS_TO_ANSWER, Doing, step
from companion.models.reporting import Source
from companion.store import Session, programmes, reporting


def doings(session: Session, programme_id: int, since: date) -> Iterator[Doing]:
    """Everything that was done since a day, in no particular order."""
    yield from _contact(session, programme_id, since)
    yield from _answers(session, programme_id, since)
    yield from _asks(session, programme_id, since)
    yield from _advising(session, programme_id, since)


def _contact(session: Session, programme_id: int, since: date) -> Iterator[Doing]:
    touched: dict[int, list[date]] = {}
    contact_days = programmes.contact_days(session, programme_id)
    for engagement_id, moment in reporting.contacts(session, programme_id, since):
        touched.setdefault(engagement_id, []).append(moment.date())
    for one in reporting.stretches(session, programme_id, since):
        days, who = touched.get(one.engagement_id, []), one.learner_id
        for due in due_dates(one.starts_on, one.ends_on, contact_days):
            first, last = stretch(one.starts_on, one.ends_on, contact_days, due)
            yield Doing(Source.CONTACT, "due", who, who, due)
            if any(first <= day <= last for day in days):
                yield Doing(Source.CONTACT, "in_touch", who, who, due)
        if days:
            waited = (days[0] - one.starts_on).days
            yield Doing(Source.FIRST_CONTACT, step(waited, DAYS_TO_CONTACT), who, who, days[0])
        if one.finished:
            yield Doing(Source.ADVISING, "finished", who, who, one.ends_on)


def _answers(session: Session, programme_id: int, since: date) -> Iterator[Doing]:
    learners = reporting.learners(session, programme_id)
    moment = datetime.combine(since, time(), UTC)
    for answer in reporting.answers(session, programme_id, moment):
        of, on = learners.get(answer.engagement_id), answer.created_at.date()
        if of is not None and answer.fit is not None:
            yield Doing(Source.FIT, answer.fit.value, answer.person_id, of, on)
        if of is not None and answer.trust_score is not None:
            yield Doing(Source.TRUST, str(answer.trust_score), answer.person_id, of, on)
    for settled in reporting.settled(session, programme_id, moment):
        of = learners.get(settled.engagement_id)
        if of is not None:
            on = settled.settled_at.date()
            yield Doing(Source.COMMITMENTS, settled.state.value, settled.person_id, of, on)


def _asks(session: Session, programme_id: int, since: date) -> Iterator[Doing]:
    moment = datetime.combine(since, time(), UTC)
    for who, asked_at, answered_at in reporting.asks(session, programme_id, moment):
        yield Doing(Source.ASKS, "asked", who, who, asked_at.date())
        if answered_at is not None:
            hours = (answered_at - asked_at) / timedelta(hours=1)
            yield Doing(Source.ASKS, step(hours, HOURS_TO_ANSWER), who, who, answered_at.date())


def _advising(session: Session, programme_id: int, since: date) -> Iterator[Doing]:
    """Who advises after having been a learner: the path that the programme is about (D1)."""
    for person_id, day in reporting.first_advised(session, programme_id).items():
        if day >= since:
            yield Doing(Source.ADVISING, "advising", person_id, person_id, day)
