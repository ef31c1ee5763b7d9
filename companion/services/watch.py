"""The watch: looks at every programme by the hour, so that coordinators see at once who needs them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from companion.mentoring.cadence import stretch_due
from companion.mentoring.reporting.measures import monday
from companion.mentoring.risk import Vital, risks, unanswered
from companion.models.programme import Programme
from companion.models.watch import Risk
from companion.services.populations import find
from companion.store import Database, Session, programmes, watch
from companion.store.watch import Signs

UNDO = timedelta(minutes=10)
"""For so long whatever was sent can be taken back, and nobody else is told (PRODUCT)."""


class WatchService:
    """Finds what needs a look, and keeps it where the pages of the admin read it."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def run(self) -> int:
        """Look at all programmes; gives how many risks there are. Safe to do twice, and at the same time."""
        with self._db.read() as session:
            ids = programmes.all_ids(session)
        return sum(map(self.look, ids))

    def refresh(self) -> None:
        """Look at the programmes in which it has changed since the last look who is who, and at no others."""
        with self._db.read() as session:
            figures = watch.figures(session)
            changed = watch.changed_at(session)
        for programme_id, moment in changed.items():
            if programme_id not in figures or (moment and figures[programme_id].as_of < moment):
                self.look(programme_id)

    def look(self, programme_id: int) -> int:
        """Look at one programme; gives how many risks there are."""
        now = self._clock()
        with self._db.read() as session:
            programme = programmes.get(session, programme_id)
            if programme is None:
                return 0
            signs = watch.signs(session, programme_id)
            found = [
                *_of_engagements(session, programme_id, signs, now),
                *_of_advisers(session, programme, now.date()),
            ]
            figures = _figures(session, programme, signs, now)
        with self._db.begin() as session:
            if programmes.get(session, programme_id) is not None:
                watch.keep(session, figures, found, programme_id)
        return len(found)


def _of_engagements(
    session: Session, programme_id: int, signs: Sequence[Signs], now: datetime
) -> Iterator[dict[str, object]]:
    unfit = watch.not_good_since(session, programme_id)
    concerned = watch.concern_since(session, programme_id, now - UNDO)
    for number, moment in watch.proposed(session, programme_id).items():
        if unanswered(moment.date(), now.date()):
            about = {"engagement_id": number, "person_id": None}
            yield {**about, **_columns(Risk.UNANSWERED, moment.date())}
    for sign in signs:
        number = sign.engagement_id
        for risk, since in risks(_vital(sign, unfit.get(number), concerned.get(number)), now.date()):
            yield {"engagement_id": sign.engagement_id, "person_id": None, **_columns(risk, since)}


def _of_advisers(session: Session, programme: Programme, today: date) -> Iterator[dict[str, object]]:
    agreed = watch.agreed(session, programme.id)
    for adviser, learners in watch.advising(session, programme.id).items():
        if learners > max(programme.capacity, agreed.get(adviser, 0)):
            yield {"engagement_id": None, "person_id": adviser, **_columns(Risk.OVER_CAPACITY, today)}


def _vital(sign: Signs, not_good_since: datetime | None, concern_since: datetime | None) -> Vital:
    return Vital(
        starts_on=sign.starts_on,
        ends_on=sign.ends_on,
        first_contact=_day(sign.first_contact_at),
        last_sign=_day(sign.last_check_in_at),
        not_good_since=_day(not_good_since),
        concern_since=_day(concern_since),
        paused=sign.paused,
    )


def _columns(risk: Risk, since: date) -> dict[str, object]:
    return {"risk": risk, "rank": list(Risk).index(risk), "since": since}


def _figures(
    session: Session, programme: Programme, signs: Sequence[Signs], now: datetime
) -> dict[str, object]:
    courses = [course.id for course in programmes.courses(session, programme.id)]
    found, _ = find(session, programme, courses, now.date())
    first = monday(now.date())
    week = (first, first + timedelta(days=6))
    stretches = [
        (found_in[0], _day(sign.last_contact_at))
        for sign in signs
        if not sign.paused
        and (found_in := stretch_due(sign.starts_on, sign.ends_on, programme.contact_days, *week))
    ]
    return {
        "as_of": now,
        "new_hires": len(found.new_hires),
        "recent_learners": len(found.recent_learners),
        "covered": len(watch.learning(session, programme.id).intersection(found.new_hires)),
        "seats": len(found.recent_learners) * programme.capacity,
        "due": len(stretches),
        "in_touch": sum(last is not None and last >= begun for begun, last in stretches),
    }


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
