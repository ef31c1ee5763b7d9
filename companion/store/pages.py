"""What the pages of the widgets show of engagements: a few statements, however many the engagements are.

Like those of a launch (`lti_launches`) they are made once and of plain columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from companion.models.base import table_of
from companion.models.charter import FullWeek
from companion.models.engagement import (
    HOLDING,
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
from companion.store import lti_launches
from companion.store.engagements import Member, in_course
from companion.store.fixed import fixed
from companion.store.lti import LaunchView

_ENGAGEMENT, _MEMBER, _PERSON = table_of(Engagement), table_of(EngagementMember), table_of(Person)
_PROGRAMME, _PAIR, _FULL = table_of(Programme), table_of(ProposedPair), table_of(FullWeek)
_CHECK_IN, _FEEDBACK = table_of(CheckIn), table_of(Feedback)
_IDS: sa.BindParameter[Any] = bindparam("ids", expanding=True)


Asked = Session | sa.Connection
"""A session, or its connection: a statement of plain columns is answered sooner on it."""


@dataclass(frozen=True, slots=True)
class Together:
    """An engagement as one of its people may see it: the people who did not leave it, and what they go by.

    Attributes:
        programme, contact_days, charter_version: name, cadence and current charter of the programme.
        members: learners first, then by name.
        full: who of them has little room this week.
        reasons: why a pair was formed, as stored (models.matching); of a circle, what concerns this learner alone.
    """

    id: int
    state: EngagementState
    starts_on: date
    ends_on: date
    programme_id: int
    programme: str
    contact_days: Sequence[int]
    charter_version: int
    members: tuple[Member, ...]
    full: frozenset[int]
    reasons: Sequence[Mapping[str, Any]]

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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A launch, and the engagements of its person in its course."""

    launch: LaunchView
    together: list[Together]


def of_launch(connection: Asked, launch_id: str, now: datetime, monday: date) -> Arrival | None:
    """A launch as `lti_launches.launch` finds it, with what `of_person` gives for it: by one statement."""
    if not lti_launches.is_id(launch_id):
        return None
    rows = connection.execute(_OF_LAUNCH, {"launch": launch_id, "now": now, "monday": monday}).all()
    if not rows:
        return None
    launch, after = LaunchView(*rows[0][:_LAUNCH_COLUMNS]), slice(_LAUNCH_COLUMNS, None)
    if launch.person_id is None:
        return Arrival(launch, [])
    # Of somebody without engagements here, and of engagements elsewhere, only the launch was found.
    lines = [_Line._make(row[after]) for row in rows if row.engagement_id is not None]
    return Arrival(launch, _by_engagement(lines, launch.person_id))


def of_person(connection: Asked, person_id: int, course_id: int, monday: date) -> list[Together]:
    """A person's engagements in the programmes of a course, or begun in it: running ones first, newest first.

    Args:
        monday: of the week that `full` is told for.
    """
    return _together(connection, _OF_PERSON, person_id, monday, course=course_id)


def by_ids(
    connection: Asked, engagement_ids: Sequence[int], person_id: int, monday: date
) -> Mapping[int, Together]:
    """The engagements of these ids that a person is in. Args: as of `of_person`."""
    found = _together(connection, _BY_IDS, person_id, monday, ids=engagement_ids)
    return {one.id: one for one in found}


def _together(
    connection: Asked, query: sa.Select[Any], person_id: int, monday: date, **values: object
) -> list[Together]:
    rows = connection.execute(query, {**values, "person": person_id, "monday": monday})
    return _by_engagement([_Line._make(row) for row in rows], person_id)


class _Line(NamedTuple):
    """What the statements find of one of the people of an engagement, in this order."""

    engagement_id: int
    state: EngagementState
    starts_on: date
    ends_on: date
    side: Side
    charter_version: int | None
    accepted_at: datetime | None
    extension_until: date | None
    joined_at: datetime | None
    person_id: int
    lms_id: int
    full_name: str
    suspended: bool
    removed_at: datetime | None
    full: int | None
    programme_id: int
    programme: str
    contact_days: Sequence[int]
    current: int
    reasons: Sequence[Mapping[str, Any]] | None


def _by_engagement(lines: Iterable[_Line], person_id: int) -> list[Together]:
    found: dict[int, list[_Line]] = {}
    for line in lines:
        found.setdefault(line.engagement_id, []).append(line)
    return [_of_lines(together, person_id) for together in found.values()]


def _of_lines(lines: Sequence[_Line], person_id: int) -> Together:
    first = lines[0]
    return Together(
        id=first.engagement_id,
        state=first.state,
        starts_on=first.starts_on,
        ends_on=first.ends_on,
        programme_id=first.programme_id,
        programme=first.programme,
        contact_days=first.contact_days,
        charter_version=first.current,
        members=tuple(map(_member, lines)),
        full=frozenset(line.person_id for line in lines if line.full),
        reasons=next((line.reasons or () for line in lines if line.person_id == person_id), ()),
    )


def _member(line: _Line) -> Member:
    return Member(
        line.person_id,
        line.lms_id,
        line.full_name,
        line.side,
        line.removed_at is None and not line.suspended,
        line.charter_version,
        line.accepted_at is not None,
        line.extension_until,
        line.joined_at,
    )


_mine = _MEMBER.alias("mine")


