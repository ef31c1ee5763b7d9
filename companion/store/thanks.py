"""Queries on thanks, and on those whom somebody may thank. Texts are read by way of `Texts.read`."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import Engagement, EngagementMember
from companion.models.exchange import Ask, AskWord, Thanks, ThanksFor, WordKind
from companion.models.people import Enrolment, Person
from companion.models.programme import ProgrammeCourse


def newest(limit: int = 30) -> sa.Select[Thanks]:
    """Thanks, newest first, for `Texts.read`."""
    return sa.select(Thanks).order_by(Thanks.created_at.desc(), Thanks.id.desc()).limit(limit)


def thanked_for(session: Session, by_id: int, commitment_ids: Collection[int]) -> frozenset[int]:
    """Those of the commitments that somebody said thank you for."""
    if not commitment_ids:
        return frozenset()
    query = sa.select(Thanks.subject_id).where(
        Thanks.by_id == by_id,
        Thanks.about == ThanksFor.COMMITMENT,
        Thanks.subject_id.in_(commitment_ids),
    )
    return frozenset(each for each in session.scalars(query) if each is not None)


def take_back_of_ask(session: Session, ask_id: int) -> None:
    """Take away the thanks with which an ask was resolved."""
    session.execute(sa.delete(Thanks).where(Thanks.ask_id == ask_id))


def partners(session: Session, person_id: int) -> dict[int, str]:
    """Names, by id, of everybody in a person's engagements, running or ended."""
    mine, other = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
    rows = session.execute(
        sa.select(Person.id, Person.full_name)
        .join(other, other.person_id == Person.id)
        .join(mine, mine.engagement_id == other.engagement_id)
        .where(mine.person_id == person_id, other.person_id != person_id)
        .distinct()
    )
    return {row[0]: row[1] for row in rows}


def shared_engagement(session: Session, one_id: int, other_id: int) -> int | None:
    """The newest engagement of two people."""
    one, other = sa.orm.aliased(EngagementMember), sa.orm.aliased(EngagementMember)
    return session.scalar(
        sa.select(sa.func.max(Engagement.id))
        .join(one, (one.engagement_id == Engagement.id) & (one.person_id == one_id))
        .join(other, (other.engagement_id == Engagement.id) & (other.person_id == other_id))
    )


def helpers(session: Session, asker_id: int, ask_id: int | None = None) -> dict[int, str]:
    """Names, by id, of those who answered an ask of somebody."""
    query = (
        sa.select(Person.id, Person.full_name)
        .join(AskWord, AskWord.author_id == Person.id)
        .join(Ask, Ask.id == AskWord.ask_id)
        .where(Ask.asker_id == asker_id, AskWord.kind == WordKind.ANSWER)
        .distinct()
    )
    if ask_id is not None:
        query = query.where(Ask.id == ask_id)
    return {row[0]: row[1] for row in session.execute(query)}


def in_programme(session: Session, programme_id: int, full_name: str) -> Sequence[int]:
    """Ids of the people of a programme's courses who have exactly this name, in any case; at most two."""
    in_course = sa.exists(
        sa.select(Enrolment.id)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Enrolment.course_id)
        .where(Enrolment.person_id == Person.id, ProgrammeCourse.programme_id == programme_id)
    )
    return session.scalars(
        sa.select(Person.id)
        .where(sa.func.lower(Person.full_name) == full_name.lower(), Person.removed_at.is_(None), in_course)
        .limit(2)
    ).all()
