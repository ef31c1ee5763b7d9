"""From stored people to those an ask is put to: never more than they have room for, checked where they are written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from companion.matching import Profile
from companion.matching.hours import shared_minutes
from companion.mentoring.routing import RECENT_DAYS, Candidate, Choice, Question, route
from companion.models.exchange import Ask, AskedPerson, AskedState
from companion.models.people import Person
from companion.services.profiles import NOTHING_SAID, Own, opened
from companion.store import Session, Texts, asks, people, programmes, said
from companion.store.asks import Load

REGULAR_DAYS = 90
"""Days over which answering counts as regularity."""
DOUBT = 1
"""Asks that somebody is taken to have answered and to have left, each, before any: nobody is judged by one."""


def put_to_more(
    session: Session,
    ask: Ask,
    *,
    texts: Texts,
    silent: Collection[int],
    most: int,
    now: datetime,
) -> list[AskedPerson]:
    """Put an ask to up to `most` people who did not have it before; gives the rows written.

    Args:
        texts: opens what people said they can help with.
        silent: people who are low on bandwidth now.
    """
    before = {one.row.person_id for one in asks.asked(session, [ask.id])[ask.id]}
    rows = [
        AskedPerson(
            ask_id=ask.id,
            person_id=choice.person_id,
            state=AskedState.WAITING,
            strengths=[strength.value for strength in choice.strengths],
            asked_at=now,
            wishes=False,
            asker_wishes=False,
        )
        for choice in _choices(session, texts, ask, before, silent, most, now)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _choices(
    session: Session,
    texts: Texts,
    ask: Ask,
    before: Collection[int],
    silent: Collection[int],
    most: int,
    now: datetime,
) -> list[Choice]:
    asker = people.get(session, ask.asker_id)
    found = asks.finishers(session, ask.programme_id, ask.course_id)
    if asker is None or not found:
        return []
    parted = {other for one, other in programmes.ties(session, ask.programme_id).parted if one == asker.id}
    parted |= said.not_wished_with(session, asker.id)
    able = [one for one in found if one.id not in parted and _understand(asker, one)]
    ids = [one.id for one in able]
    finished = asks.finished(session, ids)
    loads = asks.loads(session, ids, now - timedelta(days=RECENT_DAYS), now - timedelta(days=REGULAR_DAYS))
    hours = _shared_hours(asker, able, now.date())
    own = {told.row.person_id: opened(told) for told in texts.for_matching(session, said.of_people(ids))}
    candidates = [
        _candidate(
            one,
            own.get(one.id, NOTHING_SAID),
            finished,
            loads.get(one.id, Load()),
            hours[one.id],
            silent=one.id in silent,
            today=now.date(),
        )
        for one in able
    ]
    question = Question(asker.id, ask.course_id, frozenset(ask.topics))
    return route(question, candidates, asked=before, most=most)


def _candidate(
    person: Person,
    own: Own,
    finished: Mapping[int, frozenset[int]],
    load: Load,
    hours: float | None,
    *,
    silent: bool,
    today: date,
) -> Candidate:
    paused = own.paused_until is not None and own.paused_until >= today
    interests = frozenset(interest.strip().casefold() for interest in person.interests)
    return Candidate(
        person_id=person.id,
        finished=finished.get(person.id, frozenset()),
        topics=own.topics_offered or interests,
        shared_hours=hours,
        regularity=(load.answered + DOUBT) / (load.put + 2 * DOUBT),
        waiting=load.waiting,
        recent=load.recent,
        available=not (silent or paused),
    )


def _understand(one: Person, other: Person) -> bool:
    """Whether they may share a language: where either's is not known, it is not held against them."""
    mine, theirs = _spoken(one), _spoken(other)
    return not mine or not theirs or bool(mine & theirs)


def _spoken(person: Person) -> set[str]:
    named = [person.language or "", *person.profile.get("languages", "").split(",")]
    codes = (name.strip().casefold().replace("-", "_").split("_")[0] for name in named)
    return {code for code in codes if code}


def _shared_hours(asker: Person, others: Sequence[Person], on: date) -> dict[int, float | None]:
    if not others:
        return {}
    minutes, known = shared_minutes([_zoned(asker)], [_zoned(one) for one in others], on)
    return {
        one.id: float(minutes[0, place]) / 60 if known[0, place] else None for place, one in enumerate(others)
    }


def _zoned(person: Person) -> Profile:
    return Profile(person_id=person.id, time_zone=person.time_zone)