def _columns(me: sa.ColumnElement[Any]) -> list[sa.ColumnElement[Any]]:
    """Those of a line, as they are read for `me`."""
    why = (
        sa.select(_PAIR.c.reasons)
        .where(
            _PAIR.c.engagement_id == _ENGAGEMENT.c.id,
            sa.or_(_PAIR.c.circle.is_(None), _PAIR.c.learner_id == me),
        )
        .order_by(_PAIR.c.id)
        .limit(sa.literal_column("1"))
        .offset(sa.literal_column("0"))  # SQLite gets one in any case
        .scalar_subquery()
    )
    return [
        _ENGAGEMENT.c.id.label("engagement_id"),
        _ENGAGEMENT.c.state,
        _ENGAGEMENT.c.starts_on,
        _ENGAGEMENT.c.ends_on,
        _MEMBER.c.side,
        _MEMBER.c.charter_version,
        _MEMBER.c.accepted_at,
        _MEMBER.c.extension_until,
        _MEMBER.c.joined_at,
        _PERSON.c.id.label("member_id"),
        _PERSON.c.lms_id,
        _PERSON.c.full_name,
        _PERSON.c.suspended,
        _PERSON.c.removed_at,
        _FULL.c.person_id.label("full"),
        _PROGRAMME.c.id.label("programme_id"),
        _PROGRAMME.c.name,
        _PROGRAMME.c.contact_days,
        _PROGRAMME.c.charter_version.label("current"),
        sa.case((_PERSON.c.id == me, why)).label("reasons"),
    ]


_FULL_NOW = sa.and_(_FULL.c.person_id == _PERSON.c.id, _FULL.c.monday == bindparam("monday"))
_ORDER = (
    sa.case((fixed(_ENGAGEMENT.c.state.in_(HOLDING)), sa.literal_column("0")), else_=sa.literal_column("1")),
    _ENGAGEMENT.c.id.desc(),
    _MEMBER.c.side.desc(),
    _PERSON.c.full_name,
    _PERSON.c.id,
)
_ME: sa.BindParameter[Any] = bindparam("person")
_TOGETHER = (
    sa.select(*_columns(_ME))
    .select_from(_mine)
    .join(_ENGAGEMENT, _ENGAGEMENT.c.id == _mine.c.engagement_id)
    .join(_PROGRAMME, _PROGRAMME.c.id == _ENGAGEMENT.c.programme_id)
    .join(_MEMBER, _MEMBER.c.engagement_id == _ENGAGEMENT.c.id)
    .join(_PERSON, _PERSON.c.id == _MEMBER.c.person_id)
    .outerjoin(_FULL, _FULL_NOW)
    .where(_mine.c.person_id == _ME, _mine.c.left_at.is_(None), _MEMBER.c.left_at.is_(None))
    .order_by(*_ORDER)
)
_OF_PERSON = _TOGETHER.where(in_course(_ENGAGEMENT.c, bindparam("course")))
_BY_IDS = _TOGETHER.where(_ENGAGEMENT.c.id.in_(_IDS))

_LAUNCHED = lti_launches.FIND_LAUNCH
_LAUNCH_COLUMNS = len(_LAUNCHED.selected_columns)
_WHO, _WHERE = lti_launches.WHO.c.id, lti_launches.WHERE.c.id
_OF_LAUNCH = (
    _LAUNCHED.add_columns(*_columns(_WHO))
    .outerjoin(_mine, sa.and_(_mine.c.person_id == _WHO, _mine.c.left_at.is_(None)))
    .outerjoin(
        _ENGAGEMENT,
        sa.and_(_ENGAGEMENT.c.id == _mine.c.engagement_id, in_course(_ENGAGEMENT.c, _WHERE)),
    )
    .outerjoin(_PROGRAMME, _PROGRAMME.c.id == _ENGAGEMENT.c.programme_id)
    .outerjoin(_MEMBER, sa.and_(_MEMBER.c.engagement_id == _ENGAGEMENT.c.id, _MEMBER.c.left_at.is_(None)))
    .outerjoin(_PERSON, _PERSON.c.id == _MEMBER.c.person_id)
    .outerjoin(_FULL, _FULL_NOW)
    .order_by(*_ORDER)
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


MOST_CHECK_INS = 30
"""Of an engagement, on its page."""


def check_ins(engagement_ids: Sequence[int]) -> tuple[sa.Select[Any], Mapping[str, object]]:
    """The newest check-ins of each of the engagements, newest first: a query for `Texts.read_columns`, and its values.

    Almost everybody has one engagement in a course, and nothing has to be counted for one.
    """
    if len(engagement_ids) == 1:
        return _CHECK_INS_OF_ONE, {"engagement": engagement_ids[0]}
    return _CHECK_INS, {"ids": engagement_ids}


_NEWEST_FIRST = (_CHECK_IN.c.created_at.desc(), _CHECK_IN.c.id.desc())
_CHECK_INS_OF_ONE: sa.Select[Any] = (
    sa.select(*_CHECK_IN.c)
    .where(_CHECK_IN.c.engagement_id == bindparam("engagement"))
    .order_by(*_NEWEST_FIRST)
    .limit(sa.literal_column(str(MOST_CHECK_INS)))
    .offset(sa.literal_column("0"))
)
_newest = (
    sa.select(
        _CHECK_IN.c.id,
        sa.func.row_number()
        .over(partition_by=_CHECK_IN.c.engagement_id, order_by=_NEWEST_FIRST)
        .label("number"),
    )
    .where(_CHECK_IN.c.engagement_id.in_(_IDS))
    .subquery()
)
_CHECK_INS: sa.Select[Any] = (
    sa.select(*_CHECK_IN.c)
    .join(_newest, _newest.c.id == _CHECK_IN.c.id)
    .where(_newest.c.number <= MOST_CHECK_INS)
    .order_by(*_NEWEST_FIRST)
)
