"""An engagement as one of its people sees it, put together from what the pages read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from companion.matching import Reason, kept
from companion.mentoring.cadence import is_asked
from companion.mentoring.charter import OURS, must_accept
from companion.mentoring.feedback import fit_is_due, trust_is_due
from companion.mentoring.trust import next_item
from companion.models.audience import Concept, Reader
from companion.models.engagement import CheckIn, Contact, EngagementState, Fit, Mood, Side, TrustItem
from companion.store import Connection, Session, Texts, Told, charters, pages
from companion.store.engagements import Member
from companion.store.pages import Answer, Together


@dataclass(frozen=True, slots=True)
class CheckInView:
    """A check-in as the people of its engagement see it."""

    mine: bool
    author: str
    mood: Mood
    contact: Contact
    note: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Charter:
    """A version of a programme's charter, to be accepted."""

    version: int
    norms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """What somebody is asked about an engagement: whether it fits, and one item of the trust pulse."""

    next_trust_item: TrustItem
    last_fit: Fit | None
    fit_due: bool
    trust_due: bool

    @property
    def due(self) -> bool:
        """Whether either is asked today."""
        return self.fit_due or self.trust_due


@dataclass(frozen=True, slots=True)
class EngagementView:
    """An engagement as one of its people sees it."""

    id: int
    state: EngagementState
    side: Side
    partners: tuple[Member, ...]
    programme: str
    starts_on: date
    ends_on: date
    check_ins: tuple[CheckInView, ...]
    check_in_due: bool
    reasons: tuple[Reason, ...]
    questions: Questions | None
    """What is asked of them about it; None where that was not looked up."""
    charter: Charter | None
    """To be accepted before anything else; None where it was."""
    full_weeks: frozenset[int]
    """Those of its people who have little room this week."""
    me: int

    @property
    def partner_names(self) -> str:
        """Names of the others, for a sentence."""
        return " and ".join(member.full_name for member in self.partners)


def engagement_views(
    connection: Connection,
    texts: Texts,
    rows: Sequence[Together],
    person_id: int,
    today: date,
    *,
    questions: bool,
) -> list[EngagementView]:
    """Engagements as one of their people sees them, by at most three statements however many they are.

    Args:
        questions: with what this person is asked about them.
    """
    # What was said before somebody agreed to the charter waits for them as well.
    agreed_to = [row.id for row in rows if not must_agree(row, person_id)]
    said: dict[int, list[Told[CheckIn]]] = {row.id: [] for row in rows}
    query, values = pages.check_ins(agreed_to)
    for told in texts.read_columns(connection, Reader(person_id), Concept.CHECK_IN, query, values):
        said[told.row.engagement_id].append(told)
    answers = pages.answers(connection, [*said], person_id) if questions else {}
    return [
        _view(
            row,
            person_id,
            today,
            said=said[row.id],
            questions=_questions(row, person_id, answers[row.id], today) if questions else None,
            charter=None
            if row.id in agreed_to
            else charter_of(connection, row.programme_id, row.charter_version),
        )
        for row in rows
    ]


def must_agree(row: Together, person_id: int) -> bool:
    """Whether a charter waits for this person."""
    return must_accept(row.member(person_id).charter_version, row.charter_version)


def charter_of(session: Session | Connection, programme_id: int, version: int) -> Charter:
    """The charter of a programme that holds now."""
    found = charters.norms(session, programme_id, version)
    return Charter(version, tuple(found) if found is not None else OURS)


def _view(
    row: Together,
    person_id: int,
    today: date,
    *,
    said: Sequence[Told[CheckIn]],
    questions: Questions | None,
    charter: Charter | None,
) -> EngagementView:
    side = row.member(person_id).side
    names = {member.person_id: member.full_name for member in row.members}
    return EngagementView(
        id=row.id,
        me=person_id,
        state=row.state,
        side=side,
        partners=row.others(person_id),
        programme=row.programme,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        check_ins=tuple(_check_in_view(one, person_id, names) for one in said),
        check_in_due=_check_in_due(row, said, person_id, today),
        reasons=tuple(map(kept, row.reasons)),
        questions=questions,
        charter=charter,
        full_weeks=row.full,
    )


def _questions(row: Together, person_id: int, answers: Sequence[Answer], today: date) -> Questions:
    return Questions(
        next_trust_item=next_item([answer.trust_item for answer in answers if answer.trust_item]),
        last_fit=next((answer.fit for answer in answers if answer.fit), None),
        fit_due=_fit_due(_since(row, person_id), row.ends_on, answers, today),
        trust_due=_trust_due(answers, today),
    )


def _since(row: Together, person_id: int) -> date:
    """When it began for this person."""
    joined_at = row.member(person_id).joined_at
    return joined_at.date() if joined_at else row.starts_on


def _check_in_due(row: Together, said: Sequence[Told[CheckIn]], person_id: int, today: date) -> bool:
    last = next((one.row.created_at.date() for one in said if one.row.person_id == person_id), None)
    if row.state is EngagementState.PAUSED:
        return False
    return is_asked(row.contact_days, _since(row, person_id), last, today)


def _fit_due(since: date, ends_on: date, answers: Sequence[Answer], today: date) -> bool:
    said = [(answer.created_at.date(), answer.fit) for answer in answers if answer.fit]
    return fit_is_due(since, ends_on, said, today)


def _trust_due(answers: Sequence[Answer], today: date) -> bool:
    return trust_is_due(next((a.created_at.date() for a in answers if a.trust_score), None), today)


def _check_in_view(told: Told[CheckIn], person_id: int, names: Mapping[int, str]) -> CheckInView:
    row = told.row
    return CheckInView(
        mine=row.person_id == person_id,
        author=names.get(row.person_id, ""),
        mood=row.mood,
        contact=row.contact,
        note=told.text,
        created_at=row.created_at,
    )
