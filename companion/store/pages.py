"""What the pages of the widgets show of engagements: a few statements, however many the engagements are.

Like those of a launch (`lti_launches`) they are made once and of plain columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from companion.models.base import table_of
from companion.models.charter import FullWeek
from companion.models.engagement import (
    CheckIn,
    Engagement,
    EngagementMember,
    EngagementState,
    Feedback,
    Fit,
    Side,
    TrustItem,
)
from companion.models.matching import ProposedPair
from companion.models.people import Person
from companion.models.programme import Programme
from companion.store.engagements import Member, selected_of_person

_ENGAGEMENT, _MEMBER, _PERSON = table_of(Engagement), table_of(EngagementMember), table_of(Person)
_PROGRAMME, _FEEDBACK, _PAIR, _FULL = (
    table_of(Programme),
    table_of(Feedback),
    table_of(ProposedPair),
    table_of(FullWeek),
)
_IDS: sa.BindParameter[Any] = bindparam("ids", expanding=True)


Asked = Session | sa.Connection
"""A session, or its connection: a statement of plain columns is answered sooner on it."""


class Shown(Protocol):
    """What a page shows of an engagement itself."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> EngagementState: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Circle:
    """The people of an engagement who did not leave it, and what they go by.

    Attributes:
        programme, contact_days, charter_version: name, cadence and current charter of the programme.
        members: learners first, then by name.
        full: who of them has little room this week.
    """

    programme_id: int
    programme: str
    contact_days: Sequence[int]
    charter_version: int
    members: tuple[Member, ...]
    full: frozenset[int]

    def member(self, person_id: int) -> Member:
        """One of them; raises LookupError where it is somebody else."""
        return next(member for member in self.members if member.person_id == person_id)

    def others(self, person_id: int) -> tuple[Member, ...]:
        """All but one."""
        return tuple(member for member in self.members if member.person_id != person_id)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered in a feedback; None for what was not asked."""

    created_at: datetime
    fit: Fit | None
    trust_item: TrustItem | None
    trust_score: int | None


def of_person(connection: Asked, person_id: int, course_id: int) -> Sequence[Shown]:
    """A person's engagements in the programmes of a course, or begun in it: running ones first, newest first."""
    rows = connection.execute(_OF_PERSON, {"person": person_id, "course": course_id}).all()
    return cast("Sequence[Shown]", rows)


_OF_PERSON = selected_of_person(
    _ENGAGEMENT.c.id, _ENGAGEMENT.c.state, _ENGAGEMENT.c.starts_on, _ENGAGEMENT.c.ends_on
)


def circles(connection: Asked, engagement_ids: Sequence[int], monday: date) -> Mapping[int, Circle]:
    """The people of each engagement, as of the week of a Monday."""
    found: dict[int, list[Any]] = {}
    for row in connection.execute(_CIRCLES, {"ids": engagement_ids, "monday": monday}):
        found.setdefault(row.engagement_id, []).append(row)
    return {engagement_id: _circle(rows) for engagement_id, rows in found.items()}


def _circle(rows: Sequence[Any]) -> Circle:
    first = rows[0]
    return Circle(
        programme_id=first.programme_id,
        programme=first.name,
        contact_days=first.contact_days,
        charter_version=first.current,
        members=tuple(map(_member, rows)),
        full=frozenset(row.id for row in rows if row.full),
    )


def _member(row: Any) -> Member:
    present = row.removed_at is None and not row.suspended
    accepted = row.accepted_at is not None
    return Member(
        row.id,
        row.lms_id,
        row.full_name,
        row.side,
        present,
        row.charter_version,
        accepted,
        row.extension_until,
        row.joined_at,
    )


_CIRCLES = (
    sa.select(
        _MEMBER.c.engagement_id,
        _MEMBER.c.side,
        _MEMBER.c.charter_version,
        _MEMBER.c.accepted_at,
        _MEMBER.c.extension_until,
        _MEMBER.c.joined_at,
        _PERSON.c.id,
        _PERSON.c.lms_id,
        _PERSON.c.full_name,
        _PERSON.c.suspended,
        _PERSON.c.removed_at,
        _FULL.c.person_id.label("full"),
        _PROGRAMME.c.id.label("programme_id"),
        _PROGRAMME.c.name,
        _PROGRAMME.c.contact_days,
        _PROGRAMME.c.charter_version.label("current"),
    )
    .join(_ENGAGEMENT, _ENGAGEMENT.c.id == _MEMBER.c.engagement_id)
    .join(_PROGRAMME, _PROGRAMME.c.id == _ENGAGEMENT.c.programme_id)
    .join(_PERSON, _PERSON.c.id == _MEMBER.c.person_id)
    .outerjoin(_FULL, sa.and_(_FULL.c.person_id == _PERSON.c.id, _FULL.c.monday == bindparam("monday")))
    .where(_MEMBER.c.engagement_id.in_(_IDS), _MEMBER.c.left_at.is_(None))
    .order_by(_MEMBER.c.side.desc(), _PERSON.c.full_name, _PERSON.c.id)
)


def answers(connection: Asked, engagement_ids: Sequence[int], person_id: int) -> Mapping[int, list[Answer]]:
    """What one person answered in each engagement, newest first: for that person."""
    found: dict[int, list[Answer]] = {engagement_id: [] for engagement_id in engagement_ids}
    for row in connection.execute(_ANSWERS, {"ids": engagement_ids, "person": person_id}):
        found[row[0]].append(Answer(*row[1:]))
    return found


_ANSWERS = (
    sa.select(
        _FEEDBACK.c.engagement_id,
        _FEEDBACK.c.created_at,
        _FEEDBACK.c.fit,
        _FEEDBACK.c.trust_item,
        _FEEDBACK.c.trust_score,
    )
    .where(_FEEDBACK.c.engagement_id.in_(_IDS), _FEEDBACK.c.person_id == bindparam("person"))
    .order_by(_FEEDBACK.c.created_at.desc(), _FEEDBACK.c.id.desc())
)


def reasons(
    connection: Asked, engagement_ids: Sequence[int], person_id: int
) -> Mapping[int, Mapping[Side, tuple[str, ...]]]:
    """Why each pair was formed, in the words for either side; of a circle, what concerns this learner alone."""
    found: dict[int, dict[Side, tuple[str, ...]]] = {}
    for row in connection.execute(_REASONS, {"ids": engagement_ids, "me": person_id}):
        words = {side: tuple(reason[f"text_{side.value}"] for reason in row.reasons) for side in Side}
        found.setdefault(row.engagement_id, words)
    return found


_REASONS = (
    sa.select(_PAIR.c.engagement_id, _PAIR.c.reasons)
    .where(
        _PAIR.c.engagement_id.in_(_IDS),
        sa.or_(_PAIR.c.circle.is_(None), _PAIR.c.learner_id == bindparam("me")),
    )
    .order_by(_PAIR.c.id)
)

MOST_CHECK_INS = 30
"""Of an engagement, on its page."""
_newest = (
    sa.select(
        CheckIn.id,
        sa.func.row_number()
        .over(partition_by=CheckIn.engagement_id, order_by=(CheckIn.created_at.desc(), CheckIn.id.desc()))
        .label("number"),
    )
    .where(CheckIn.engagement_id.in_(_IDS))
    .subquery()
)
CHECK_INS: sa.Select[CheckIn] = (
    sa.select(CheckIn)
    .join(_newest, _newest.c.id == CheckIn.id)
    .where(_newest.c.number <= MOST_CHECK_INS)
    .order_by(CheckIn.created_at.desc(), CheckIn.id.desc())
)
"""The newest check-ins of the engagements `ids`, newest first, for `Texts.read`."""
